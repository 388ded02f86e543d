"""Measures a pack: codec PSNR, adherence by a classifier on latents, camera obedience; draws the contact sheet."""
import json
import os

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image, ImageDraw

import camera as cam
import grammar
from dataset import Bucket, load_pca, make_clip
from sample import Pack
from train_decoder import load_decoder, measure

ATTRIBUTES = {"setting": grammar.SETTINGS, "time": grammar.TIMES, "weather": grammar.WEATHERS, "subject": grammar.SUBJECTS,
              "colour": grammar.COLOURS, "shot": grammar.SHOTS}
SHEET = [
    ("wide shot, a red car in a desert at sunset, clear sky", dict(yaw=0.35)),
    ("medium shot, a blue robot in a city at night, clear sky", dict(move=(1.4, 0, 0))),
    ("medium shot, a yellow dog moving right on a beach at day, clear sky", {}),
    ("close-up, a purple person in the snow at dawn, fog", dict(zoom=1.6)),
    ("wide shot, a white house in the mountains at day, overcast", dict(move=(0, 0, 1.6))),
    ("medium shot, a red boat on a beach at sunset, clear sky", dict(orbit=0.45)),
    ("medium shot, a green tree in a field at night, clear sky", dict(pitch=0.22)),
    ("medium shot, a blue ball in a room at day", dict(roll=0.35)),
    ("wide shot, a yellow robot in a forest at dawn, clear sky", dict(yaw=-0.35)),
    ("close-up, a white dog in a city at sunset, overcast", {}),
    ("medium shot, a red person moving left in a field at day, clear sky", {}),
    ("wide shot, a purple boat on a beach at night, clear sky", dict(move=(-1.4, 0, 0))),
    ("medium shot, a green car in the snow at night, clear sky", dict(zoom=0.65)),
    ("medium shot, a red house in a forest at day, fog", dict(move=(0, 0, 1.4))),
    ("wide shot, a white person in the mountains at sunset, clear sky", dict(yaw=0.3, zoom=1.3)),
    ("close-up, a yellow car in a city at day, clear sky", dict(move=(1.0, 0, 0))),
    ("medium shot, a blue person jumping in a desert at day, clear sky", {}),
    ("wide shot, a red tree in the snow at dawn, overcast", dict(orbit=-0.45)),
    ("medium shot, a purple ball jumping on a beach at day, overcast", {}),
    ("medium shot, a white robot moving right in a room at night", {}),
    ("wide shot, a blue house in a field at sunset, clear sky", dict(move=(0, 0.8, 0))),
    ("medium shot, a yellow boat in a forest at day, fog", dict(yaw=0.3)),
    ("a red robot", {}),
    ("in the mountains at night", dict(yaw=-0.3)),
]


def scene_path(frames, moves):
    return cam.Path(frames, 35 / 18, **moves)


