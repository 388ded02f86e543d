"""Renders the corpus, fits the PCA codec, and stores normalised latents in buckets of equal size and length."""
import json
import os
import time

import numpy as np
import torch

import camera as cam
import codec
import grammar
from scenes import Scene

SIZES = [(160, 96), (96, 160), (128, 128)]


def make_clip(seed, width, height, frames):
    """(spec, path, uint8 [frames, H, W, 3]); the same seed gives the same clip."""
    rng = np.random.default_rng(seed)
    spec = grammar.sample_spec(rng)
    path = cam.sample_path(rng, frames)
    return spec, path, Scene(spec, width, height, rng).render(path, frames)


def as_tensor(clip):
    return torch.from_numpy(clip).permute(3, 0, 1, 2)[None].float() / 127.5 - 1


def plan(setting):
    """(name, width, height, frames, clips) of every bucket, and the held-out ones."""
    n_images, n_clips, n_long = setting["images"], setting["clips"], setting["longClips"]
    share = [0.5, 0.25, 0.25]
    buckets = []
    for kind, frames, count in (("image", 1, n_images), ("clip", 17, n_clips), ("long", 33, n_long)):
        for (w, h), s in zip(SIZES, share):
            buckets.append((f"{kind}-{w}x{h}", w, h, frames, int(count * s)))
    buckets.insert(0, ("heldout", 160, 96, 17, setting["heldout"]))
    return buckets


def fit(work, count=500):
    """Fits the PCA on `count` clips of all sizes; keeps the first ones' pixels for the decoder."""
    clips = [make_clip(900_000_000 + i, *SIZES[i % 3], 17)[2] for i in range(count)]
    pca = codec.fit_pca(clips, np.random.default_rng(1))
    encoder = codec.Encoder(pca)
    with torch.no_grad():
        z = torch.cat([(encoder(as_tensor(c)) / torch.from_numpy(pca["scale"]).view(1, -1, 1, 1, 1)).permute(0, 2, 3, 4, 1).reshape(-1, codec.CHANNELS) for c in clips])
    gain = float(z.std())
    pca["scale"] = pca["scale"] * np.float32(gain)
    np.savez(os.path.join(work, "pca.npz"), **pca)
    print(f"PCA: {pca['explained']:.5f} of the variance; least symmetry {pca['symmetry'].min():.3f}", flush=True)
    return pca


def load_pca(work):
    with np.load(os.path.join(work, "pca.npz")) as data:
        return {k: data[k] for k in data.files}


def render_bucket(work, index, name, width, height, frames, count):
    """Writes latents (float16, normalised), specs and camera paths' channels of one bucket; skips what is there."""
    target = os.path.join(work, name)
    if os.path.exists(target + ".json"):
        return
    pca = load_pca(work)
    encoder = codec.Encoder(pca)
    scale = torch.from_numpy(pca["scale"]).view(1, -1, 1, 1, 1)
    lf, lh, lw = (frames - 1) // codec.T + 1, height // codec.S, width // codec.S
    latents = np.lib.format.open_memmap(target + ".z.npy", "w+", np.float16, (count, codec.CHANNELS, lf, lh, lw))
    flows = np.lib.format.open_memmap(target + ".cam.npy", "w+", np.float16, (count, 4, lf, lh, lw)) if frames > 1 else None
    specs, start = [], time.time()
    for i in range(count):
        spec, path, clip = make_clip(index * 10_000_000 + i, width, height, frames)
        with torch.no_grad():
            latents[i] = (encoder(as_tensor(clip)) / scale)[0].numpy()
        if flows is not None:
            flows[i] = cam.channels(path, lf, lh, lw)
        specs.append(spec)
    with open(target + ".json", "w") as file:
        json.dump(specs, file)
    print(f"{name}: {count} in {time.time() - start:.0f} s", flush=True)


def build(work, setting):
    os.makedirs(work, exist_ok=True)
    torch.set_num_threads(1)
    if not os.path.exists(os.path.join(work, "pca.npz")):
        fit(work)
    for index, bucket in enumerate(plan(setting)):
        render_bucket(work, index, *bucket)


class Bucket:
    """One bucket in memory. `batch` gives latents, camera channels and captions, half of them mirrored."""

    def __init__(self, work, name, flip):
        base = os.path.join(work, name)
        self.z = torch.from_numpy(np.load(base + ".z.npy"))
        self.cam = torch.from_numpy(np.load(base + ".cam.npy")) if os.path.exists(base + ".cam.npy") else None
        with open(base + ".json") as file:
            self.specs = json.load(file)
        self.flip = torch.from_numpy(flip).view(-1, 1, 1, 1)
        # Left, right and jumps are the exception in the scenes and the first thing a short training leaves out.
        weights = np.cumsum([1 + (s["place"] != "centre") + (s["movement"] != "still") for s in self.specs])
        self.shares = weights / weights[-1]

    def batch(self, rng, size, indices=None):
        indices = np.searchsorted(self.shares, rng.random(size), side="right") if indices is None else indices
        z = self.z[indices].float()
        shape = (len(indices), 4) + tuple(z.shape[2:])
        cam_channels = self.cam[indices].float() if self.cam is not None else torch.zeros(shape)
        specs = [self.specs[i] for i in indices]
        for k in np.flatnonzero(rng.random(len(indices)) < 0.5):
            z[k] = z[k].flip(-1) * self.flip
            cam_channels[k] = cam_channels[k].flip(-1) * torch.tensor([-1.0, 1, -1, 1]).view(4, 1, 1, 1)
            specs[k] = grammar.flip_spec(specs[k])
        return z, cam_channels, [grammar.caption(s, rng) for s in specs]
