"""Turns a diffusers folder on this machine into a pack: export_pack.py --from FOLDER --to FOLDER --manifest NAME [options].

What the manifest says beyond its components comes from manifests/NAME.json (or a path); docs/exporter.md has examples.
"""

import argparse
import gc
import json
import resource
import time
from pathlib import Path

import diffusers
import onnxruntime
import torch
import transformers

from attention import ATTENTION
from check_pack import check, table
from onnx_graph import Build
from operators import LONGEST_SOFTMAX, count_operators, require_fused
from pack_files import external_files, shard, write_pack
from parts import Source, parts_of
from quantise import BITS, quantise
from tokenizer_files import write_tokenizer

MANIFESTS = Path(__file__).resolve().parent / "manifests"
REPORT = "export-report.json"


def export_pack(source, folder, manifest, options):
    """Writes the pack and returns its report. A part is loaded, written and let go before the next is loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(source.folder / "tokenizer", folder / "tokenizer.json")
    precisions = {"text": options.text, "transformer": options.precision, "vae": options.vae}
    graphs = {}
    for part in parts_of(source, manifest):
        if options.only and part.component not in options.only:
            continue
        started = time.monotonic()
        graphs[part.component] = export_part(part, folder / part.file, precisions[part.group], options)
        graphs[part.component]["seconds"] = round(time.monotonic() - started, 1)
        print(f"{part.component}: {json.dumps(graphs[part.component])}", flush=True)
    if options.preview:
        from taehv import export_preview_decoder

        path = folder / "preview_decoder.onnx"
        export_preview_decoder(options.preview, path, manifest, Build(options.vae))
        graphs["previewDecoder"] = {"operators": count_operators(path)}
    report = {
        "source": source.folder.name,
        "pipeline": source.pipeline,
        "provider": options.provider,
        "precision": precisions,
        "versions": {
            "torch": torch.__version__.split("+")[0],
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "graphs": graphs,
    }
    if options.check:
        report["check"] = check(source, folder, manifest, options.check_on, precisions)
    pack = write_pack(folder, with_provenance(with_statistics(source, manifest), report))
    report["peakBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    report["bytes"] = sum(file["bytes"] for entry in pack["components"].values() for file in (entry, *entry["externalData"]))
    (folder / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def export_part(part, path, precision, options):
    half = precision != "fp32"
    model = part.load(torch.float16 if half else torch.float32)
    # Only the transformer's attention is long; the others' would gain nothing and lose portability.
    attention = options.provider if part.group == "transformer" else "plain"
    part.export(model, path, Build("fp16" if half else "fp32", attention))
    del model
    gc.collect()
    if precision in BITS:
        quantise(path, precision)
    operators = count_operators(path)
    if part.largest:
        require_fused(path, part.largest, options.longest_softmax)
    if options.shard_bytes and external_files(path):
        shard(path, options.shard_bytes)
    return {"precision": precision, "operators": operators}


def with_statistics(source, manifest):
    """LTX-Video's latent statistics lie in its checkpoint and in no configuration."""
    if manifest["family"] != "ltx":
        return manifest
    vae = source.load("vae", torch.float32)
    measured = {"mean": vae.latents_mean.tolist(), "std": vae.latents_std.tolist()}
    return manifest | {"latent": manifest["latent"] | measured}


def with_provenance(manifest, report):
    told = manifest.get("provenance", {})
    made = {
        "recipe": "models/export/export_pack.py",
        "source": report["source"],
        "attention": ATTENTION[report["provider"]],
        "precision": report["precision"],
        "versions": report["versions"],
        "operators": {name: graph["operators"] for name, graph in report["graphs"].items()},
    }
    if "check" in report:
        made["relativeError"] = {row["component"]: row["relative"] for row in report["check"] if "relative" in row}
    return manifest | {"provenance": {"trainedOn": "", "hours": 0} | told | made}


def read_manifest(name):
    path = Path(name) if name.endswith(".json") else MANIFESTS / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in MANIFESTS.glob("*.json"))) or "none yet"
        raise SystemExit(f"no manifest {path}; there are: {known}")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in manifest.items() if key != "components"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", required=True, help="folder with model_index.json")
    parser.add_argument("--to", type=Path, required=True, help="folder of the pack; made where missing")
    parser.add_argument("--manifest", required=True, help="a name in manifests/, or a path to a .json")
    parser.add_argument("--provider", choices=ATTENTION, default="cuda", help="whose fused attention the transformer uses")
    parser.add_argument("--precision", choices=("fp16", "fp32"), default="fp16", help="of the transformer")
    parser.add_argument("--vae", choices=("fp16", "fp32"), default="fp16")
    parser.add_argument("--text", choices=("fp16", "fp32", *BITS), default="fp16")
    parser.add_argument("--preview", type=Path, help="weights of a tiny VAE: taew2_1.pth, taew2_2.safetensors …")
    parser.add_argument("--longest-softmax", type=int, default=LONGEST_SOFTMAX, help="tokens that may go unfused")
    parser.add_argument("--shard-bytes", type=int, help="largest weight file beside a graph; default: one file")
    parser.add_argument("--only", nargs="*", metavar="COMPONENT", help="e.g. transformer: leaves the others as they are")
    parser.add_argument("--check", action="store_true", help="compare with torch in float32 afterwards")
    parser.add_argument("--check-on", choices=("cpu", "cuda", "webgpu"), default="cpu", help="provider of the check")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    report = export_pack(Source(options.source), options.to, read_manifest(options.manifest), options)
    if "check" in report:
        print(table(report["check"]))
    print(f"{options.to}: {report['bytes']:,} bytes; peak memory {report['peakBytes'] / 1e9:.1f} GB; see {REPORT}")
    if not all(row["ok"] for row in report.get("check", [])):
        raise SystemExit("over the tolerance")


if __name__ == "__main__":
    main()
