"""The denoiser and the text encoder.

The denoiser is a small U: convolutions at the latent grid, a transformer at half of it. It draws in scene
coordinates: the camera channels tell where each cell's ray meets the far plane and the subject plane in frame 0, so
these places (not the frame's own) feed the Fourier features, the rotary positions of attention over all frames, and
the warps that fetch frame 0's features.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

TEXT_DIM, MAX_TOKENS = 128, 32
FOURIER = (1.6, 4.0, 9.0)


class TextLayer(nn.Module):
    def __init__(self, dim, heads=4):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x, bias):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(q @ k.transpose(-1, -2) * (d // self.heads) ** -0.5 + bias, -1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(b, n, d))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class TextEncoder(nn.Module):
    """input_ids, attention_mask int64 [B, L] -> [B, L, D], zero beyond the mask."""

    def __init__(self, vocabulary, dim=TEXT_DIM, layers=2):
        super().__init__()
        self.words = nn.Embedding(vocabulary, dim)
        self.places = nn.Parameter(torch.randn(MAX_TOKENS, dim) * 0.3)
        self.layers = nn.ModuleList(TextLayer(dim) for _ in range(layers))
        self.norm = nn.LayerNorm(dim)

    def forward(self, input_ids, attention_mask):
        mask = attention_mask.to(self.places.dtype)
        x = self.words(input_ids) + self.places[: input_ids.shape[1]]
        bias = (mask[:, None, None, :] - 1) * 1e4
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x) * mask[..., None]


def modulate(x, shift, scale):
    return x * (1 + scale) + shift


class ConvBlock(nn.Module):
    """Tokens-last block at the latent grid: a 3x3 convolution, then a mix of each cell with its two neighbours in time."""

    def __init__(self, width, condition):
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=True)
        self.film = nn.Linear(condition, 2 * width)
        self.space = nn.Conv2d(width, width, 3, padding=1)
        self.time = nn.Linear(3 * width, width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        nn.init.zeros_(self.time.weight)
        nn.init.zeros_(self.time.bias)

    def forward(self, x, cond):
        """x [B, F, H, W, C], cond [B, F, D]."""
        b, f, h, w, c = x.shape
        shift, scale = self.film(cond)[:, :, None, None].chunk(2, -1)
        y = F.silu(modulate(self.norm(x), shift, scale))
        y = self.space(y.reshape(b * f, h, w, c).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        y = F.silu(y).reshape(b, f, h, w, c)
        padded = F.pad(y, (0, 0, 0, 0, 0, 0, 1, 1))
        return x + self.time(torch.cat([padded[:, :-2], y, padded[:, 2:]], -1))


class WarpMix(nn.Module):
    """Adds what frame 0 shows at the same place of the far plane and of the subject plane."""

    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, width)
        nn.init.zeros_(self.mix.weight)
        nn.init.zeros_(self.mix.bias)

    def forward(self, x, far, near):
        b, f, h, w, c = x.shape
        y = self.norm(x)
        first = y[:, 0].permute(0, 3, 1, 2).to(torch.float32)
        seen = [F.grid_sample(first, grid.reshape(b, f * h, w, 2), mode="bilinear", padding_mode="zeros", align_corners=False)
                .permute(0, 2, 3, 1).reshape(b, f, h, w, c).to(y.dtype) for grid in (far, near)]
        return x + self.mix(torch.cat([y] + seen, -1))


class Attention(nn.Module):
    def __init__(self, width, heads, text=False):
        super().__init__()
        self.heads, self.text = heads, text
        self.q = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(TEXT_DIM if text else width, 2 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.q_gain = nn.Parameter(torch.full((width // heads,), 1.0))
        self.k_gain = nn.Parameter(torch.full((width // heads,), 1.0))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def split(self, x):
        b, n, d = x.shape
        return x.reshape(b, n, self.heads, d // self.heads).transpose(1, 2)

    def forward(self, x, source, rope=None):
        b, n, d = x.shape
        key, value = self.kv(source).chunk(2, -1)
        q, k, v = self.split(self.q(x)), self.split(key), self.split(value)
        q = unit(q) * (self.q_gain * (d // self.heads) ** -0.5)
        k = unit(k) * self.k_gain
        if rope is not None:
            q, k = rotate(q, rope), rotate(k, rope)
        y = torch.softmax(q @ k.transpose(-1, -2), -1) @ v
        return self.out(y.transpose(1, 2).reshape(b, n, d))


def unit(x):
    """RMS norm; an all-zero row stays zero."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-4)


def rotate(x, rope):
    cos, sin = rope
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.attention = Attention(width, heads)
        self.text = Attention(width, heads, text=True)
        self.up, self.down = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)
        self.table = nn.Parameter(torch.zeros(6 * width))
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x, shared, text, rope, shape):
        """x [B, N, C] with N = F * cells; shared [B, F, 6C]; shape (B, F, cells, C)."""
        b, f, cells, c = shape
        m = (shared + self.table)[:, :, None].chunk(6, -1)
        y = modulate(self.norm1(x).reshape(shape), m[0], m[1]).reshape(b, f * cells, c)
        x = x + ((1 + m[2]) * self.attention(y, y, rope).reshape(shape)).reshape(b, f * cells, c)
        x = x + self.text(self.norm2(x), text)
        y = modulate(self.norm3(x).reshape(shape), m[3], m[4])
        y = (1 + m[5]) * self.down(F.gelu(self.up(y), approximate="tanh"))
        return x + y.reshape(b, f * cells, c)


