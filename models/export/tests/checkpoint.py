"""Writes tiny checkpoints as diffusers does: model_index.json and a folder a part."""

import json

import hunyuan15_fixtures as hunyuan
import make_fixtures as fixtures
import tiny_models as tiny


def write_wan(folder):
    tokenizer = tiny.tokenizer()
    tiny.wan_transformer(16, 16, tiny.SEED + 4).save_pretrained(folder / "transformer")
    tiny.vae16().save_pretrained(folder / "vae")
    tiny.text_encoder(tokenizer.get_vocab_size()).save_pretrained(folder / "text_encoder")
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "spiece.model").write_bytes(tiny.sentencepiece_model())
    config = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    (folder / "tokenizer" / "tokenizer_config.json").write_text(json.dumps(config))
    index = {
        "_class_name": "WanPipeline",
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": [None, None],
        "vae": ["diffusers", "AutoencoderKLWan"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "T5Tokenizer"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    manifest = fixtures.wan_pack()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def write_image_to_video(folder, image_encoder):
    """What Wan Fun takes from Wan 2.1 image to video: all but the transformer, which wan_fun.py does not read."""
    write_wan(folder)
    image_encoder.save_pretrained(folder / "image_encoder")
    index = json.loads((folder / "model_index.json").read_text())
    index |= {"_class_name": "WanImageToVideoPipeline", "image_encoder": ["transformers", "CLIPVisionModel"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def write_hunyuan15(folder, is_image):
    """HunyuanVideo-1.5 from words, or step-distilled from a picture."""
    tokenizer = hunyuan.tokenizer()
    (folder / "tokenizer").mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer" / "tokenizer.json"))
    models = {
        "text_encoder": hunyuan.text_encoder(tokenizer.get_vocab_size()),
        "text_encoder_2": hunyuan.glyph_encoder(),
        "transformer": hunyuan.transformer(is_image, glyph_width=2048),
        "vae": hunyuan.vae(),
        **({"image_encoder": hunyuan.image_encoder()} if is_image else {}),
    }
    index = {"_class_name": "HunyuanVideo15ImageToVideoPipeline" if is_image else "HunyuanVideo15Pipeline"}
    for name, model in models.items():
        model.save_pretrained(folder / name)
        index[name] = [type(model).__module__.split(".")[0], type(model).__name__]
    (folder / "model_index.json").write_text(json.dumps(index))
    manifest = hunyuan.pack(is_image, hunyuan.crop_tokens(tokenizer))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