class Classifier(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(24, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, 2, 1), nn.ReLU(),
                                  nn.Conv2d(width, 2 * width, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d((3, 5)), nn.Flatten(), nn.Linear(30 * width, 256), nn.ReLU())
        self.heads = nn.ModuleDict({k: nn.Linear(256, len(v)) for k, v in ATTRIBUTES.items()})

    def forward(self, z):
        y = self.body(z)
        return {k: head(y) for k, head in self.heads.items()}


def labels(specs, name):
    return torch.tensor([ATTRIBUTES[name].index(s[name]) if s[name] in ATTRIBUTES[name] else -100 for s in specs])


def fit_classifier(work, steps=500):
    path = os.path.join(work, "classifier.pt")
    torch.manual_seed(0)
    net = Classifier()
    if os.path.exists(path):
        net.load_state_dict(torch.load(path))
        return net.eval()
    bucket = Bucket(work, "image-160x96", load_pca(work)["flip"])
    rng, optimiser = np.random.default_rng(0), torch.optim.AdamW(net.parameters(), lr=1e-3)
    for step in range(steps):
        index = rng.integers(0, len(bucket.specs), 96)
        z, specs = bucket.z[index][:, :, 0].float(), [bucket.specs[i] for i in index]
        out = net(z + 0.15 * torch.randn_like(z) * torch.rand(len(z), 1, 1, 1))
        loss = sum(F.cross_entropy(out[k], labels(specs, k), ignore_index=-100) for k in ATTRIBUTES)
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * (1 - step / steps) + 1e-5
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    torch.save(net.state_dict(), path)
    return net.eval()


@torch.no_grad()
def accuracy(net, z, specs):
    """Share of correct answers on latent frames 0, per attribute. Scenes without a subject are left out of it."""
    out, result = net(z), {}
    for k in ATTRIBUTES:
        truth = labels(specs, k)
        ok = (truth >= 0) & torch.tensor([s["subject"] != "none" or k in ("setting", "time", "weather") for s in specs])
        result[k] = round(float((out[k].argmax(1) == truth)[ok].float().mean()), 3)
    return result


def obedience(video, path):
    """How well the last frame agrees with frame 0 moved by the camera: mean L1 (0-255) of the moved and of the unmoved frame 0."""
    last = len(video) - 1
    h, w = video.shape[1:3]
    u, v = cam.cell_grid(h, w)
    rays = np.stack([u.ravel(), v.ravel(), np.ones(u.size)])
    errors, still = [], np.abs(video[last].astype(float) - video[0]).mean(-1)
    inside = np.ones((h, w), bool)
    for depth in (np.inf, cam.HALFWAY, cam.SUBJECT_DISTANCE):
        x = cam.homography(path, last, depth) @ rays
        px = ((x[0] / x[2]) * max(h, w) + w - 1) / 2
        py = ((x[1] / x[2]) * max(h, w) + h - 1) / 2
        mx, my = px.reshape(h, w).astype(np.float32), py.reshape(h, w).astype(np.float32)
        errors.append(np.abs(cv2.remap(video[0], mx, my, cv2.INTER_LINEAR).astype(float) - video[last]).mean(-1))
        inside &= (mx >= 0) & (mx <= w - 1) & (my >= 0) & (my <= h - 1)
    return float(np.min(errors, 0)[inside].mean()), float(still[inside].mean())


def continuation(pack, count=8):
    """Held-out clips continued from their first frame: mean PSNR in dB of frames 1-16 against the truth, and of repeating frame 0."""
    ours, repeated = [], []
    keep = np.array([True, False, False, False, False])
    for i in range(count):
        spec, path, clip = make_clip(600_000_000 + i, 160, 96, 17)
        prompt = grammar.caption(spec, np.random.default_rng(i), plain=True)
        video = pack.decode(pack.sample(prompt, path=path, seed=i, known=(pack.encode(clip), keep)))
        for scores, guess in ((ours, video[1:]), (repeated, np.repeat(clip[:1], 16, 0))):
            scores.append(10 * np.log10(255 ** 2 / max(1e-3, ((guess.astype(float) - clip[1:]) ** 2).mean())))
    return {"psnr": round(float(np.mean(ours)), 2), "psnrRepeatingFrame0": round(float(np.mean(np.minimum(repeated, 40))), 2)}


def contact_sheet(pack, target, seed=1):
    columns, rows = (0, 4, 8, 12, 16), []
    for n, (prompt, moves) in enumerate(SHEET):
        video = pack.decode(pack.sample(prompt, path=scene_path(17, moves), seed=seed + n))
        strip = Image.new("RGB", (160 * len(columns), 96 + 14), (20, 20, 24))
        strip.paste(Image.fromarray(np.concatenate([video[i] for i in columns], 1)), (0, 14))
        words = " ".join(f"{k} {v}" for k, v in moves.items()) or "static"
        ImageDraw.Draw(strip).text((4, 1), f"{prompt}   [camera: {words}]", fill=(230, 230, 230))
        rows.append(np.asarray(strip))
    half = (len(rows) + 1) // 2
    sheet = np.concatenate([np.concatenate(rows[:half], 0), np.concatenate(rows[half:], 0)], 1)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    Image.fromarray(sheet).save(target, quality=86)


def evaluate(work, folder, sheet, count=32):
    """Numbers for the manifest; writes the contact sheet."""
    pack, net = Pack(folder), fit_classifier(work)
    heldout = Bucket(work, "heldout", load_pca(work)["flip"])
    ceiling = accuracy(net, heldout.z[:, :, 0].float(), heldout.specs)
    rng, latents, specs = np.random.default_rng(11), [], heldout.specs[:count]
    for i, spec in enumerate(specs):
        latents.append(torch.from_numpy(pack.sample(grammar.caption(spec, rng, plain=True), seed=1000 + i)))
    result = {"clips": count, "adherence": accuracy(net, torch.cat(latents)[:, :, 0], specs), "classifierOnRealClips": ceiling}
    cameras = {}
    for name, moves in {"pan": dict(yaw=0.3), "truck": dict(move=(1.2, 0, 0)), "zoom": dict(zoom=1.5), "dolly": dict(move=(0, 0, 1.4)), "roll": dict(roll=0.3), "orbit": dict(orbit=0.4), "tilt": dict(pitch=0.2)}.items():
        path = scene_path(17, moves)
        pairs = [obedience(pack.decode(pack.sample(f"medium shot, a red house in {s} at day, clear sky", path=path, seed=i)), path) for i, s in enumerate(("a desert", "the mountains"))]
        cameras[name] = {"moved": round(float(np.mean([a for a, _ in pairs])), 1), "unmoved": round(float(np.mean([b for _, b in pairs])), 1)}
    result["cameraError"] = cameras
    result["fromFirstFrame"] = continuation(pack)
    decoder = load_decoder(work)[0]
    result["psnrLinear"], result["psnrDecoder"] = (round(x, 2) for x in measure(decoder, load_pca(work)))
    contact_sheet(pack, sheet)
    with open(os.path.join(work, "evaluation.json"), "w") as file:
        json.dump(result, file, indent=1)
    return result
