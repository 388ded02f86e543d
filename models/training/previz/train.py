"""Trains the denoiser and the text encoder by flow matching: first on single frames, then on clips."""
import json
import os
import time

import numpy as np
import torch

import grammar
from dataset import SIZES, Bucket, load_pca
from model import MAX_TOKENS, Denoiser, TextEncoder
from muon import Optimiser

SHIFT = 3.0
SAVE_SECONDS = 150
VOCABULARY = grammar.vocabulary()
INDEX = {word: i for i, word in enumerate(VOCABULARY)}


def tokenise(texts):
    """int64 ids and mask [B, MAX_TOKENS]; an [EOS] ends each text, the rest is padding."""
    ids = torch.zeros(len(texts), MAX_TOKENS, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, text in enumerate(texts):
        tokens = [INDEX.get(w, INDEX[grammar.UNK]) for w in grammar.split_words(text)][: MAX_TOKENS - 1] + [INDEX[grammar.EOS]]
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    return ids, mask


def known_frames(rng, batch, frames):
    """bool [B, F']: the latent frames given to the model, so first/last frame, extend and retake are native."""
    known = np.zeros((batch, frames), bool)
    if frames == 1:
        return torch.from_numpy(known)
    for row in known:
        kind = rng.random()
        if kind < 0.62:
            continue
        if kind < 0.77:
            row[0] = True
        elif kind < 0.81:
            row[-1] = True
        elif kind < 0.87:
            row[[0, -1]] = True
        elif kind < 0.93:
            row[: rng.integers(1, frames)] = True
        else:
            a, b = sorted(rng.integers(0, frames, 2))
            row[:] = True
            row[a:b + 1] = False
    return torch.from_numpy(known)


def flow_loss(denoiser, text_encoder, z, camera, captions, rng, device, dtype, conditioned=True):
    b, _, f, _, _ = z.shape
    u = torch.from_numpy(((np.arange(b) + rng.random(b)) / b).astype(np.float32))
    sigma = SHIFT * u / (1 + (SHIFT - 1) * u)
    known = known_frames(rng, b, f) if conditioned else torch.zeros(b, f, dtype=torch.bool)
    level = torch.where(known, torch.zeros(()), sigma[:, None])
    noise = torch.from_numpy(rng.standard_normal(z.shape, dtype=np.float32))
    s = level[:, None, :, None, None]
    x = (1 - s) * z + s * noise
    if conditioned:
        captions = ["" if rng.random() < 0.1 else c for c in captions]
    ids, mask = tokenise(captions)
    send = lambda t: t.to(device, non_blocking=True)
    with torch.autocast("cuda", dtype=torch.bfloat16, enabled=device.type == "cuda"):
        text = text_encoder(send(ids), send(mask))
        velocity = denoiser(send(x), send(level * 1000), text, send(camera))
    error = (velocity.float() - send(noise - z)).square().mean((1, 3, 4))
    weight = send((~known).float())
    return (error * weight).sum() / weight.sum()


@torch.no_grad()
def validate(denoiser, text_encoder, bucket, device, dtype, count=100):
    """Mean flow-matching loss of held-out clips with full captions, fixed noise and no known frames."""
    losses = []
    for start in range(0, min(count, len(bucket.specs)), 20):
        rng = np.random.default_rng(7 + start)
        index = np.arange(start, min(start + 20, len(bucket.specs)))
        z, camera = bucket.z[index].float(), bucket.cam[index].float()
        captions = [grammar.caption(bucket.specs[i], rng, plain=True) for i in index]
        losses.append(float(flow_loss(denoiser, text_encoder, z, camera, captions, rng, device, dtype, conditioned=False)))
    return float(np.mean(losses))


def build(setting, device, dtype):
    torch.manual_seed(0)
    denoiser = Denoiser(**setting["model"]).to(device)
    text_encoder = TextEncoder(len(VOCABULARY)).to(device)
    if device.type == "cpu":
        denoiser, text_encoder = denoiser.to(dtype), text_encoder.to(dtype)
    return denoiser, text_encoder


def rate(progress):
    """Warm-up, plateau, then a linear descent over the last 40 %."""
    return min(1.0, progress / 0.01 + 0.05) * min(1.0, (1 - progress) / 0.4 + 0.01)


def train(work, setting):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16 if device.type == "cpu" else torch.float32
    flip = load_pca(work)["flip"]
    load = lambda kind: [Bucket(work, f"{kind}-{w}x{h}", flip) for w, h in SIZES]
    images, clips, longs = load("image"), None, None
    heldout = Bucket(work, "heldout", flip)
    denoiser, text_encoder = build(setting, device, dtype)
    optimiser = Optimiser({"denoiser": denoiser, "text": text_encoder})
    path = os.path.join(work, "denoiser.pt")
    spent, step, log = 0.0, 0, []
    if os.path.exists(path):
        saved = torch.load(path, map_location=device, weights_only=False)
        optimiser.load_state_dict(saved["optimiser"])
        spent, step, log = saved["seconds"], saved["step"], saved["log"]
    total, running, saved_at = setting["minutes"] * 60, [], spent
    while spent < total:
        start = time.time()
        progress = spent / total
        rng = np.random.default_rng([3, step])
        pick = rng.random()
        if progress > setting["imageShare"] and clips is None:
            clips, longs = load("clip"), load("long")
        kind, buckets, size = "image", images, setting["imageBatch"]
        if clips is not None and pick > 0.2:
            kind, buckets, size = "clip", clips, setting["clipBatch"]
            if pick > 0.94:
                kind, buckets, size = "long", longs, max(2, setting["clipBatch"] // 2)
        bucket = buckets[int(rng.choice(3, p=[0.5, 0.25, 0.25]))]
        z, camera, captions = bucket.batch(rng, size)
        loss = flow_loss(denoiser, text_encoder, z, camera, captions, rng, device, dtype)
        loss.backward()
        norm = optimiser.step(rate(progress))
        step += 1
        running.append((kind, loss.item()))
        spent += min(20.0, time.time() - start)
        if step % 25 == 0:
            means = {k: round(float(np.mean([v for n, v in running if n == k])), 4) for k in {n for n, _ in running}}
            print(f"step {step}  {spent / 60:.1f} min  rate {rate(progress):.3f}  norm {norm:.3f}  {means}", flush=True)
            running = []
        if spent - saved_at > SAVE_SECONDS or spent >= total:
            saved_at = spent
            live = {n: p.data.clone() for n, p in optimiser.params.items()}
            for n, p in optimiser.params.items():
                p.data.copy_(optimiser.ema[n])
            log.append({"step": step, "minutes": round(spent / 60, 1), "validation": round(validate(denoiser, text_encoder, heldout, device, dtype), 4)})
            for n, p in optimiser.params.items():
                p.data.copy_(live[n])
            print(log[-1], flush=True)
            torch.save({"optimiser": optimiser.state_dict(), "seconds": spent, "step": step, "log": log, "model": setting["model"]}, path + ".part")
            os.replace(path + ".part", path)
            with open(os.path.join(work, "training-log.json"), "w") as file:
                json.dump(log, file, indent=1)


def load_trained(work):
    """(denoiser, text encoder) in float32 with the averaged weights, the training log, seconds spent."""
    saved = torch.load(os.path.join(work, "denoiser.pt"), map_location="cpu", weights_only=False)
    denoiser, text_encoder = Denoiser(**saved["model"]), TextEncoder(len(VOCABULARY))
    ema = saved["optimiser"]["ema"]
    for prefix, module in (("denoiser.", denoiser), ("text.", text_encoder)):
        for name, p in module.named_parameters():
            p.data.copy_(ema[prefix + name])
    return denoiser.eval(), text_encoder.eval(), saved["log"], saved["seconds"]
