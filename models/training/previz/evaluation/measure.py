"""Measures generated clips beside real ones of the same scenes and cameras, and writes the table."""
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import cv2
import numpy as np

from evaluation import held_out, steadiness
from evaluation.camera_fit import CameraFit, Layouts, verdict
from evaluation.classifier import ATTRIBUTES, fit, name
from evaluation.real_clips import PACK, THREADS, Codec
from evaluation.report import write_report

# Issue targets; None: to be below the real clips' 95th percentile.
TARGETS = {"setting": 0.95, "time": 0.95, "shot": 0.85, "subject": 0.7, "colour": 0.6, "direction": 0.9, "move": 0.75, "magnitude": 0.7, "flicker": None, "seams": None}
LAYOUTS = Layouts()


def read_clip(folder, entry):
    return np.fromfile(os.path.join(folder, f"{entry['id']}.rgb"), np.uint8).reshape(entry["frames"], entry["height"], entry["width"], 3)


def look(entry, folder):
    """Everything about a clip that needs no net."""
    cv2.setNumThreads(1)
    clip = read_clip(folder, entry)
    camera = verdict(CameraFit(clip, entry, LAYOUTS), entry["camera"])
    return {"id": entry["id"], "camera": camera, "flicker": steadiness.flicker(clip), "seams": steadiness.seams(clip), "roughness": steadiness.rough(clip)}


def look_at_all(entries, folder, net):
    with ProcessPoolExecutor(THREADS) as pool:
        found = list(pool.map(partial(look, folder=folder), entries))
    for one, entry in zip(found, entries):
        one["seen"] = name(net, read_clip(folder, entry))
    return found


def rates(found, entries):
    """Share of right answers by measure, and how many answers each is of."""
    shares = {}
    for k in ATTRIBUTES:
        shares[k] = [one["seen"][k] == entry["spec"][k] for one, entry in zip(found, entries)]
    for k in ("direction", "move", "magnitude"):
        shares[k] = [one["camera"][k] for one in found if k in one["camera"]]
    return {k: {"share": round(float(np.mean(v)), 3), "of": len(v)} for k, v in shares.items()}


def steadiness_rows(made, real):
    """The middle clip of each side, the real clips' 95th percentile, and the share of clips below it."""
    rows = {}
    for k in ("flicker", "seams"):
        a, b = np.array([one[k] for one in made]), np.array([one[k] for one in real])
        limit = float(np.percentile(b, 95))
        rows[k] = {"median": round(float(np.median(a)), 3), "percentile95": round(float(np.percentile(a, 95)), 3), "realMedian": round(float(np.median(b)), 3),
                   "realPercentile95": round(limit, 3), "shareBelow": round(float((a < limit).mean()), 3), "of": len(a)}
    return rows


def mistakes(made, entries):
    """How often each thing was right, and what was taken for what: where to look first."""
    result = {}
    for k, values in ATTRIBUTES.items():
        pairs = [(entry["spec"][k], one["seen"][k]) for one, entry in zip(made, entries)]
        result[k] = {v: f"{sum(a == v == b for a, b in pairs)}/{sum(a == v for a, _ in pairs)}" for v in values}
    moves = [(one["camera"]["asked"], one["camera"]["seen"]) for one in made]
    result["move"] = {m: f"{sum(a == m == b for a, b in moves)}/{sum(a == m for a, _ in moves)}" for m in held_out.MOVES}
    return result


def main(count, real_folder, made_folder, docs, seconds):
    entries = held_out.load(count)
    net = fit(Codec(), os.path.dirname(real_folder.rstrip("/")))
    real, made = look_at_all(entries, real_folder, net), look_at_all(entries, made_folder, net)
    with open(os.path.join(PACK, "pack.json")) as file:
        manifest = json.load(file)
    provenance = manifest["provenance"]
    result = {
        "prompts": len(entries), "frames": held_out.FRAMES, "secondsPerClip": float(seconds) if seconds else None,
        "pack": {"version": manifest["version"], "transformer": manifest["components"]["transformer"]["sha256"], **{k: provenance.get(k) for k in ("hours", "hardware", "steps", "validationLoss")}},
        "targets": TARGETS, "measured": rates(made, entries), "ceiling": rates(real, entries), "steadiness": steadiness_rows(made, real),
        "right": mistakes(made, entries), "clips": [{**m, "realCamera": r["camera"]["seen"]} for m, r in zip(made, real)],
    }
    os.makedirs(docs, exist_ok=True)
    with open(os.path.join(docs, "evaluation.json"), "w") as file:
        clips = result.pop("clips")
        text = json.dumps(result, indent=1)[:-2]
        file.write(text + ',\n "clips": [\n  ' + ",\n  ".join(json.dumps(c) for c in clips) + "\n ]\n}\n")
    print(write_report(result, os.path.join(docs, "evaluation.md")))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:6])
