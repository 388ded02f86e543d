"""Tells setting, time of day, shot size, subject and colour from pictures; trained on freshly rendered clips that went through the codec."""
import os
from concurrent.futures import ProcessPoolExecutor

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import camera
import grammar
from dataset import SIZES
from evaluation import held_out
from evaluation.real_clips import THREADS, Codec, render

ATTRIBUTES = {"setting": grammar.SETTINGS, "time": grammar.TIMES, "shot": grammar.SHOTS, "subject": grammar.SUBJECTS, "colour": grammar.COLOURS}
SCENES = int(os.environ.get("SHOTWRIGHT_EVAL_SCENES", 3600))
EPOCHS = 7
SEED = 1_500_000_000
TIMES = (0, 4, 8, 12, 16)  # frames that are looked at; the shot size is that of the first one, before the camera has moved


class Net(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        layer = lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU())
        self.body = nn.Sequential(layer(3, width, 2), layer(width, 2 * width, 2), layer(2 * width, 2 * width, 1), layer(2 * width, 4 * width, 2),
                                  layer(4 * width, 4 * width, 1), layer(4 * width, 5 * width, 2), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
                                  nn.Dropout(0.25), nn.Linear(80 * width, 256), nn.ReLU())
        self.heads = nn.ModuleDict({k: nn.Linear(256, len(v)) for k, v in ATTRIBUTES.items()})

    def forward(self, pictures):
        """uint8 [B, H, W, 3] -> logits by attribute."""
        y = self.body(pictures.permute(0, 3, 1, 2).float() / 127.5 - 1)
        return {k: head(y) for k, head in self.heads.items()}


def make_part(seeds):
    """[(pictures uint8, is first frame, labels)] of some scenes: frame 0 of each, and one later frame in motion."""
    cv2.setNumThreads(1)
    codec, samples = Codec(threads=1), []
    for seed in seeds:
        rng = np.random.default_rng(SEED + seed)
        spec, size = grammar.sample_spec(rng), SIZES[(0, 0, 1, 2)[seed % 4]]
        if spec["subject"] == "none":
            continue
        path, later = camera.sample_path(rng, held_out.FRAMES), int(rng.integers(1, 13))
        labels = [values.index(spec[k]) for k, values in ATTRIBUTES.items()]
        for start in (0, later) if seed % 2 else (0,):
            clip = codec.round_trip(render(spec, path, size, range(start, start + 5), np.random.default_rng(seed)))
            samples.append((clip[0 if start == 0 else 3], start == 0, labels))
    return samples


def make_samples(codec, folder):
    """Rendered once for a codec, then kept."""
    file = os.path.join(folder, f"classifier-scenes-{SCENES}.pt")
    if os.path.exists(file):
        saved = torch.load(file, weights_only=False)
        if codec.is_same(saved["codec"]):
            return saved["samples"]
    parts = np.array_split(np.arange(SCENES), 40)
    with ProcessPoolExecutor(THREADS) as pool:
        samples = [s for part in pool.map(make_part, parts) for s in part]
    torch.save({"codec": codec.fingerprint, "samples": samples}, file)
    return samples


def batches(samples, rng, size=64):
    """Batches of one frame size each, half of the pictures mirrored, a little brighter or darker, a little noisy."""
    shapes = {}
    for i in rng.permutation(len(samples)):
        shapes.setdefault(samples[i][0].shape, []).append(i)
    cut = [ids[a:a + size] for ids in shapes.values() for a in range(0, len(ids), size)]
    for at in rng.permutation(len(cut)):
        ids = cut[at]
        pictures = np.stack([samples[i][0][:, ::-1] if rng.random() < 0.5 else samples[i][0] for i in ids]).astype(np.float32)
        pictures = pictures * rng.uniform(0.95, 1.05, (len(ids), 1, 1, 1)) + rng.standard_normal(pictures.shape, np.float32) * rng.uniform(0, 5, (len(ids), 1, 1, 1))
        yield torch.from_numpy(pictures.astype(np.float32)), torch.tensor([samples[i][1] for i in ids]), torch.tensor([samples[i][2] for i in ids])


def fit(codec, folder):
    """The trained net; kept in `folder` for the next run with the same codec."""
    file = os.path.join(folder, f"classifier-{SCENES}.pt")
    net = Net()
    if os.path.exists(file):
        saved = torch.load(file, weights_only=False)
        if codec.is_same(saved["codec"]):
            net.load_state_dict(saved["net"])
            return net.eval()
    samples = make_samples(codec, folder)
    torch.manual_seed(0)
    torch.set_num_threads(THREADS)
    net, rng = Net(), np.random.default_rng(0)
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    steps, step = EPOCHS * (len(samples) // 64 + 2), 0
    for _ in range(EPOCHS):
        for pictures, is_first, labels in batches(samples, rng):
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = 2e-3 * min(1, step / 40) * max(0.01, 1 - step / steps)
            loss = loss_of(net(pictures), is_first, labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    torch.save({"codec": codec.fingerprint, "net": net.state_dict()}, file)
    return net.eval()


def loss_of(out, is_first, labels):
    total = 0.0
    for n, k in enumerate(ATTRIBUTES):
        each = F.cross_entropy(out[k], labels[:, n], reduction="none")
        total = total + (each[is_first].mean() if k == "shot" and is_first.any() else each.mean())
    return total


@torch.no_grad()
def name(net, clip):
    """What the net sees in a clip, by attribute."""
    out = net(torch.from_numpy(clip[list(TIMES)]))
    return {k: ATTRIBUTES[k][int((logits[0] if k == "shot" else logits.softmax(1).mean(0)).argmax())] for k, logits in out.items()}
