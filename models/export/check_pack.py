"""Compares the graphs of a pack with the library's float32 models: check_pack.py --from FOLDER --pack FOLDER [--provider …].

Also counts the nodes that ran elsewhere than on the provider asked for (onnxruntime's profile tells where each ran).
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import onnxruntime as ort
import torch

from parts import Source, parts_of

PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "webgpu": "WebGpuExecutionProvider",
    "cpu": "CPUExecutionProvider",
    "plain": "CPUExecutionProvider",
}
# Norm of the difference over the norm of the reference, per precision.
TOLERANCE = {"fp32": 1e-4, "fp16": 3e-2, "int8": 3e-2, "int4": 0.25}


def check(source, folder, manifest, provider="cpu", precisions=None):
    """One row a graph: {component, largest, relative, tolerance, ok, seconds, off}. precisions: group -> key of TOLERANCE."""
    rows = []
    for part in parts_of(source, manifest):
        path = Path(folder) / part.file
        if not path.exists():
            continue
        precision = (precisions or {}).get(part.group, "fp32")
        rows.append({"component": part.component, "precision": precision, **check_part(part, path, provider, precision)})
    return rows


def check_part(part, path, provider, precision):
    model = part.load(torch.float32)
    try:
        reference = part.reference(model)
    except NotImplementedError as error:
        return {"skipped": str(error), "ok": True}
    inputs = part.inputs(model)
    with torch.no_grad():
        expected = reference(*inputs.values()).double()
    del model, reference
    output, seconds, off = run_profiled(path, inputs, provider)
    if output.shape != expected.shape:
        return {"skipped": f"shape {tuple(output.shape)} instead of {tuple(expected.shape)}", "ok": False}
    if part.component == "textEncoder":  # what lies past the mask is cleared by the caller
        used = inputs["attention_mask"].sum()
        output, expected = output[:, :used], expected[:, :used]
    gap = output.double() - expected
    relative = (gap.norm() / expected.norm().clamp_min(1e-12)).item()
    tolerance = TOLERANCE[precision]
    return {
        "largest": gap.abs().max().item(),
        "relative": relative,
        "tolerance": tolerance,
        "ok": relative <= tolerance,
        "seconds": round(seconds, 3),
        "off": off,
    }


def run_profiled(path, inputs, provider):
    """(output, seconds, operator -> count of the nodes that ran on another provider)."""
    name = PROVIDERS[provider]
    if name not in ort.get_available_providers():
        raise SystemExit(f"this onnxruntime has no {name}: it has {', '.join(ort.get_available_providers())}")
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = torch.get_num_threads()
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "profile")
        providers = [name] if name == "CPUExecutionProvider" else [name, "CPUExecutionProvider"]
        graph = ort.InferenceSession(str(path), options, providers=providers)
        if name not in graph.get_providers():
            raise SystemExit(f"{name} refused to start; what is missing stands in onnxruntime's log")
        values = {key: value.numpy() for key, value in inputs.items()}
        started = time.monotonic()
        output = torch.from_numpy(graph.run(None, values)[0])
        seconds = time.monotonic() - started
        events = json.loads(Path(graph.end_profiling()).read_text(encoding="utf-8"))
    return output, seconds, off_provider(events, name)


def off_provider(events, name):
    """Nodes of a profile that ran on another provider. Shape arithmetic belongs on the CPU, and is small: see the count."""
    ran = {(e["name"], e["args"]["op_name"], e["args"]["provider"]) for e in events if e.get("args", {}).get("provider")}
    return dict(Counter(operator for _, operator, provider in ran if provider != name))


def table(rows):
    head = ("component", "precision", "largest", "relative", "tolerance", "seconds", "off provider", "")
    lines = [head]
    for row in rows:
        if "skipped" in row:
            lines.append((row["component"], row["precision"], "-", "-", "-", "-", "-", row["skipped"]))
            continue
        numbers = (f"{row['largest']:.2e}", f"{row['relative']:.2e}", f"{row['tolerance']:.0e}", f"{row['seconds']:.2f}")
        verdict = "ok" if row["ok"] else "OVER"
        lines.append((row["component"], row["precision"], *numbers, str(sum(row["off"].values())), verdict))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="the diffusers folder that the pack was made from")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--provider", choices=PROVIDERS, default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    manifest = json.loads((arguments.pack / "pack.json").read_text(encoding="utf-8"))
    precisions = manifest["provenance"].get("precision")
    rows = check(Source(arguments.source), arguments.pack, manifest, arguments.provider, precisions)
    print(table(rows))
    if not all(row["ok"] for row in rows):
        raise SystemExit("over the tolerance")


if __name__ == "__main__":
    main()
