"""Writes the tiny packs of tests/fixtures/packs, or checks them against torch: make_fixtures.py [--check]."""

import argparse
import json
import shutil
from pathlib import Path

import torch

import tiny_models as tiny
import wan_export as wan

PACKS = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "packs"
TOLERANCE = 1e-4


def manifest(pack, name, description, **parts):
    base = {
        "formatVersion": 1,
        "id": pack,
        "name": name,
        "version": "1.0.0",
        "family": "wan",
        "description": description,
        "licence": {"spdx": "Apache-2.0", "name": "Apache License 2.0", "url": None, "excludedRegions": []},
        "text": {"maxTokens": tiny.MAX_TOKENS, "dimension": tiny.TEXT_DIM, "cleanup": "wan", "padTokenId": 0},
        "latent": {
            "channels": 16,
            "temporalCompression": 4,
            "spatialCompression": 8,
            "patch": [1, 2, 2],
            "mean": tiny.Z16_MEAN,
            "std": tiny.Z16_STD,
        },
        "frames": {"min": 5, "max": 17, "rate": {"num": 16, "den": 1}},
        "sizes": [
            {"width": 16, "height": 16, "memoryBytes": 50_000_000},
            {"width": 32, "height": 16, "memoryBytes": 50_000_000},
        ],
        "schedule": {},
        "guidance": {"scale": 6, "negativePrompt": "blurry, low quality"},
        "abilities": {"firstFrame": True, "lastFrame": True, "latentMask": True, "negativePrompt": True},
        "camera": {"kind": "prompt"},
        "promptDialect": "wan",
        "provenance": {"recipe": "models/export", "trainedOn": "nothing: random weights for tests", "hours": 0},
    }
    return base | parts


def wan_pack():
    return manifest(
        "tiny-wan",
        "Tiny Wan",
        "Random weights in the shape of Wan 2.1 text to video: one integer timestep per clip.",
        schedule={"solver": "unipc", "shift": 3, "steps": 4, "timestep": "batch", "timestepType": "int64"},
        abilities={"firstFrame": False, "lastFrame": False, "latentMask": False, "negativePrompt": True},
    )


def ti2v_pack():
    latent = manifest("", "", "")["latent"] | {
        "channels": 48, "spatialCompression": 16, "mean": tiny.Z48_MEAN, "std": tiny.Z48_STD,
    }  # fmt: skip
    return manifest(
        "tiny-ti2v",
        "Tiny TI2V",
        "Random weights in the shape of Wan 2.2 TI2V: one timestep per token, first frame given.",
        latent=latent,
        sizes=[
            {"width": 32, "height": 32, "memoryBytes": 50_000_000},
            {"width": 64, "height": 32, "memoryBytes": 50_000_000},
        ],
        schedule={
            "solver": "flow-match-euler", "shift": 5, "steps": 4, "timestep": "tokens", "timestepType": "float32",
        },
        guidance={"scale": 5, "negativePrompt": "blurry, low quality"},
        abilities={"firstFrame": True, "lastFrame": False, "latentMask": True, "negativePrompt": True},
    )  # fmt: skip


def camera_pack():
    return manifest(
        "tiny-camera",
        "Tiny Camera",
        "Random weights with a camera flow input and one timestep per latent frame.",
        schedule={
            "solver": "flow-match-euler", "shift": 3, "steps": 4, "timestep": "frames", "timestepType": "float32",
        },
        guidance={"scale": 4, "negativePrompt": ""},
        camera={"kind": "flow"},
    )  # fmt: skip


def build():
    """name -> (manifest, transformer, export options, VAE)"""
    return {
        "tiny-wan": (wan_pack(), tiny.wan_transformer(16, 12, tiny.SEED + 4), {}, tiny.vae16()),
        "tiny-ti2v": (
            ti2v_pack(),
            tiny.wan_transformer(48, 16, tiny.SEED + 5),
            {"timestep": "tokens", "timestep_type": torch.float32},
            tiny.vae48(),
        ),
        "tiny-camera": (
            camera_pack(),
            tiny.camera_transformer(),
            {"timestep": "frames", "timestep_type": torch.float32, "camera": 4},
            tiny.vae16(),
        ),
    }


