"""Trains the convolutional decoder to undo the linear codec's losses, on latents with a little noise."""
import os
import time

import numpy as np
import torch

import codec
from dataset import SIZES, as_tensor, load_pca, make_clip

SEED = 500_000_000
NOISE = 0.12  # largest noise on normalised latents: what the denoiser leaves is never exact


def psnr(a, b):
    return float(10 * torch.log10(4 / ((a.clamp(-1, 1) - b) ** 2).mean()))


def gradients(x):
    return x.diff(dim=-1), x.diff(dim=-2), x.diff(dim=2)


def make_pool(pca, count, seed, frames=9):
    """Short clips (9 frames) cut at latent borders from 17-frame ones, with their latents."""
    encoder, pool = codec.Encoder(pca), []
    for i in range(count):
        x = as_tensor(make_clip(seed + i, *SIZES[(0, 0, 1, 2)[i % 4]], 17)[2])
        with torch.no_grad():
            z = encoder(x)
        pool.append(((x * 127.5 + 127.5).round().to(torch.uint8), z))
    return pool


@torch.no_grad()
def measure(decoder, pca, count=48):
    """Mean PSNR in dB on held-out 160x96x17 clips: (linear decoder, trained decoder)."""
    encoder = codec.Encoder(pca)
    linear, trained = [], []
    for i in range(count):
        x = as_tensor(make_clip(700_000_000 + i, 160, 96, 17)[2])
        z = encoder(x)
        flat = decoder.linear(z)[:, codec.T - 1:].permute(0, 2, 1, 3, 4)
        linear.append(psnr(flat, x))
        trained.append(psnr(decoder(z), x))
    return float(np.mean(linear)), float(np.mean(trained))


def train_decoder(work, setting):
    pca = load_pca(work)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    path = os.path.join(work, "decoder.pt")
    if os.path.exists(path) and torch.load(path, weights_only=False)["seconds"] >= setting["decoderMinutes"] * 60:
        return
    torch.manual_seed(1)
    decoder = codec.Decoder(pca).to(device)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=2e-3, weight_decay=1e-3)
    scale = decoder.scale.cpu()
    pool = make_pool(pca, setting["decoderClips"], SEED)
    rng, spent, step, total = np.random.default_rng(5), 0.0, 0, setting["decoderMinutes"] * 60
    while spent < total:
        start = time.time()
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 30) * min(1, (1 - spent / total) / 0.6 + 0.01)
        kind = int(rng.choice(3, p=[0.5, 0.25, 0.25]))
        chosen = [k for k in rng.integers(0, len(pool), 64) if (0, 0, 1, 2)[k % 4] == kind][: setting["decoderBatch"]]
        if not chosen:
            step += 1
            continue
        x = torch.cat([pool[k][0] for k in chosen]).float() / 127.5 - 1
        z = torch.cat([pool[k][1] for k in chosen])
        z = z + torch.randn_like(z) * scale * NOISE * torch.rand(len(chosen), 1, 1, 1, 1)
        x, z = x.to(device), z.to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            y = decoder(z)
        y = y.float()
        loss = (y - x).abs().mean() + 2 * (y - x).square().mean() + 0.5 * sum((a - b).abs().mean() for a, b in zip(gradients(y), gradients(x)))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 0.5)
        optimiser.step()
        step += 1
        spent += min(20.0, time.time() - start)
        if step % 20 == 0:
            print(f"decoder step {step}  {spent / 60:.1f} min  loss {loss.item():.4f}  psnr {psnr(y.detach(), x):.2f}", flush=True)
    torch.save({"decoder": decoder.cpu().state_dict(), "seconds": spent}, path)
    print("PSNR linear %.2f dB, trained %.2f dB" % measure(decoder, pca), flush=True)


def load_decoder(work):
    """(decoder, seconds of training); the plain linear decoder if none was trained yet."""
    decoder = codec.Decoder(load_pca(work))
    path = os.path.join(work, "decoder.pt")
    if not os.path.exists(path):
        return decoder.eval(), 0.0
    saved = torch.load(path, weights_only=False)
    decoder.load_state_dict(saved["decoder"])
    return decoder.eval(), saved["seconds"]
