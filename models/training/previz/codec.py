"""The latent space: PCA of 4 frames x 8 x 8 patches (linear encoder) and a small convolutional decoder on top."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

CHANNELS, T, S = 24, 4, 8
WHITENING = 0.5  # normalised channel = coefficient / std ** WHITENING: large structures keep more energy than details


def to_groups(frames):
    """[B, 3, F, H, W] -> frame 0 repeated to a whole group, then groups of T frames."""
    return torch.cat([frames[:, :, :1].expand(-1, -1, T - 1, -1, -1), frames], 2)


def patches(frames):
    """[B, 3, F, H, W] -> [B, F', H', W', 3*T*S*S] in the order of a Conv3d kernel."""
    x = to_groups(frames)
    b, c, f, h, w = x.shape
    x = x.reshape(b, c, f // T, T, h // S, S, w // S, S)
    return x.permute(0, 2, 4, 6, 1, 3, 5, 7).reshape(b, f // T, h // S, w // S, -1)


def fit_pca(clips, rng, per_clip=480):
    """clips: uint8 arrays [F, H, W, 3]. The covariance is made left-right symmetric, so each component is even or odd."""
    rows = []
    for clip in clips:
        x = torch.from_numpy(clip).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
        p = patches(x).reshape(-1, 3 * T * S * S).numpy()
        rows.append(p[rng.integers(0, len(p), per_clip)])
    rows = np.concatenate(rows).astype(np.float64)
    mirrored = np.arange(rows.shape[1]).reshape(-1, S)[:, ::-1].ravel()
    covariance = np.cov(rows.T)
    covariance = (covariance + covariance[np.ix_(mirrored, mirrored)]) / 2
    mean = (rows.mean(0) + rows.mean(0)[mirrored]) / 2
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:CHANNELS]
    basis, std = vectors[:, order].T, np.sqrt(values[order])
    symmetry = (basis * basis[:, mirrored]).sum(1)
    flip = np.sign(symmetry)
    return {"mean": mean.astype(np.float32), "basis": basis.astype(np.float32), "flip": flip.astype(np.float32),
            "scale": (std ** WHITENING).astype(np.float32), "explained": float(values[order].sum() / values.sum()),
            "std": std, "symmetry": np.abs(symmetry)}


class Encoder(nn.Module):
    """frames [B, 3, F, H, W] in [-1, 1] -> PCA coefficients [B, C, F', H', W'] (not normalised)."""

    def __init__(self, pca):
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(pca["basis"]).reshape(CHANNELS, 3, T, S, S))
        self.bias = nn.Parameter(-torch.from_numpy(pca["basis"] @ pca["mean"]))

    def forward(self, frames):
        return F.conv3d(to_groups(frames), self.weight, self.bias, stride=(T, S, S))


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.time = nn.Conv3d(width, width, (3, 1, 1), padding=(1, 0, 0))
        self.space = nn.Conv3d(width, width, (1, 3, 3), padding=(0, 1, 1))
        self.out = nn.Conv3d(width, width, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        return x + self.out(F.silu(self.space(F.silu(self.time(F.silu(x))))))


class Decoder(nn.Module):
    """Latents -> frames: the exact linear decoder plus a learned residual. It looks one latent frame ahead (not causal)."""

    def __init__(self, pca, width=96, fine=24, depth=3):
        super().__init__()
        self.fine = fine
        self.register_buffer("basis", torch.from_numpy(pca["basis"]))
        self.register_buffer("mean", torch.from_numpy(pca["mean"]))
        self.register_buffer("scale", torch.from_numpy(pca["scale"]).view(1, -1, 1, 1, 1))
        self.enter = nn.Conv3d(CHANNELS, width, (1, 3, 3), padding=(0, 1, 1))
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.spread = nn.Conv3d(width, T * 16 * fine, 1)
        self.linear_in = nn.Conv2d(12, fine, 3, padding=1)
        self.fine1 = nn.Conv2d(fine, fine, 3, padding=1)
        self.fine2 = nn.Conv2d(fine, fine, 3, padding=1)
        self.leave = nn.Conv2d(fine, 12, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def linear(self, z):
        """[B, C, F', H', W'] -> [B, T*F', 3, H, W]"""
        b, _, f, h, w = z.shape
        x = z.permute(0, 2, 3, 4, 1) @ self.basis + self.mean
        x = x.reshape(b, f, h, w, 3, T, S, S).permute(0, 1, 5, 4, 2, 6, 3, 7)
        return x.reshape(b, f * T, 3, h * S, w * S)

    def forward(self, z):
        b, _, f, h, w = z.shape
        base = self.linear(z).reshape(b * f * T, 3, h * S, w * S)
        x = self.enter(z / self.scale)
        for block in self.blocks:
            x = block(x)
        x = self.spread(F.silu(x)).reshape(b, T, 16 * self.fine, f, h, w)
        x = x.permute(0, 3, 1, 2, 4, 5).reshape(b * f * T, 16 * self.fine, h, w)
        x = F.pixel_shuffle(x, 4) + self.linear_in(F.pixel_unshuffle(base, 2))
        x = x + self.fine2(F.silu(self.fine1(F.silu(x))))
        y = base + F.pixel_shuffle(self.leave(F.silu(x)), 2)
        y = y.reshape(b, f * T, 3, h * S, w * S)[:, T - 1:]
        return y.permute(0, 2, 1, 3, 4)