def write():
    tokenizer = tiny.tokenizer()
    encoder = tiny.text_encoder(tokenizer.get_vocab_size())
    for name, (pack, transformer, options, vae) in build().items():
        folder = PACKS / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        torch.manual_seed(0)
        (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
        wan.export_text_encoder(encoder, folder / "text_encoder.onnx", tiny.MAX_TOKENS)
        wan.export_transformer(transformer, folder / "transformer.onnx", (3, 4, 2), tokens=tiny.MAX_TOKENS, **options)
        wan.export_vae_encoder(vae, folder / "vae_encoder.onnx", 9, 64, 32)
        wan.export_vae_decoder(vae, folder / "vae_decoder.onnx", 3, 4, 2)
        wan.write_pack(folder, pack)


def check():
    """ONNX against the reference implementation, over shapes that were not the example's, batch 2 included."""
    generator = torch.Generator().manual_seed(1)
    tokenizer = tiny.tokenizer()
    encoder = tiny.text_encoder(tokenizer.get_vocab_size())
    worst = 0.0
    for name, (pack, transformer, options, vae) in build().items():
        folder = PACKS / name
        sessions = {file: wan.session(folder / file) for key, file in wan.FILES.items() if file.endswith(".onnx")}
        shrink = pack["latent"]["spatialCompression"]

        def difference(file, reference, inputs):
            nonlocal worst
            value = wan.compare(sessions[file], reference, inputs)
            worst = max(worst, value)
            shapes = " ".join(str(tuple(v.shape)) for v in inputs.values())
            print(f"{name:12} {file:18} {value:.2e}  {shapes}", flush=True)

        for used in (1, 7, 16):
            ids = torch.randint(3, tokenizer.get_vocab_size(), (1, 16), generator=generator)
            mask = (torch.arange(16) < used).long()[None]

            def text(ids, mask):  # rows at and after the mask are zeroed by the caller
                return encoder(ids, mask).last_hidden_state

            difference("text_encoder.onnx", text, {"input_ids": ids * mask, "attention_mask": mask})

        for batch, frames in ((1, 1), (1, 5), (2, 9), (1, 17)):
            for size in pack["sizes"]:
                h, w = size["height"] // shrink, size["width"] // shrink
                f = (frames - 1) // 4 + 1
                latents = torch.randn(batch, pack["latent"]["channels"], f, h, w, generator=generator)
                clip = torch.rand(batch, 3, frames, size["height"], size["width"], generator=generator) * 2 - 1
                kind = pack["schedule"]["timestep"]
                time = wan.example_timestep(kind, options.get("timestep_type", torch.int64), latents, (1, 2, 2))
                time = time * torch.arange(1, time.numel() + 1).reshape(time.shape) // time.numel()
                inputs = {
                    "hidden_states": latents,
                    "timestep": time,
                    "encoder_hidden_states": torch.randn(batch, 16, tiny.TEXT_DIM, generator=generator),
                }
                if "camera" in options:
                    inputs["camera"] = torch.randn(batch, 4, f, h, w, generator=generator)
                    difference("transformer.onnx", transformer, inputs)
                else:
                    difference("transformer.onnx", lambda x, t, e: transformer(x, t, e, return_dict=False)[0], inputs)
                difference("vae_encoder.onnx", lambda x: vae.encode(x).latent_dist.mode(), {"frames": clip})
                difference("vae_decoder.onnx", lambda z: vae.decode(z).sample, {"latents": latents})
        for key, entry in json.loads((folder / "pack.json").read_text(encoding="utf-8"))["components"].items():
            if wan.file_entry(folder / entry["file"]) != entry:
                raise SystemExit(f"{name}: {key} does not match its hash")
        print(name, sum(p.stat().st_size for p in folder.iterdir()), "bytes")
    print(f"largest difference {worst:.2e}")
    if worst > TOLERANCE:
        raise SystemExit(f"over the tolerance of {TOLERANCE}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the packs that are there, write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.check:
        write()
    check()