class Denoiser(nn.Module):
    """v = noise - x0 for z [B, C, F', H', W'], timestep [B, F'] (sigma * 1000), text [B, L, D], camera [B, 4, F', H', W']."""

    def __init__(self, channels=24, fine=96, coarse=224, depth=6, heads=7):
        super().__init__()
        self.width, self.coarse, self.heads = fine, coarse, heads
        condition = coarse
        self.time1, self.time2 = nn.Linear(64, condition), nn.Linear(condition, condition)
        self.pooled = nn.Linear(TEXT_DIM, condition)
        self.first = nn.Parameter(torch.zeros(condition))
        self.enter = nn.Conv2d(channels + 4 + 6 * (1 + 2 * len(FOURIER)) + 3, fine, 3, padding=1)
        self.before = nn.ModuleList(ConvBlock(fine, condition) for _ in range(3))
        self.warp1, self.warp2 = WarpMix(fine), WarpMix(fine)
        self.down = nn.Linear(4 * fine, coarse)
        self.shared = nn.Linear(condition, 6 * coarse)
        self.blocks = nn.ModuleList(Block(coarse, heads) for _ in range(depth))
        self.up = nn.Linear(coarse, 4 * fine)
        self.join = nn.Linear(2 * fine, fine)
        self.after = nn.ModuleList(ConvBlock(fine, condition) for _ in range(3))
        self.norm = nn.LayerNorm(fine)
        self.leave = nn.Conv2d(fine, channels, 3, padding=1)
        for layer in (self.shared, self.leave):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        pairs = coarse // heads // 2
        rates = torch.zeros(pairs, 5)  # rotary rate of each pair for far u, far v, near u, near v, time
        per = (pairs - 4) // 4
        for axis in range(4):
            for k in range(per):
                rates[axis * per + k, axis] = (2.0, 5.0, 12.0)[k % 3]
        for k in range(4):
            rates[4 * per + k, 4] = (0.15, 0.4, 1.0, 2.2)[k]
        self.register_buffer("rates", rates)

    def condition(self, timestep, text):
        t = timestep.to(torch.float32) / 1000
        rates = torch.exp(torch.linspace(math.log(1.0), math.log(400.0), 32, device=t.device))
        a = t[..., None] * rates
        c = self.time2(F.silu(self.time1(torch.cat([a.sin(), a.cos()], -1).to(text.dtype))))
        is_first = F.pad(torch.zeros_like(t[:, 1:]), (1, 0), value=1.0)[..., None]
        return F.silu(c + self.pooled(text.sum(1) / 8)[:, None] + is_first.to(c.dtype) * self.first)

    def forward(self, hidden_states, timestep, encoder_hidden_states, camera):
        z, dtype = hidden_states, self.leave.weight.dtype
        text = encoder_hidden_states.to(dtype)
        b, _, f, h, w = z.shape
        cond = self.condition(timestep, text)
        ones = torch.ones_like(z[:1, :1, :1])
        col, row = ones.cumsum(-1), ones.cumsum(-2)
        wide, tall = col[..., -1:], row[..., -1:, :]
        long = torch.maximum(wide[..., -1:, :], tall[..., -1:])
        here = torch.cat([(2 * col - 1 - wide) / long, (2 * row - 1 - tall) / long], 1).expand(b, -1, f, -1, -1)
        far, near = here + camera[:, :2], here + camera[:, 2:]
        fit = torch.cat([long / wide[..., -1:, :], long / tall[..., -1:]], 1)
        grids = [(p * fit).permute(0, 2, 3, 4, 1) for p in (far, near)]
        places = torch.cat([here, far, near], 1)
        known = (timestep < 0.5).to(z.dtype)[:, None, :, None, None].expand(-1, -1, -1, h, w)
        shape2 = (1 / fit).expand(b, -1, f, h, w)
        features = [z, camera, places, known, shape2]
        for rate in FOURIER:
            features += [torch.sin(places * rate), torch.cos(places * rate)]
        x = torch.cat(features, 1).to(dtype).permute(0, 2, 1, 3, 4).reshape(b * f, -1, h, w).contiguous(memory_format=torch.channels_last)
        x = self.enter(x).permute(0, 2, 3, 1).reshape(b, f, h, w, self.width)
        for block in self.before:
            x = block(x, cond)
        x = self.warp1(x, *grids)
        skip = x
        h2, w2 = h // 2, w // 2
        y = x.reshape(b, f, h2, 2, w2, 2, self.width).permute(0, 1, 2, 4, 3, 5, 6).reshape(b, f * h2 * w2, 4 * self.width)
        y = self.down(y)
        position = torch.cat([far, near], 1).permute(0, 2, 1, 3, 4).reshape(b * f, 4, h, w)
        position = F.avg_pool2d(position, 2).reshape(b, f, 4, h2 * w2).permute(0, 1, 3, 2).reshape(b, f * h2 * w2, 4)
        order = torch.ones_like(timestep).cumsum(1)[:, :, None].expand(-1, -1, h2 * w2).reshape(b, f * h2 * w2, 1)
        angle = (torch.cat([position, order], -1) @ self.rates.to(torch.float32).t())[:, None]
        rope = (angle.cos().to(dtype), angle.sin().to(dtype))
        shared = self.shared(cond)
        for block in self.blocks:
            y = block(y, shared, text, rope, (b, f, h2 * w2, self.coarse))
        y = self.up(y).reshape(b, f, h2, w2, 2, 2, self.width).permute(0, 1, 2, 4, 3, 5, 6).reshape(b, f, h, w, self.width)
        x = self.join(torch.cat([y, skip], -1))
        x = self.warp2(x, *grids)
        for block in self.after:
            x = block(x, cond)
        x = F.silu(self.norm(x)).reshape(b * f, h, w, self.width).permute(0, 3, 1, 2)
        return self.leave(x).reshape(b, f, -1, h, w).permute(0, 2, 1, 3, 4).to(torch.float32)
