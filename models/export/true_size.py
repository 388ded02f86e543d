"""Exports one graph of a released model's true size with random weights, runs it once, and measures both: proof, not a pack.

    python true_size.py wan2.1-1.3b /tmp/true        # export, then load and run, each in its own process; then deletes
    python true_size.py umt5-xxl-layer /tmp/true

No released weight is needed: only the shapes are real. Peaks are the processes' largest resident sizes.
"""

import argparse
import contextlib
import json
import math
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from attention import ATTENTION
from onnx_graph import Build
from operators import count_operators, require_fused
from pack_files import external_files, shard
from text_export import export_text_encoder
from wan_export import export_transformer, export_vae_decoder

LATENTS = (1, 16, 3, 16, 16)
WAN_VAE_TILE = (1, 16, 3, 32, 32)  # a tile of 256 x 256, 9 frames


def wan_transformer():
    from diffusers import WanTransformer3DModel

    return WanTransformer3DModel(
        num_attention_heads=12, attention_head_dim=128, ffn_dim=8960, num_layers=30, text_dim=4096,
        cross_attn_norm=True, qk_norm="rms_norm_across_heads", rope_max_seq_len=1024,
    )  # fmt: skip


def wan_inputs():
    generator = torch.Generator().manual_seed(1)
    return {
        "hidden_states": torch.randn(LATENTS, generator=generator),
        "timestep": torch.tensor([500]),
        "encoder_hidden_states": torch.randn(1, 512, 4096, generator=generator),
    }


def text_layer():
    """One layer of UMT5-XXL at its true width. The embedding table (2.1 GB in float16) has 4,096 of its 256,384 rows."""
    from transformers import UMT5Config, UMT5EncoderModel

    config = UMT5Config(
        vocab_size=4096, d_model=4096, d_kv=64, d_ff=10240, num_layers=1, num_heads=64, feed_forward_proj="gated-gelu",
        relative_attention_num_buckets=32, relative_attention_max_distance=128, dropout_rate=0.0,
    )  # fmt: skip
    config._attn_implementation = "eager"
    return UMT5EncoderModel(config)


def text_inputs():
    ids = torch.randint(3, 4096, (1, 512), generator=torch.Generator().manual_seed(1))
    return {"input_ids": ids, "attention_mask": (torch.arange(512) < 40).long()[None]}


def wan_vae():
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan()


def vae_inputs():
    return {"latents": torch.randn(WAN_VAE_TILE, generator=torch.Generator().manual_seed(1))}


# name -> (model, inputs, export, largest real input shapes)
MODELS = {
    "wan2.1-1.3b": (
        wan_transformer,
        wan_inputs,
        lambda model, path, build: export_transformer(model, path, (3, 16, 16), tokens=512, build=build),
        {"hidden_states": (1, 16, 21, 60, 104), "timestep": (1,), "encoder_hidden_states": (1, 512, 4096)},
    ),
    "umt5-xxl-layer": (
        text_layer,
        text_inputs,
        lambda model, path, build: export_text_encoder(model, path, 512, build),
        None,
    ),
    "wan2.1-vae-decoder": (
        wan_vae,
        vae_inputs,
        lambda model, path, build: export_vae_decoder(model, path, 3, 8, 8, build),
        None,
    ),
}


@contextlib.contextmanager
def undrawn_weights():
    """Layers made within draw no weights: 1.4 billion normal numbers cost minutes, `fill` costs seconds."""
    kinds = (torch.nn.Linear, torch.nn.modules.conv._ConvNd, torch.nn.Embedding)
    own = [kind.reset_parameters for kind in kinds]
    for kind in kinds:
        kind.reset_parameters = lambda self: None
    try:
        yield
    finally:
        for kind, method in zip(kinds, own, strict=True):
            kind.reset_parameters = method


