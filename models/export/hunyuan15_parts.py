"""The parts of a HunyuanVideo-1.5 folder of diffusers: two text encoders, for pictures SigLIP, transformer and VAE."""

import torch

import hunyuan15_export as hunyuan
from parts import Part, largest_latents, noise, vae_parts
from text_export import export_text_encoder


def parts(source, manifest):
    return [
        text_part(source, manifest),
        glyph_part(source, manifest),
        *([image_part(source)] if source.has("image_encoder") else []),
        transformer_part(source, manifest),
        *vae_parts(source, manifest, hunyuan, source.config("vae")["latent_channels"]),
    ]


def text_part(source, manifest):
    """The hidden states before the last two layers; the conversation's own tokens are part of what is read."""
    text = manifest["text"]
    tokens = text["maxTokens"] + text["template"]["cropTokens"]

    def inputs(model):
        ids = torch.randint(3, model.config.vocab_size, (1, min(tokens, 160)), generator=torch.Generator().manual_seed(7))
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}

    return Part(
        "textEncoder", "text_encoder.onnx", "text",
        lambda dtype: source.load("text_encoder", dtype),
        lambda model, path, build: hunyuan.export_text_encoder(model, path, build=build),
        lambda model: lambda ids, mask: model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[-3],
        inputs,
    )  # fmt: skip


def glyph_part(source, manifest):
    tokens = manifest["glyphs"]["maxTokens"]

    def inputs(model):
        ids = torch.randint(3, 259, (1, tokens), generator=torch.Generator().manual_seed(7))
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}

    return Part(
        "glyphEncoder", "glyph_encoder.onnx", "text",
        lambda dtype: source.load("text_encoder_2", dtype),
        lambda model, path, build: export_text_encoder(model, path, tokens, build),
        lambda model: lambda ids, mask: model(ids, mask).last_hidden_state,
        inputs,
    )  # fmt: skip


def image_part(source):
    size = source.config("image_encoder")["image_size"]
    return Part(
        "imageEncoder", "image_encoder.onnx", "vae",
        lambda dtype: source.load("image_encoder", dtype), hunyuan.export_image_encoder,
        lambda model: lambda pixels: model(pixel_values=pixels).last_hidden_state,
        lambda model: {"pixel_values": noise(1, 3, size, size)},
    )  # fmt: skip


def transformer_part(source, manifest):
    """Without masks: rows of padding are left out by the engine, and attention is fused."""
    words, glyphs = manifest["text"]["maxTokens"], manifest["glyphs"]["maxTokens"]
    embedding = (manifest.get("picture") or {}).get("embedding") or {"tokens": 1, "dimension": 1}
    shape = largest_latents(manifest)
    config = source.config("transformer")

    def example(model, size, tokens, tokens_2):
        return hunyuan.example_inputs(
            model, size, tokens, tokens_2, embedding["tokens"], generator=torch.Generator().manual_seed(7), masked=False
        )  # fmt: skip

    largest = {
        "hidden_states": shape,
        "timestep": (1,),
        "encoder_hidden_states": (1, words, config["text_embed_dim"]),
        "encoder_hidden_states_2": (1, glyphs, config["text_embed_2_dim"]),
        "encoder_hidden_states_image": (1, embedding["tokens"], config["image_embed_dim"]),
        "condition": (1, shape[1] + 1, *shape[2:]),
        "timestep_r": (1,),
    }
    if config["task_type"] != "i2v":
        del largest["encoder_hidden_states_image"], largest["condition"]
    if not config["use_meanflow"]:
        del largest["timestep_r"]
    return Part(
        "transformer", "transformer.onnx", "transformer",
        lambda dtype: source.load("transformer", dtype),
        lambda model, path, build: hunyuan.export_transformer(
            model, path, (3, 4, 2), 24, 16, embedding["tokens"], masked=False, build=build
        ),
        lambda model: hunyuan.reference_transformer(model, masked=False),
        lambda model: example(model, (2, 4, 6), 24, 16),
        largest,
    )  # fmt: skip
