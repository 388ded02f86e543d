"""Writes the tiny LTX pack of tests/fixtures/packs, or checks it: ltx_fixtures.py [--check].

Random weights in the shape of the released models, nothing here has been trained.
"""

import argparse
import json
import math
import shutil

import torch
from diffusers import AutoencoderKLLTXVideo, LTXConditionPipeline, LTXVideoTransformer3DModel

import ltx_export as ltx
import make_fixtures as fixtures
import tiny_models as tiny
from cogvideox_fixtures import text_encoder
from onnx_graph import compare, session
from pack_files import file_entry, write_pack
from text_export import export_text_encoder

NAME, CHANNELS, FRAME_RATE = "tiny-ltx", 8, 25
TIMESTEPS = [1000, 993, 987, 981, 975, 909, 725, 0.03]
DECODE = {"timestep": 0.05, "noiseScale": 0.025}
# A pattern that no two channels share; the released statistics lie in the checkpoint.
MEAN = [round(0.5 * math.sin(1.3 * i + 0.4), 4) for i in range(CHANNELS)]
STD = [round(0.9 + 0.3 * math.cos(0.8 * i), 4) for i in range(CHANNELS)]


def transformer():
    model = LTXVideoTransformer3DModel(
        in_channels=CHANNELS, out_channels=CHANNELS, num_attention_heads=4, attention_head_dim=8,
        cross_attention_dim=32, num_layers=1, caption_channels=tiny.TEXT_DIM,
    )  # fmt: skip
    return tiny.scaled(model, tiny.SEED + 71)


def vae():
    """The blocks of 0.9.5 and later, with few channels."""
    model = AutoencoderKLLTXVideo(
        in_channels=3, out_channels=3, latent_channels=CHANNELS, block_out_channels=(8, 8, 8, 8, 8),
        down_block_types=("LTXVideo095DownBlock3D",) * 4, layers_per_block=(1,) * 5, spatio_temporal_scaling=(True,) * 4,
        downsample_type=("spatial", "temporal", "spatiotemporal", "spatiotemporal"),
        decoder_block_out_channels=(8, 8, 16), decoder_layers_per_block=(1,) * 4,
        decoder_spatio_temporal_scaling=(True,) * 3, decoder_inject_noise=(False,) * 4, upsample_residual=(True,) * 3,
        upsample_factor=(1, 1, 2), timestep_conditioning=True, patch_size=4,
        spatial_compression_ratio=32, temporal_compression_ratio=8,
    )  # fmt: skip
    tiny.scaled(model, tiny.SEED + 72)
    model.decoder.timestep_scale_multiplier.fill_(1000.0)
    model.decoder.conv_out.conv.weight.mul_(0.7)
    # The library draws from the posterior, packs take its mode: without variance they are the same.
    model.encoder.conv_out.conv.weight[CHANNELS].zero_()
    model.encoder.conv_out.conv.bias[CHANNELS] = -30.0
    model.latents_mean.copy_(torch.tensor(MEAN))
    model.latents_std.copy_(torch.tensor(STD))
    return model


def pack():
    return fixtures.manifest(
        NAME,
        "Tiny LTX",
        "Random weights in the shape of LTX-Video 2B distilled: one timestep per latent frame, a decoder that takes a timestep.",
        family="ltx",
        promptDialect="ltx",
        text={"maxTokens": tiny.MAX_TOKENS, "dimension": tiny.TEXT_DIM, "cleanup": "none", "padTokenId": 0},
        latent={
            "channels": CHANNELS, "temporalCompression": 8, "spatialCompression": 32, "patch": [1, 1, 1],
            "mean": MEAN, "std": STD,
        },
        decode=DECODE,
        frames={"min": 9, "max": 33, "rate": {"num": FRAME_RATE, "den": 1}},
        sizes=[
            {"width": 96, "height": 64, "memoryBytes": 50_000_000},
            {"width": 64, "height": 32, "memoryBytes": 50_000_000},
        ],
        schedule={
            "solver": "flow-match-euler", "shift": 1, "steps": len(TIMESTEPS), "timesteps": TIMESTEPS,
            "timestep": "frames", "timestepType": "float32",
        },
        guidance={"scale": 1, "negativePrompt": ""},
        abilities={"firstFrame": True, "lastFrame": True, "latentMask": True, "negativePrompt": False},
    )  # fmt: skip


