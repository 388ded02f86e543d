"""Writes the tiny HunyuanVideo-1.5 packs of tests/fixtures/packs, or checks them: hunyuan15_fixtures.py [--check].

Random weights in the shape of the released models, nothing here has been trained.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderKLHunyuanVideo15, HunyuanVideo15Transformer3DModel
from diffusers.models.transformers.transformer_hunyuan_video15 import HunyuanVideo15ByT5TextProjection
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import Qwen2_5_VLTextConfig, Qwen2_5_VLTextModel, SiglipVisionConfig, SiglipVisionModel, T5Config, T5EncoderModel
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

import hunyuan15_export as hunyuan
import make_fixtures as fixtures
import tiny_models as tiny
import wan_export as wan

TEXT_DIM, GLYPH_DIM, IMAGE_DIM, CHANNELS = 32, 24, 16, 4
MAX_TOKENS, MAX_GLYPH_TOKENS, IMAGE_TOKENS, IMAGE_EDGE = 40, 24, 4, 32
SYSTEM = "Describe the video: its theme, actions, light and camera."
PREFIX = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n"
SUFFIX = "<|im_end|>\n<|im_start|>assistant\n"
SCALING = 1.03682
PICTURE = {
    "kind": "first-latent-masked", "needs": "first",
    "embedding": {
        "size": IMAGE_EDGE, "fit": "squeeze", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
        "tokens": IMAGE_TOKENS, "dimension": IMAGE_DIM,
    },
}  # fmt: skip
PACKS = ("tiny-hunyuan15", "tiny-hunyuan15-distilled")


# --- models -----------------------------------------------------------------------------------------------


def tokenizer():
    """Byte-level BPE with Qwen's pre-tokeniser and special tokens; 256 bytes and some merges."""
    tok = Tokenizer(models.BPE())
    tok.normalizer = normalizers.NFC()
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tok.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=380, initial_alphabet=alphabet, show_progress=False)
    tok.train_from_iterator([*tiny.SENTENCES * 4, PREFIX, SUFFIX], trainer)
    tok.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    return tok


def text_encoder(vocab_size):
    config = Qwen2_5_VLTextConfig(
        vocab_size=vocab_size, hidden_size=TEXT_DIM, intermediate_size=32, num_hidden_layers=4, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=512, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0, "mrope_section": [2, 3, 3]},
    )  # fmt: skip
    config._attn_implementation = "eager"
    return tiny.scaled(Qwen2_5_VLTextModel(config), tiny.SEED + 40, 0.9)


