"""Exports LTX-Video models of diffusers to the pack contract (docs/pack-format.md): 5-D latents in and out, a time per frame.

The text encoder is T5, exported by `text_export.export_text_encoder`.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.export import Dim

from onnx_graph import FLOAT32, export
from wan_export import LATENT, VIDEO, rotate

# --- the transformer -----------------------------------------------------------------------------


class TransformerGraph(nn.Module):
    """[B, C, F', H', W'] -> velocity of the same shape, with one timestep (sigma * 1000) per latent frame, [B, F'].

    The library embeds a timestep per token; tokens of a frame share theirs, so the modulation is made once a frame.
    `frame_rate` goes into the rotary tables: seconds, not frames, are what time positions count. With `is_causal` (0.9.5
    and later) a latent frame stands at the first frame it covers, and frame 0 alone at 0.
    """

    def __init__(self, transformer, frame_rate, is_causal=True, compression=(8, 32)):
        super().__init__()
        config = transformer.config
        if config.patch_size != 1 or config.patch_size_t != 1:
            raise NotImplementedError("LTX transformers with patches, which no released checkpoint has")
        self.transformer = transformer
        self.frame_rate, self.is_causal, self.compression = frame_rate, is_causal, compression

    def tables(self, frames, height, width):
        rope, (in_time, in_space) = self.transformer.rope, self.compression
        t = torch.arange(frames).float() * in_time
        if self.is_causal:
            t = (t + 1 - in_time).clamp(min=0)
        t = t / self.frame_rate / rope.base_num_frames
        y = torch.arange(height).float() * in_space / rope.base_height
        x = torch.arange(width).float() * in_space / rope.base_width
        shape = (frames, height, width)
        grid = torch.stack((t[:, None, None].expand(shape), y[None, :, None].expand(shape), x[None, None].expand(shape)), -1)
        grid = grid.reshape(1, frames * height * width, 3)
        frequency = rope.theta ** torch.linspace(0.0, 1.0, rope.dim // 6) * math.pi / 2.0
        angle = (frequency * (grid[..., None] * 2 - 1)).transpose(-1, -2).flatten(2)
        cos, sin = (table.repeat_interleave(2, dim=-1) for table in (angle.cos(), angle.sin()))
        spare = rope.dim % 6
        return F.pad(cos, (spare, 0), value=1.0), F.pad(sin, (spare, 0), value=0.0)

    def attend(self, attn, x, context=None, mask=None, tables=None):
        context = x if context is None else context
        query, key, value = attn.norm_q(attn.to_q(x)), attn.norm_k(attn.to_k(context)), attn.to_v(context)
        if tables is not None:
            query, key = rotate(query, *tables), rotate(key, *tables)
        query, key, value = (y.unflatten(2, (attn.heads, -1)).transpose(1, 2) for y in (query, key, value))
        out = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return attn.to_out[0](out.transpose(1, 2).flatten(2))

    def forward(self, hidden_states, timestep, encoder_hidden_states, encoder_attention_mask):
        net = self.transformer
        b, c, f, h, w = hidden_states.shape
        tables = self.tables(f, h, w)
        x = net.proj_in(hidden_states.permute(0, 2, 3, 4, 1).reshape(b, f * h * w, c))
        modulation, time = net.time_embed(timestep.reshape(-1), batch_size=b, hidden_dtype=x.dtype)
        words = net.caption_projection(encoder_hidden_states)
        hidden = (1.0 - encoder_attention_mask.to(x.dtype)) * -10000.0
        hidden = hidden[:, None, None, :]

        def by_frame(y):
            return y.unflatten(1, (f, -1))

        for block in net.transformer_blocks:
            values = block.scale_shift_table + modulation.reshape(b, f, 1, 6, -1)
            move_a, scale_a, gate_a, move_b, scale_b, gate_b = values.unbind(3)
            y = (by_frame(block.norm1(x)) * (1 + scale_a) + move_a).flatten(1, 2)
            x = x + (by_frame(self.attend(block.attn1, y, tables=tables)) * gate_a).flatten(1, 2)
            x = x + self.attend(block.attn2, x, words, hidden)
            y = (by_frame(block.norm2(x)) * (1 + scale_b) + move_b).flatten(1, 2)
            x = x + (by_frame(block.ff(y)) * gate_b).flatten(1, 2)
        move, scale = (net.scale_shift_table + time.reshape(b, f, 1, 1, -1)).unbind(3)
        x = net.proj_out((by_frame(net.norm_out(x)) * (1 + scale) + move).flatten(1, 2))
        return x.reshape(b, f, h, w, -1).permute(0, 4, 1, 2, 3)


# --- the VAE: it has no caches; only its foldings are written so that sizes stay dynamic -------------------


def fold(x, stride):
    """Cells of `stride` (time, height, width) become channels."""
    b, c, t, h, w = x.shape
    st, sh, sw = stride
    x = x.reshape(b, c, t // st, st, h // sh, sh, w // sw, sw).permute(0, 1, 3, 5, 7, 2, 4, 6)
    return x.reshape(b, c * st * sh * sw, t // st, h // sh, w // sw)


def unfold(x, stride):
    b, c, t, h, w = x.shape
    st, sh, sw = stride
    channels = c // (st * sh * sw)
    x = x.reshape(b, channels, st, sh, sw, t, h, w).permute(0, 1, 5, 2, 6, 3, 7, 4)
    return x.reshape(b, channels, t * st, h * sh, w * sw)


def down(layer, x):
    if not hasattr(layer, "group_size"):  # 0.9.0 and 0.9.1: a strided convolution
        return layer(x)
    x = torch.cat((x[:, :, : layer.stride[0] - 1], x), dim=2)
    residual = fold(x, layer.stride)
    b, c, t, h, w = residual.shape
    residual = residual.reshape(b, c // layer.group_size, layer.group_size, t, h, w).mean(dim=2)
    return fold(layer.conv(x), layer.stride) + residual


def up(layer, x):
    out = unfold(layer.conv(x), layer.stride)[:, :, layer.stride[0] - 1 :]
    if not layer.residual:
        return out
    residual = unfold(x, layer.stride)
    repeats = math.prod(layer.stride) // layer.upscale_factor
    return out + torch.cat([residual] * repeats, dim=1)[:, :, layer.stride[0] - 1 :]


def embed_time(embedder, time, x):
    return embedder(time.flatten(), None, None, batch_size=x.shape[0], hidden_dtype=x.dtype).reshape(x.shape[0], -1, 1, 1, 1)


def encode(vae, frames):
    """[B, 3, F, H, W] -> the posterior's mode. The library patches width before height."""
    net, p = vae.encoder, vae.config.patch_size
    b, c, t, h, w = frames.shape
    x = frames.reshape(b, c, t, h // p, p, w // p, p).permute(0, 1, 6, 4, 2, 3, 5)
    x = net.conv_in(x.reshape(b, c * p * p, t, h // p, w // p))
    for block in net.down_blocks:
        for layer in block.resnets:
            x = layer(x)
        for layer in block.downsamplers or ():
            x = down(layer, x)
        if getattr(block, "conv_out", None) is not None:
            x = block.conv_out(x)
    x = net.mid_block(x)
    x = net.conv_act(net.norm_out(x.movedim(1, -1)).movedim(-1, 1))
    return net.conv_out(x)[:, : vae.config.latent_channels]


def decode(vae, latents, timestep):
    """timestep [B]: how noisy the latents are, 0 to 1; without effect in a VAE that is not aware of it."""
    net, p = vae.decoder, vae.config.patch_size
    aware = net.timestep_scale_multiplier is not None
    time = timestep * net.timestep_scale_multiplier if aware else None
    x = net.conv_in(latents)
    moved = embed_time(net.mid_block.time_embedder, time, x) if aware else None
    for layer in net.mid_block.resnets:
        x = layer(x, moved)
    for block in net.up_blocks:
        if block.conv_in is not None:
            x = block.conv_in(x, embed_time(block.time_embedder, time, x) if aware else None)
        moved = embed_time(block.time_embedder, time, x) if aware else None
        for layer in block.upsamplers or ():
            x = up(layer, x)
        for layer in block.resnets:
            x = layer(x, moved)
    x = net.norm_out(x.movedim(1, -1)).movedim(-1, 1)
    if aware:
        values = embed_time(net.time_embedder, time, x).unflatten(1, (2, -1)) + net.scale_shift_table[None, ..., None, None, None]
        move, scale = values.unbind(dim=1)
        x = x * (1 + scale) + move
    x = net.conv_out(net.conv_act(x))
    b, c, t, h, w = x.shape
    x = x.reshape(b, c // (p * p), p, p, t, h, w).permute(0, 1, 4, 5, 3, 6, 2)
    return x.reshape(b, c // (p * p), t, h * p, w * p)


class VaeEncoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = checked(vae)

    def forward(self, frames):
        return encode(self.vae, frames)


class VaeDecoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = checked(vae)

    def forward(self, latents, timestep):
        return decode(self.vae, latents, timestep)


class PlainVaeDecoderGraph(nn.Module):
    """Of a VAE that is not aware of a timestep (0.9.0)."""

    def __init__(self, vae):
        super().__init__()
        self.vae = checked(vae)

    def forward(self, latents):
        return decode(self.vae, latents, None)


def checked(vae):
    if any(vae.config.decoder_inject_noise) or vae.config.patch_size_t != 1:
        raise NotImplementedError("decoders that draw noise (0.9.1) and patches in time are not exported yet")
    return vae


# --- export ----------------------------------------------------------------------------------------


def export_transformer(model, path, frame_rate, size=(3, 2, 4), tokens=16, is_causal=True, build=FLOAT32):
    """size: latent (frames, height, width) of the example."""
    inputs = {
        "hidden_states": torch.randn(1, model.config.in_channels, *size),
        "timestep": torch.full((1, size[0]), 500.0),
        "encoder_hidden_states": torch.randn(1, tokens, model.config.caption_channels),
        "encoder_attention_mask": torch.ones(1, tokens, dtype=torch.int64),
    }
    words = {0: "batch", 1: "text_tokens"}
    axes = {
        "hidden_states": LATENT,
        "timestep": {0: "batch", 1: "latent_frames"},
        "encoder_hidden_states": words,
        "encoder_attention_mask": words,
        "velocity": LATENT,
    }
    return export(TransformerGraph(model, frame_rate, is_causal), path, inputs, axes, "velocity", build)


def export_vae_encoder(vae, path, frames=17, height=64, width=96, build=FLOAT32):
    example = torch.rand(1, 3, frames, height, width) * 2 - 1
    axes = {"frames": VIDEO, "latents": LATENT}
    # Without this, the tracer takes a quarter of an hour to find that all the foldings come out whole.
    t, s = vae.temporal_compression_ratio, vae.spatial_compression_ratio
    whole = {"frames": {0: Dim.DYNAMIC, 2: t * Dim("f") + 1, 3: s * Dim("h"), 4: s * Dim("w")}}
    return export(VaeEncoderGraph(vae), path, {"frames": example}, axes, "latents", build, dims=whole)


def export_vae_decoder(vae, path, latent_frames=3, height=2, width=3, build=FLOAT32):
    inputs = {"latents": torch.randn(1, vae.config.latent_channels, latent_frames, height, width)}
    axes = {"latents": LATENT, "frames": VIDEO}
    if not vae.config.timestep_conditioning:
        return export(PlainVaeDecoderGraph(vae), path, inputs, axes, "frames", build)
    inputs["timestep"] = torch.full((1,), 0.05)
    return export(VaeDecoderGraph(vae), path, inputs, axes | {"timestep": {0: "batch"}}, "frames", build)
