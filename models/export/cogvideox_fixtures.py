"""Writes the tiny CogVideoX pack of tests/fixtures/packs, or checks it: cogvideox_fixtures.py [--check].

Random weights in the shape of the released models, nothing here has been trained.
"""

import argparse
import json
import shutil

import torch
from diffusers import AutoencoderKLCogVideoX, CogVideoXTransformer3DModel
from transformers import T5Config, T5EncoderModel

import cogvideox_export as cogvideox
import make_fixtures as fixtures
import tiny_models as tiny
from onnx_graph import compare, session
from pack_files import file_entry, write_pack
from text_export import export_text_encoder

NAME, CHANNELS, SCALING = "tiny-cogvideox", 4, 1.15258426
SCHEDULER = {
    "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": False,
    "num_train_timesteps": 1000, "prediction_type": "v_prediction", "rescale_betas_zero_snr": True,
    "set_alpha_to_one": True, "timestep_spacing": "trailing", "snr_shift_scale": 3.0,
}  # fmt: skip


def text_encoder(vocab_size, seed=60):
    """T5 version 1.1: a gated feed-forward, and one table of relative positions for all layers."""
    config = T5Config(
        vocab_size=vocab_size, d_model=tiny.TEXT_DIM, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
        relative_attention_num_buckets=8, relative_attention_max_distance=20, dropout_rate=0.0,
        feed_forward_proj="gated-gelu", pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    config._attn_implementation = "eager"
    return tiny.scaled(T5EncoderModel(config), tiny.SEED + seed, 0.7)


def transformer(head_dim=16):
    model = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=head_dim, in_channels=CHANNELS, out_channels=CHANNELS,
        time_embed_dim=8, text_embed_dim=tiny.TEXT_DIM, num_layers=2, sample_width=4, sample_height=2,
        sample_frames=9, patch_size=2, temporal_compression_ratio=4, max_text_seq_length=tiny.MAX_TOKENS,
    )  # fmt: skip
    return tiny.scaled(model, tiny.SEED + 61, 0.8)


def vae():
    blocks = 4
    model = AutoencoderKLCogVideoX(
        in_channels=3, out_channels=3, latent_channels=CHANNELS, layers_per_block=1, norm_num_groups=2,
        down_block_types=("CogVideoXDownBlock3D",) * blocks, up_block_types=("CogVideoXUpBlock3D",) * blocks,
        block_out_channels=(8, 8, 8, 8), temporal_compression_ratio=4, scaling_factor=SCALING,
    )  # fmt: skip
    tiny.scaled(model, tiny.SEED + 62)
    model.decoder.conv_out.conv.weight.mul_(0.3)  # few values outside [-1, 1]
    return model


def pack():
    return fixtures.manifest(
        NAME,
        "Tiny CogVideoX",
        "Random weights in the shape of CogVideoX-2B: v prediction, words and cells attended to together.",
        family="cogvideox",
        promptDialect="cogvideox",
        text={"maxTokens": tiny.MAX_TOKENS, "dimension": tiny.TEXT_DIM, "cleanup": "none", "padTokenId": 0},
        latent={
            "channels": CHANNELS, "temporalCompression": 4, "spatialCompression": 8, "patch": [1, 2, 2],
            "mean": [0], "std": [1 / SCALING],
        },
        frames={"min": 9, "max": 25, "rate": {"num": 8, "den": 1}},
        sizes=[
            {"width": 32, "height": 16, "memoryBytes": 50_000_000},
            {"width": 48, "height": 32, "memoryBytes": 50_000_000},
        ],
        schedule={"solver": "ddim", "shift": 3, "steps": 4, "timestep": "batch", "timestepType": "int64"},
        guidance={"scale": 6, "negativePrompt": ""},
        abilities={"firstFrame": True, "lastFrame": True, "latentMask": True, "negativePrompt": True},
    )  # fmt: skip


def write():
    tokenizer = tiny.tokenizer()
    # Beside the old one, which tests may be reading for the minutes that this takes.
    folder = fixtures.PACKS / f"{NAME}.new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    export_text_encoder(text_encoder(tokenizer.get_vocab_size()), folder / "text_encoder.onnx", tiny.MAX_TOKENS)
    cogvideox.export_transformer(transformer(), folder / "transformer.onnx", tokens=tiny.MAX_TOKENS)
    cogvideox.export_vae_encoder(vae(), folder / "vae_encoder.onnx")
    cogvideox.export_vae_decoder(vae(), folder / "vae_decoder.onnx")
    write_pack(folder, pack())
    shutil.rmtree(fixtures.PACKS / NAME, ignore_errors=True)
    folder.rename(fixtures.PACKS / NAME)


@torch.no_grad()
def check():
    """ONNX against the library, over shapes that were not the example's, batch 2 included."""
    generator = torch.Generator().manual_seed(1)
    folder, whole, clips = fixtures.PACKS / NAME, transformer(), vae()
    vocabulary = tiny.tokenizer().get_vocab_size()
    encoder = text_encoder(vocabulary)
    graphs = {name: session(folder / f"{name}.onnx") for name in ("text_encoder", "transformer", "vae_encoder", "vae_decoder")}
    worst = 0.0

    def difference(name, reference, inputs):
        nonlocal worst
        value = compare(graphs[name], reference, inputs)
        worst = max(worst, value)
        print(f"{name:14} {value:.2e}  {' '.join(str(tuple(v.shape)) for v in inputs.values())}", flush=True)

    ids = torch.randint(3, vocabulary, (1, 16), generator=generator)
    difference("text_encoder", lambda i, m: encoder(i, m)[0], {"input_ids": ids, "attention_mask": torch.ones_like(ids)})
    for batch, frames, height, width in ((1, 9, 16, 32), (2, 17, 32, 48), (1, 25, 16, 32)):
        f = (frames - 1) // 4 + 1
        latents = torch.randn(batch, CHANNELS, f, height // 8, width // 8, generator=generator)
        words = torch.randn(batch, 16, tiny.TEXT_DIM, generator=generator)
        time = torch.tensor([999, 249])[:batch]
        difference(
            "transformer",
            lambda x, t, e: whole(x.transpose(1, 2), e, t, return_dict=False)[0].transpose(1, 2),
            {"hidden_states": latents, "timestep": time, "encoder_hidden_states": words},
        )
        clip = torch.rand(batch, 3, frames, height, width, generator=generator) * 2 - 1
        difference("vae_encoder", lambda x: clips.encode(x).latent_dist.mode(), {"frames": clip})
        difference("vae_decoder", lambda z: clips.decode(z).sample, {"latents": latents})
    still = torch.rand(1, 3, 1, 16, 32, generator=generator) * 2 - 1
    moving = {"frames": still.expand(1, 3, 5, 16, 32).contiguous()}  # how the engine encodes a picture
    difference("vae_encoder", lambda x: clips.encode(x[:, :, :1]).latent_dist.mode().expand(1, CHANNELS, 2, 2, 4), moving)
    for key, entry in json.loads((folder / "pack.json").read_text(encoding="utf-8"))["components"].items():
        if file_entry(folder / entry["file"]) != entry:
            raise SystemExit(f"{NAME}: {key} does not match its hash")
    print(NAME, sum(p.stat().st_size for p in folder.iterdir()), f"bytes; largest difference {worst:.2e}")
    if worst > fixtures.TOLERANCE:
        raise SystemExit(f"over the tolerance of {fixtures.TOLERANCE}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the pack that is there, write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.check:
        write()
    check()
