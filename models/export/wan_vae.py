"""The Wan VAE without feature caches: a whole clip in one pass, equal to the library's chunks (tests/test_wan_vae.py).

The reference runs frame chunks and carries the last frames of each causal convolution. Over the whole
sequence, that is a zero left pad. Only the temporal resampling and its shortcuts need care.
"""

import torch
import torch.nn.functional as F
from torch import nn


class VaeDecoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latents):
        return decode(self.vae, latents)


class VaeEncoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, frames):
        return encode(self.vae, frames)


def per_frame(module, x):
    b, c, t, h, w = x.shape
    y = module(x.transpose(1, 2).reshape(b * t, c, h, w))
    return y.reshape(b, t, y.shape[1], y.shape[2], y.shape[3]).transpose(1, 2)


def time_upsample(layer, x):
    """Frame 0 stays; every later frame becomes two. The convolution never sees frame 0."""
    b, c, t, h, w = x.shape
    y = F.pad(x[:, :, 1:], (0, 0, 0, 0, 3, 0))
    y = F.conv3d(y, layer.time_conv.weight, layer.time_conv.bias)[:, :, 1:]
    y = y.reshape(b, 2, c, t - 1, h, w).permute(0, 2, 3, 1, 4, 5).reshape(b, c, 2 * (t - 1), h, w)
    return torch.cat((x[:, :, :1], y), dim=2)


def time_downsample(layer, x):
    """Frame 0 stays; every later pair becomes one. The front pad lets a single frame pass too."""
    y = F.pad(x, (0, 0, 0, 0, 2, 0))
    y = F.conv3d(y, layer.time_conv.weight, layer.time_conv.bias, stride=(2, 1, 1))[:, :, 1:]
    return torch.cat((x[:, :, :1], y), dim=2)


def resample(layer, x):
    if layer.mode == "upsample3d":
        x = time_upsample(layer, x)
    if layer.mode.startswith("upsample"):
        conv = layer.resample[1]
        return per_frame(lambda y: conv(F.interpolate(y, scale_factor=2.0, mode="nearest")), x)
    if layer.mode.startswith("downsample"):
        x = per_frame(layer.resample, x)
    if layer.mode == "downsample3d":
        x = time_downsample(layer, x)
    return x


def average_down(layer, x):
    """T is 1 (mod factor_t): the front pad of the reference's first chunk."""
    ft, fs = layer.factor_t, layer.factor_s
    x = F.pad(x, (0, 0, 0, 0, ft - 1, 0))
    b, c, t, h, w = x.shape
    x = x.reshape(b, c, t // ft, ft, h // fs, fs, w // fs, fs).permute(0, 1, 3, 5, 7, 2, 4, 6)
    return x.reshape(b, layer.out_channels, layer.group_size, t // ft, h // fs, w // fs).mean(dim=2)


def duplicate_up(layer, x):
    """The first factor_t - 1 frames belong to no output."""
    ft, fs, out = layer.factor_t, layer.factor_s, layer.out_channels
    b, c, t, h, w = x.shape
    x = x[:, :, None].expand(b, c, layer.repeats, t, h, w).reshape(b, out, ft, fs, fs, t, h, w)
    x = x.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(b, out, t * ft, h * fs, w * fs)
    return x[:, :, ft - 1 :]


def run_layer(layer, x):
    kind = type(layer).__name__
    if kind == "WanResample":
        return resample(layer, x)
    if kind == "WanResidualDownBlock":
        y = x
        for block in layer.resnets:
            y = block(y)
        if layer.downsampler is not None:
            y = resample(layer.downsampler, y)
        return y + average_down(layer.avg_shortcut, x)
    if kind in ("WanUpBlock", "WanResidualUpBlock"):
        y = x
        for block in layer.resnets:
            y = block(y)
        up = layer.upsampler if kind == "WanResidualUpBlock" else (layer.upsamplers or [None])[0]
        if up is not None:
            y = resample(up, y)
        shortcut = getattr(layer, "avg_shortcut", None)
        return y if shortcut is None else y + duplicate_up(shortcut, x)
    return layer(x)  # WanResidualBlock, WanAttentionBlock, WanMidBlock: no state without a cache


def encode(vae, frames):
    """Posterior mode, not normalised."""
    x = frames
    p = vae.config.patch_size or 1
    if p > 1:
        b, c, t, h, w = x.shape
        x = x.reshape(b, c, t, h // p, p, w // p, p).permute(0, 1, 6, 4, 2, 3, 5)
        x = x.reshape(b, c * p * p, t, h // p, w // p)
    net = vae.encoder
    x = net.conv_in(x)
    for layer in net.down_blocks:
        x = run_layer(layer, x)
    x = net.conv_out(net.nonlinearity(net.norm_out(net.mid_block(x))))
    return vae.quant_conv(x)[:, : vae.config.z_dim]


def decode(vae, latents):
    net = vae.decoder
    x = net.mid_block(net.conv_in(vae.post_quant_conv(latents)))
    for layer in net.up_blocks:
        x = run_layer(layer, x)
    x = net.conv_out(net.nonlinearity(net.norm_out(x)))
    p = vae.config.patch_size or 1
    if p > 1:
        b, c, t, h, w = x.shape
        x = x.reshape(b, c // (p * p), p, p, t, h, w).permute(0, 1, 4, 5, 3, 6, 2)
        x = x.reshape(b, c // (p * p), t, h * p, w * p)
    return x.clamp(-1.0, 1.0)