def glyph_encoder():
    config = T5Config(
        vocab_size=384, d_model=GLYPH_DIM, d_kv=8, d_ff=32, num_layers=2, num_heads=2, dropout_rate=0.0,
        relative_attention_num_buckets=8, relative_attention_max_distance=20, feed_forward_proj="gated-gelu",
        pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    config._attn_implementation = "eager"
    return tiny.scaled(T5EncoderModel(config), tiny.SEED + 41, 0.7)


def image_encoder():
    config = SiglipVisionConfig(
        hidden_size=IMAGE_DIM, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=IMAGE_EDGE, patch_size=16,
    )  # fmt: skip
    config._attn_implementation = "eager"
    return tiny.scaled(SiglipVisionModel(config), tiny.SEED + 42, 0.9)


def transformer(distilled, glyph_width=32):
    """Heads of 16, which fused attention kernels take (a multiple of 8)."""
    model = HunyuanVideo15Transformer3DModel(
        in_channels=2 * CHANNELS + 1, out_channels=CHANNELS, num_attention_heads=2, attention_head_dim=16,
        num_layers=1 if distilled else 2, num_refiner_layers=1, mlp_ratio=2.0, text_embed_dim=TEXT_DIM,
        text_embed_2_dim=GLYPH_DIM, image_embed_dim=IMAGE_DIM, rope_axes_dim=(4, 6, 6),
        # The picture's size is chosen by area: 8 cells of 16 pixels, so that a 2 : 1 picture becomes 64 x 32.
        target_size=45, task_type="i2v" if distilled else "t2v", use_meanflow=distilled,
    )  # fmt: skip
    # The library fixes this width at 2048, which alone would make 17 MB.
    model.context_embedder_2 = HunyuanVideo15ByT5TextProjection(GLYPH_DIM, glyph_width, 32)
    return tiny.scaled(model, tiny.SEED + (44 if distilled else 43), 0.8)


def vae():
    model = AutoencoderKLHunyuanVideo15(
        latent_channels=CHANNELS, block_out_channels=(4, 4, 4, 8, 8), layers_per_block=1,
        spatial_compression_ratio=16, temporal_compression_ratio=4, scaling_factor=SCALING,
    )  # fmt: skip
    tiny.scaled(model, tiny.SEED + 45, 0.8)
    with torch.no_grad():
        model.decoder.conv_out.conv.weight.mul_(0.3)  # few values outside [-1, 1]
    return model


# --- packs ------------------------------------------------------------------------------------------------


def pack(distilled, crop_tokens):
    base = fixtures.manifest(
        PACKS[distilled],
        "Tiny HunyuanVideo 1.5 distilled" if distilled else "Tiny HunyuanVideo 1.5",
        "Random weights in the shape of HunyuanVideo-1.5 480p "
        + ("image to video, step-distilled; no masks." if distilled else "text to video; padding is masked."),
        family="hunyuan15",
        text={
            "maxTokens": MAX_TOKENS, "dimension": TEXT_DIM, "cleanup": "none", "padTokenId": 0,
            "template": {"prefix": PREFIX, "suffix": SUFFIX, "cropTokens": crop_tokens},
        },
        glyphs={"maxTokens": MAX_GLYPH_TOKENS, "dimension": GLYPH_DIM},
        latent={
            "channels": CHANNELS, "temporalCompression": 4, "spatialCompression": 16, "patch": [1, 1, 1],
            "mean": [0], "std": [1 / SCALING],
        },
        frames={"min": 5, "max": 17, "rate": {"num": 24, "den": 1}},
        sizes=[{"width": 64, "height": 32, "memoryBytes": 50_000_000}, {"width": 32, "height": 32, "memoryBytes": 50_000_000}],
        schedule={
            "solver": "flow-match-euler", "spacing": "uniform", "shift": 7 if distilled else 5, "steps": 4,
            "timestep": "batch", "timestepType": "float32",
        },
        guidance={"scale": 1 if distilled else 6, "negativePrompt": ""},
        abilities={"firstFrame": distilled, "lastFrame": False, "latentMask": not distilled, "negativePrompt": not distilled},
        **({"picture": PICTURE} if distilled else {}),
        camera={"kind": "prompt"},
        promptDialect="hunyuan15",
    )  # fmt: skip
    return base


def crop_tokens(tok):
    return len(tok.encode(PREFIX).ids)


def build(distilled):
    return transformer(distilled), vae()


def write():
    tok = tokenizer()
    for distilled in (False, True):
        # Beside the others only when it is whole.
        temporary = tempfile.TemporaryDirectory()
        folder = Path(temporary.name) / PACKS[distilled]
        folder.mkdir()
        torch.manual_seed(0)
        denoiser, autoencoder = build(distilled)
        (folder / "tokenizer.json").write_text(tok.to_str(), encoding="utf-8")
        hunyuan.export_text_encoder(text_encoder(tok.get_vocab_size()), folder / "text_encoder.onnx")
        wan.export_text_encoder(glyph_encoder(), folder / "glyph_encoder.onnx", MAX_GLYPH_TOKENS)
        hunyuan.export_transformer(
            denoiser, folder / "transformer.onnx", (3, 4, 2), MAX_TOKENS, MAX_GLYPH_TOKENS, IMAGE_TOKENS, not distilled
        )  # fmt: skip
        hunyuan.export_vae_decoder(autoencoder, folder / "vae_decoder.onnx")
        hunyuan.export_vae_encoder(autoencoder, folder / "vae_encoder.onnx")
        if distilled:
            hunyuan.export_image_encoder(image_encoder(), folder / "image_encoder.onnx")
        wan.write_pack(folder, pack(distilled, crop_tokens(tok)))
        shutil.rmtree(fixtures.PACKS / folder.name, ignore_errors=True)
        shutil.copytree(folder, fixtures.PACKS / folder.name)
        temporary.cleanup()


def check():
    """ONNX against the library, over shapes that were not the example's. Clips have two latent frames at least."""
    generator = torch.Generator().manual_seed(2)
    tok = tokenizer()
    text, glyphs, image = text_encoder(tok.get_vocab_size()), glyph_encoder(), image_encoder()
    worst = 0.0
    for distilled in (False, True):
        name = PACKS[distilled]
        folder = fixtures.PACKS / name
        denoiser, autoencoder = build(distilled)
        sessions = {path.name: wan.session(path) for path in folder.glob("*.onnx")}

        def difference(file, reference, inputs):
            nonlocal worst
            value = wan.compare(sessions[file], reference, inputs)
            worst = max(worst, value)
            print(f"{name:25} {file:18} {value:.2e}  {' '.join(str(tuple(v.shape)) for v in inputs.values())}", flush=True)

        for used, length in ((5, 5), (30, 71)):
            ids = torch.randint(3, tok.get_vocab_size(), (1, length), generator=generator)
            mask = (torch.arange(length) < used).long()[None]
            # Rows of padding are cut off by the caller.
            difference(
                "text_encoder.onnx",
                lambda ids, mask: text(input_ids=ids[:, :used], output_hidden_states=True).hidden_states[-3],
                {"input_ids": ids[:, :used], "attention_mask": mask[:, :used]},
            )
            ids = torch.randint(3, 259, (1, 20), generator=generator)
            mask = (torch.arange(20) < min(used, 20)).long()[None]
            difference("glyph_encoder.onnx", lambda i, m: glyphs(i, m)[0], {"input_ids": ids * mask, "attention_mask": mask})
        if distilled:
            pixels = torch.rand(1, 3, IMAGE_EDGE, IMAGE_EDGE, generator=generator) * 2 - 1
            difference("image_encoder.onnx", lambda p: image(pixel_values=p).last_hidden_state, {"pixel_values": pixels})
        for frames, size, tokens, glyph_tokens, has_image in ((3, (2, 2), 7, 1, True), (2, (2, 4), 40, 24, distilled), (5, (2, 4), 12, 3, True)):
            inputs = hunyuan.example_inputs(
                denoiser, (frames, *size), tokens, glyph_tokens, IMAGE_TOKENS, generator=generator, has_image=has_image,
                used=(tokens - 2, 0 if glyph_tokens == 1 else glyph_tokens - 1), masked=not distilled,
            )  # fmt: skip
            difference("transformer.onnx", hunyuan.reference_transformer(transformer(distilled), not distilled), inputs)
            latents = torch.randn(1, CHANNELS, frames, *size, generator=generator)
            difference("vae_decoder.onnx", lambda z: autoencoder.decode(z).sample, {"latents": latents})
            clip = torch.rand(1, 3, 4 * frames - 3, 16 * size[0], 16 * size[1], generator=generator) * 2 - 1
            difference("vae_encoder.onnx", lambda x: autoencoder.encode(x).latent_dist.mode(), {"frames": clip})
        for key, entry in json.loads((folder / "pack.json").read_text(encoding="utf-8"))["components"].items():
            if wan.file_entry(folder / entry["file"]) != entry:
                raise SystemExit(f"{name}: {key} does not match its hash")
        print(name, sum(p.stat().st_size for p in folder.iterdir()), "bytes")
    print(f"largest difference {worst:.2e}")
    if worst > fixtures.TOLERANCE:
        raise SystemExit(f"over the tolerance of {fixtures.TOLERANCE}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the packs that are there, write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.check:
        write()
    check()
