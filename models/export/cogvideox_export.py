"""Exports CogVideoX models of diffusers to the pack contract (docs/pack-format.md): 5-D latents in and out, no caches.

The text encoder is T5, exported by `text_export.export_text_encoder`.
"""

import torch
import torch.nn.functional as F
from torch import nn

from onnx_graph import FLOAT32, export
from wan_export import LATENT, VIDEO, rotate
from wan_vae import per_frame

# --- the transformer -----------------------------------------------------------------------------


class JointAttention:
    """Words and cells attend to each other together; rotary tables, where the checkpoint has them, turn cells alone."""

    def __call__(self, attn, hidden_states, encoder_hidden_states, attention_mask=None, image_rotary_emb=None):
        words = encoder_hidden_states.shape[1]
        joint = torch.cat((encoder_hidden_states, hidden_states), dim=1)
        query, key, value = (
            projection(joint).unflatten(2, (attn.heads, -1)).transpose(1, 2)
            for projection in (attn.to_q, attn.to_k, attn.to_v)
        )
        query, key = (q if norm is None else norm(q) for q, norm in ((query, attn.norm_q), (key, attn.norm_k)))
        if image_rotary_emb is not None:
            query, key = (
                torch.cat((q[:, :, :words], rotate(q[:, :, words:], *image_rotary_emb)), dim=2) for q in (query, key)
            )
        out = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        out = attn.to_out[0](out)
        return out[:, words:], out[:, :words]