def fill(model):
    """Matrices from one long list of normal numbers, over and over, scaled by their inputs; the rest near 0 or 1."""
    drawn = torch.randn(1_000_003)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim < 2:
                parameter.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.01)
                continue
            fan = parameter[0].numel() if parameter.ndim > 1 and "shared" not in name and "embed" not in name else 1
            source = (drawn / math.sqrt(fan)).to(parameter.dtype)
            flat = parameter.view(-1)
            for start in range(0, flat.numel(), source.numel()):
                part = flat[start : start + source.numel()]
                part.copy_(source[: part.numel()])
    return model


def measured(work):
    started = time.monotonic()
    result = work()
    return result, round(time.monotonic() - started, 1)


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def export_stage(name, folder, build):
    make, inputs, write, largest = MODELS[name]
    torch.manual_seed(0)
    half = build.precision == "fp16"
    torch.set_default_dtype(torch.float16 if half else torch.float32)  # no float32 copy is ever made
    with undrawn_weights():
        model, build_seconds = measured(make)
    torch.set_default_dtype(torch.float32)
    _, fill_seconds = measured(lambda: fill(model))
    parameters = sum(p.numel() for p in model.parameters())
    path = folder / f"{name}.onnx"
    module, export_seconds = measured(lambda: write(model, path, build))
    if largest and build.attention != "plain":
        require_fused(path, largest)
    with torch.no_grad():
        expected, forward_seconds = measured(lambda: module(*inputs().values()))
    np.save(folder / "expected.npy", expected.numpy())
    report = {
        "parameters": parameters,
        "seconds": {"build": build_seconds, "fill": fill_seconds, "export": export_seconds, "torchForward": forward_seconds},
        "graphBytes": path.stat().st_size,
        "weightBytes": {file: (folder / file).stat().st_size for file in external_files(path)},
        "operators": count_operators(path),
    }
    return report


def run_stage(name, folder, _build):
    """On the CPU provider float16 runs as float32 in places: a check of the file, not of float16 on a GPU."""
    path = folder / f"{name}.onnx"
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    graph, load_seconds = measured(
        lambda: ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    )
    loaded = peak_bytes()
    inputs = {key: value.numpy() for key, value in MODELS[name][1]().items()}
    (output,), run_seconds = measured(lambda: graph.run(None, inputs))
    expected = np.load(folder / "expected.npy").astype(np.float64)
    gap = output.astype(np.float64) - expected
    return {
        "seconds": {"load": load_seconds, "forward": run_seconds},
        "peakBytesLoaded": loaded,
        "shape": list(output.shape),
        "finite": bool(np.isfinite(output).all()),
        "largestDifference": float(np.abs(gap).max()),
        "relativeDifference": float(np.linalg.norm(gap) / np.linalg.norm(expected)),
    }


def shard_stage(name, folder, _build):
    """The same weights in files of at most 1 GB; the run stage after it must give the same."""
    count, seconds = measured(lambda: shard(folder / f"{name}.onnx", 10**9))
    return {"files": count, "seconds": seconds}


STAGES = {"export": export_stage, "run": run_stage, "shard": shard_stage, "run again": run_stage}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("folder", type=Path, help="for the files; emptied afterwards")
    parser.add_argument("--provider", choices=ATTENTION, default="cuda")
    parser.add_argument("--precision", choices=("fp16", "fp32"), default="fp16")
    parser.add_argument("--stage", choices=STAGES)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.stage:
        stage = STAGES[arguments.stage]
        report = stage(arguments.model, arguments.folder, Build(arguments.precision, arguments.provider))
        print(json.dumps({"peakBytes": peak_bytes(), **report}))
        return
    folder = arguments.folder / arguments.model
    folder.mkdir(parents=True)
    result = {"model": arguments.model, "provider": arguments.provider, "precision": arguments.precision}
    try:
        for stage in STAGES:
            if stage == "shard" and not external_files(folder / f"{arguments.model}.onnx"):
                break
            command = [sys.executable, __file__, arguments.model, str(folder), "--stage", stage]
            command += ["--provider", arguments.provider, "--precision", arguments.precision]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            result[stage] = json.loads(done.stdout.strip().splitlines()[-1])
            print(f"{stage}: {json.dumps(result[stage])}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