def write():
    tokenizer = tiny.tokenizer()
    # Beside the old one, which tests may be reading for the minutes that this takes.
    folder = fixtures.PACKS / f"{NAME}.new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    export_text_encoder(text_encoder(tokenizer.get_vocab_size(), 70), folder / "text_encoder.onnx", tiny.MAX_TOKENS)
    ltx.export_transformer(transformer(), folder / "transformer.onnx", FRAME_RATE, tokens=tiny.MAX_TOKENS)
    ltx.export_vae_encoder(vae(), folder / "vae_encoder.onnx")
    ltx.export_vae_decoder(vae(), folder / "vae_decoder.onnx")
    write_pack(folder, pack())
    shutil.rmtree(fixtures.PACKS / NAME, ignore_errors=True)
    folder.rename(fixtures.PACKS / NAME)


def by_token(model, x, time, words, mask):
    """The library's transformer, given what its condition pipeline gives it."""
    b, _, f, h, w = x.shape
    places = LTXConditionPipeline._scale_video_ids(LTXConditionPipeline._prepare_video_ids(b, f, h, w)).float()
    places[:, 0] = places[:, 0] * (1.0 / FRAME_RATE)
    times = time[:, :, None].expand(b, f, h * w).reshape(b, -1)
    out = model(LTXConditionPipeline._pack_latents(x), words, times, mask, video_coords=places, return_dict=False)[0]
    return LTXConditionPipeline._unpack_latents(out, f, h, w)


@torch.no_grad()
def check():
    """ONNX against the library, over shapes that were not the example's, batch 2 included."""
    generator = torch.Generator().manual_seed(1)
    folder, whole, clips = fixtures.PACKS / NAME, transformer(), vae()
    vocabulary = tiny.tokenizer().get_vocab_size()
    encoder = text_encoder(vocabulary, 70)
    graphs = {name: session(folder / f"{name}.onnx") for name in ("text_encoder", "transformer", "vae_encoder", "vae_decoder")}
    worst = 0.0

    def difference(name, reference, inputs):
        nonlocal worst
        value = compare(graphs[name], reference, inputs)
        worst = max(worst, value)
        print(f"{name:14} {value:.2e}  {' '.join(str(tuple(v.shape)) for v in inputs.values())}", flush=True)

    ids = torch.randint(3, vocabulary, (1, 16), generator=generator)
    mask = (torch.arange(16) < 9).long()[None]
    difference("text_encoder", lambda i, m: encoder(i, m)[0], {"input_ids": ids, "attention_mask": mask})
    for batch, frames, height, width in ((1, 9, 64, 64), (2, 17, 64, 96), (1, 33, 96, 64)):
        f = (frames - 1) // 8 + 1
        latents = torch.randn(batch, CHANNELS, f, height // 32, width // 32, generator=generator)
        inputs = {
            "hidden_states": latents,
            "timestep": torch.rand(batch, f, generator=generator) * 1000,
            "encoder_hidden_states": torch.randn(batch, 16, tiny.TEXT_DIM, generator=generator),
            "encoder_attention_mask": mask.expand(batch, 16).contiguous(),
        }
        difference("transformer", lambda x, t, e, m: by_token(whole, x, t, e, m), inputs)
        clip = torch.rand(batch, 3, frames, height, width, generator=generator) * 2 - 1
        difference("vae_encoder", lambda x: clips.encode(x).latent_dist.mode(), {"frames": clip})
        time = torch.tensor([0.05, 0.3])[:batch]
        difference("vae_decoder", lambda z, t: clips.decode(z, t).sample, {"latents": latents, "timestep": time})
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
