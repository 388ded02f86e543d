"""TAEHV, a tiny decoder of video latents (madebyollin/taehv, MIT), for previews: taew2_1 for 16 channels, taew2_2 for 48.

Written from its description; layer names are those of its weight files. A clip is one pass: every memory block sees its
own input of the frame before (zeros before the first), which in one pass is a shift along time.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from onnx_graph import FLOAT32, export
from wan_export import LATENT, VIDEO

WIDTHS = (256, 128, 64, 64)
GROWTH = (1, 2, 2)  # frames out for each frame in, stage by stage


def conv3(inputs, outputs, bias=True):
    return nn.Conv2d(inputs, outputs, 3, padding=1, bias=bias)


class SoftClamp(nn.Module):
    def forward(self, x):
        return 3 * torch.tanh(x / 3)


class MemoryBlock(nn.Module):
    """Frames and the frames before them -> a residual. x: [B, T, C, H, W] folded to [B T, C, H, W]; frames = T."""

    def __init__(self, width):
        super().__init__()
        self.conv = nn.Sequential(conv3(2 * width, width), nn.ReLU(), conv3(width, width), nn.ReLU(), conv3(width, width))

    def forward(self, x, frames):
        before = F.pad(x.unflatten(0, (-1, frames)), (0, 0, 0, 0, 0, 0, 1, 0))[:, :-1].flatten(0, 1)
        return F.relu(self.conv(torch.cat((x, before), dim=1)) + x)


class Grow(nn.Module):
    """Each frame becomes `times` frames."""

    def __init__(self, width, times):
        super().__init__()
        self.times = times
        self.conv = nn.Conv2d(width, width * times, 1, bias=False)

    def forward(self, x):
        return self.conv(x).unflatten(1, (self.times, -1)).flatten(0, 1)


class TinyDecoder(nn.Module):
    """Normalised latents [B, C, F', H', W'] -> frames [B, 3, 4 (F' - 1) + 1, 8 p H', 8 p W'] in [-1, 1]; p = patch."""

    def __init__(self, channels=16, patch=1, widths=WIDTHS, growth=GROWTH):
        super().__init__()
        self.patch, self.growth = patch, growth
        layers = [SoftClamp(), conv3(channels, widths[0]), nn.ReLU()]
        for width, after, times in zip(widths, widths[1:], growth, strict=False):
            blocks = [MemoryBlock(width) for _ in range(3)]
            layers += [*blocks, nn.Upsample(scale_factor=2), Grow(width, times), conv3(width, after, bias=False)]
        self.decoder = nn.Sequential(*layers, nn.ReLU(), conv3(widths[-1], 3 * patch * patch))

    def forward(self, latents):
        frames = latents.shape[2]
        x = latents.transpose(1, 2).flatten(0, 1)
        for layer in self.decoder:
            x = layer(x, frames) if isinstance(layer, MemoryBlock) else layer(x)
            frames = frames * getattr(layer, "times", 1)
        x = F.pixel_shuffle(x, self.patch) if self.patch > 1 else x
        x = x.unflatten(0, (-1, frames)).transpose(1, 2)
        lead = 4 - 1  # the first latent frame is one frame: what grew before it belongs to no frame
        return x[:, :, lead:].clamp(0, 1) * 2 - 1


def load(path, channels, patch):
    """Weights of the decoder; a file may hold the encoder too. Takes .pth and .safetensors."""
    path = Path(path)
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        weights = load_file(path)
    else:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    weights = {key: value.float() for key, value in weights.items() if key.startswith("decoder.")}
    model = TinyDecoder(channels, patch)
    for key, own in model.state_dict().items():  # files of one growth hold layers of another: the last frame's rows are meant
        weights[key] = weights[key][-own.shape[0] :]
    model.load_state_dict(weights)
    return model.eval().requires_grad_(False)


def export_preview_decoder(weights, path, manifest, build=FLOAT32):
    """weights: a file, or a TinyDecoder. Its patch follows from the pack's spatial compression (8 or 16)."""
    latent = manifest["latent"]
    model = weights
    if not isinstance(weights, nn.Module):
        model = load(weights, latent["channels"], latent["spatialCompression"] // 8)
    example = torch.randn(1, latent["channels"], 3, 4, 6)
    return export(model, path, {"latents": example}, {"latents": LATENT, "frames": VIDEO}, "frames", build)