def waves(position, dim):
    """Sines, then cosines, of a position at `dim / 2` frequencies: [n] -> [n, dim]."""
    frequency = 1.0 / 10000 ** (torch.arange(dim // 2, dtype=torch.float64) / (dim / 2))
    angle = position[:, None] * frequency.float()[None]
    return torch.cat((angle.sin(), angle.cos()), dim=-1)


class TransformerGraph(nn.Module):
    """[B, C, F', H', W'] -> the v prediction of the same shape. Positions are made inside, for any size."""

    def __init__(self, transformer):
        super().__init__()
        config = transformer.config
        if config.patch_size_t is not None or config.use_learned_positional_embeddings or config.ofs_embed_dim:
            raise NotImplementedError("CogVideoX 1.5 and the image to video checkpoints are not exported yet")
        self.transformer = transformer
        for block in transformer.transformer_blocks:
            block.attn1.set_processor(JointAttention())

    def sines(self, frames, height, width):
        """Added to the cells: time in the first quarter of the channels, then column, then row."""
        config = self.transformer.config
        dim = config.num_attention_heads * config.attention_head_dim
        space, time = 3 * dim // 8, dim // 4
        t = waves(torch.arange(frames).float() / config.temporal_interpolation_scale, time)
        x = waves(torch.arange(width).float() / config.spatial_interpolation_scale, space)
        y = waves(torch.arange(height).float() / config.spatial_interpolation_scale, space)
        t = t[:, None, None].expand(frames, height, width, time)
        x = x[None, None].expand(frames, height, width, space)
        y = y[None, :, None].expand(frames, height, width, space)
        return torch.cat((t, x, y), dim=-1).reshape(1, frames * height * width, dim)

    def rotary(self, frames, height, width):
        """The tables of checkpoints with rotary positions: time 1/4, row 3/8, column 3/8 of a head, from cell 0 on."""
        dim = self.transformer.config.attention_head_dim

        def angles(count, part):
            frequency = 1.0 / 10000 ** (torch.arange(0, part, 2, dtype=torch.float32) / part)
            return (torch.arange(count).float()[:, None] * frequency[None]).repeat_interleave(2, dim=-1)

        t, y, x = angles(frames, dim // 4), angles(height, dim // 8 * 3), angles(width, dim // 8 * 3)
        shape = (frames, height, width, -1)
        table = torch.cat(
            (t[:, None, None].expand(shape), y[None, :, None].expand(shape), x[None, None].expand(shape)), dim=-1
        ).reshape(frames * height * width, dim)
        return table.cos(), table.sin()

    def forward(self, hidden_states, timestep, encoder_hidden_states):
        net, config = self.transformer, self.transformer.config
        p = config.patch_size
        b, c, f, h, w = hidden_states.shape
        time = net.time_embedding(net.time_proj(timestep).to(hidden_states.dtype))
        cells = net.patch_embed.proj(hidden_states.transpose(1, 2).reshape(b * f, c, h, w))
        cells = cells.reshape(b, f, cells.shape[1], -1).transpose(2, 3).flatten(1, 2)
        words = net.patch_embed.text_proj(encoder_hidden_states)
        tables = None
        if config.use_rotary_positional_embeddings:
            tables = self.rotary(f, h // p, w // p)
        else:
            cells = cells + self.sines(f, h // p, w // p).to(cells.dtype)
        for block in net.transformer_blocks:
            cells, words = block(
                hidden_states=cells, encoder_hidden_states=words, temb=time, image_rotary_emb=tables
            )
        out = net.proj_out(net.norm_out(net.norm_final(cells), temb=time))
        out = out.reshape(b, f, h // p, w // p, config.out_channels, p, p).permute(0, 4, 1, 2, 5, 3, 6)
        return out.reshape(b, config.out_channels, f, h, w)


# --- the VAE without feature caches: a whole clip in one pass ------------------------------------------
#
# The reference runs chunks of 8 frames (2 latent frames; the first takes one more) and carries the last frames of every
# convolution. Over the whole clip that is a left pad with the first frame. Its group norms, however, average over the
# frames of a chunk: here they average over the same frames, so that one pass gives what the chunks give.


def chunk_weights(latent_frames, stretch):
    """[T, T] with T = stretch (F' - 1) + 1 frames: row t averages over the frames that share a chunk with frame t."""
    frame = torch.arange(stretch * (latent_frames - 1) + 1)
    latent = (frame + stretch - 1) // stretch
    first = 2 - latent_frames % 2  # how many latent frames the first chunk has beyond its usual two
    chunk = (latent - first).clamp(min=0) // 2
    together = (chunk[:, None] == chunk[None]).float()
    return together / together.sum(dim=1, keepdim=True)


class Clip:
    """What layers need to know of the whole clip: its latent frames and, in the decoder, the latents themselves."""

    def __init__(self, latent_frames, latents=None):
        self.latent_frames, self.latents = latent_frames, latents


def group_norm(norm, x, weights):
    """In float32: sums over whole chunks leave float16's range."""
    norm = getattr(norm, "inner", norm)
    b, c, t, h, w = x.shape
    y = x.float().reshape(b, norm.num_groups, c // norm.num_groups, t, h * w)
    average = weights.transpose(0, 1)
    y = y - (y.mean(dim=(2, 4)) @ average)[:, :, None, :, None]
    variance = (y * y).mean(dim=(2, 4)) @ average
    y = (y * torch.rsqrt(variance + norm.eps)[:, :, None, :, None]).reshape(b, c, t, h, w)
    return (y * norm.weight[:, None, None, None] + norm.bias[:, None, None, None]).to(x.dtype)


def stretch_time(x, times):
    """Frame 0 stays; every later frame is repeated."""
    if times == 1:
        return x
    b, c, t, h, w = x.shape
    rest = x[:, :, 1:, None].expand(b, c, t - 1, times, h, w).reshape(b, c, (t - 1) * times, h, w)
    return torch.cat((x[:, :, :1], rest), dim=2)


def stretch_space(x, times):
    if times == 1:
        return x
    b, c, t, h, w = x.shape
    return x[:, :, :, :, None, :, None].expand(b, c, t, h, times, w, times).reshape(b, c, t, h * times, w * times)


def spatial_norm(norm, x, clip, stretch, zoom):
    """The latents scale and move what was normalised. Their convolutions are pointwise: done before they are enlarged."""
    scale, move = (
        stretch_space(stretch_time(convolve(conv, clip.latents), stretch), zoom) for conv in (norm.conv_y, norm.conv_b)
    )
    return group_norm(norm.norm_layer, x, chunk_weights(clip.latent_frames, stretch)) * scale + move


def convolve(layer, x):
    if layer.pad_mode == "replicate":
        raise NotImplementedError("convolutions that replicate their edges in space")
    if layer.time_pad > 0:
        x = torch.cat([x[:, :, :1]] * layer.time_pad + [x], dim=2)
    conv = layer.conv
    return F.conv3d(x, conv.weight, conv.bias, stride=conv.stride, padding=conv.padding, dilation=conv.dilation)


def resnet(layer, x, clip, stretch, zoom):
    def norm(which, y):
        if clip.latents is not None:
            return spatial_norm(which, y, clip, stretch, zoom)
        return group_norm(which, y, chunk_weights(clip.latent_frames, stretch))

    y = convolve(layer.conv1, layer.nonlinearity(norm(layer.norm1, x)))
    y = convolve(layer.conv2, layer.nonlinearity(norm(layer.norm2, y)))
    if layer.in_channels != layer.out_channels:
        x = F.conv3d(x, layer.conv_shortcut.weight, layer.conv_shortcut.bias)
    return x + y


def shrink(layer, x):
    if layer.compress_time:
        b, c, t, h, w = x.shape
        rest = x[:, :, 1:].reshape(b, c, (t - 1) // 2, 2, h, w).mean(dim=3)
        x = torch.cat((x[:, :, :1], rest), dim=2)
    return per_frame(lambda y: layer.conv(F.pad(y, (0, 1, 0, 1))), x)


def enlarge(layer, x):
    return per_frame(layer.conv, stretch_space(stretch_time(x, 2 if layer.compress_time else 1), 2))


def encode(vae, frames):
    """[B, 3, F, H, W] -> the posterior's mode."""
    net, stretch = vae.encoder, vae.config.temporal_compression_ratio
    clip = Clip((frames.shape[2] - 1) // stretch + 1)
    x = convolve(net.conv_in, frames)
    for block in net.down_blocks:
        for layer in block.resnets:
            x = resnet(layer, x, clip, stretch, 1)
        for layer in block.downsamplers or ():
            x = shrink(layer, x)
            stretch //= 2 if layer.compress_time else 1
    for layer in net.mid_block.resnets:
        x = resnet(layer, x, clip, stretch, 1)
    x = net.conv_act(group_norm(net.norm_out, x, chunk_weights(clip.latent_frames, stretch)))
    return convolve(net.conv_out, x)[:, : vae.config.latent_channels]


def decode(vae, latents):
    net, stretch, zoom = vae.decoder, 1, 1
    clip = Clip(latents.shape[2], latents)
    x = convolve(net.conv_in, latents)
    for layer in net.mid_block.resnets:
        x = resnet(layer, x, clip, stretch, zoom)
    for block in net.up_blocks:
        for layer in block.resnets:
            x = resnet(layer, x, clip, stretch, zoom)
        for layer in block.upsamplers or ():
            x = enlarge(layer, x)
            stretch, zoom = stretch * (2 if layer.compress_time else 1), zoom * 2
    return convolve(net.conv_out, net.conv_act(spatial_norm(net.norm_out, x, clip, stretch, zoom)))


class VaeEncoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        if vae.quant_conv is not None or vae.post_quant_conv is not None:
            raise NotImplementedError("quantisation convolutions, which no released checkpoint has")
        self.vae = vae

    def forward(self, frames):
        return encode(self.vae, frames)


class VaeDecoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latents):
        return decode(self.vae, latents)


# --- export ----------------------------------------------------------------------------------------


def export_transformer(model, path, size=(3, 2, 4), tokens=16, build=FLOAT32):
    """size: latent (frames, height, width) of the example."""
    inputs = {
        "hidden_states": torch.randn(1, model.config.in_channels, *size),
        "timestep": torch.full((1,), 500, dtype=torch.int64),
        "encoder_hidden_states": torch.randn(1, tokens, model.config.text_embed_dim),
    }
    axes = {
        "hidden_states": LATENT,
        "timestep": {0: "batch"},
        "encoder_hidden_states": {0: "batch", 1: "text_tokens"},
        "velocity": LATENT,
    }
    return export(TransformerGraph(model), path, inputs, axes, "velocity", build)


def export_vae_encoder(vae, path, frames=9, height=32, width=48, build=FLOAT32):
    example = torch.rand(1, 3, frames, height, width) * 2 - 1
    axes = {"frames": VIDEO, "latents": LATENT}
    return export(VaeEncoderGraph(vae), path, {"frames": example}, axes, "latents", build)


def export_vae_decoder(vae, path, latent_frames=3, height=4, width=6, build=FLOAT32):
    example = torch.randn(1, vae.config.latent_channels, latent_frames, height, width)
    axes = {"latents": LATENT, "frames": VIDEO}
    return export(VaeDecoderGraph(vae), path, {"latents": example}, axes, "frames", build)
