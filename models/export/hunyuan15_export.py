"""Exports HunyuanVideo-1.5 models of diffusers / transformers to the pack contract (docs/pack-format.md).

Like wan_export.py: every function takes a float32 torch model in eval mode, writes one ONNX graph and returns
the torch module that the graph was made from.
"""

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

import wan_export as wan
from onnx_graph import FLOAT32, export


# --- the transformer -----------------------------------------------------------------------------------


class MaskedAttention:
    """Joint attention with a mask over keys alone. The library also masks the rows of padding tokens, whose
    results nothing reads: no other token attends to them, and they are cut off at the end."""

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, image_rotary_emb=None):
        query, key, value = (
            project(hidden_states).unflatten(2, (attn.heads, -1)) for project in (attn.to_q, attn.to_k, attn.to_v)
        )
        if attn.norm_q is not None:
            query, key = attn.norm_q(query), attn.norm_k(key)
        if image_rotary_emb is not None:
            query, key = wan.rotate(query, *image_rotary_emb), wan.rotate(key, *image_rotary_emb)
        split = query.shape[1]
        if encoder_hidden_states is not None:
            added = (attn.add_q_proj, attn.add_k_proj, attn.add_v_proj)
            q, k, v = (project(encoder_hidden_states).unflatten(2, (attn.heads, -1)) for project in added)
            query = torch.cat((query, attn.norm_added_q(q)), 1)
            key = torch.cat((key, attn.norm_added_k(k)), 1)
            value = torch.cat((value, v), 1)
        query, key, value = (x.transpose(1, 2) for x in (query, key, value))
        out = F.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask)
        out = out.transpose(1, 2).flatten(2, 3)
        if encoder_hidden_states is None:
            return attn.to_out[0](out)
        return attn.to_out[0](out[:, :split]), attn.to_add_out(out[:, split:])


def hidden_keys(valid, dtype=torch.float32):
    """int64 or float [B, S], 1 for tokens -> additive [B, 1, 1, S]; None stays None."""
    return None if valid is None else (1.0 - valid[:, None, None, :].to(dtype)) * torch.finfo(dtype).min


class TransformerGraph(nn.Module):
    """The order of the tokens that are told does not matter (only those of the clip are rotated), so the library's
    sorting of valid tokens before padding is left out: padding is masked where it stands.

    Text to video has no picture: its condition is zeros, which add nothing, and its picture tokens are all masked. Such
    graphs have neither of these inputs.

    The arguments are in the order of `input_names`."""

    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer
        for block in transformer.transformer_blocks:
            block.attn.set_processor(MaskedAttention())
        for block in transformer.context_embedder.token_refiner.refiner_blocks:
            block.attn.set_processor(MaskedAttention())

    def rotary(self, frames, height, width):
        """cos and sin of [1, S, 1, D]: S over frames, rows, columns; every value of D stands twice."""
        rope = self.transformer.rope
        tables = []
        for axis, (length, dim) in enumerate(zip((frames, height, width), rope.rope_dim)):
            frequency = 1.0 / (rope.theta ** (torch.arange(0, dim, 2, dtype=torch.float32) / dim))
            angle = torch.arange(length, dtype=torch.float32)[:, None] * frequency
            shape = [1, 1, 1, dim // 2]
            shape[axis] = length
            tables.append(angle.reshape(shape).expand(frames, height, width, dim // 2))
        angle = torch.cat(tables, -1).reshape(1, frames * height * width, 1, -1)
        return torch.stack((angle.cos(), angle.cos()), -1).flatten(-2), torch.stack((angle.sin(), angle.sin()), -1).flatten(-2)

    def context(self, embedding, timestep, mask):
        refiner = self.transformer.context_embedder
        if mask is None:
            pooled = embedding.float().mean(1)
        else:
            weight = mask.to(torch.float32)[..., None]
            pooled = (embedding * weight).sum(1) / weight.sum(1)
        # Times up to 1000 and sums of embeddings: float32, as the library computes them.
        times = refiner.time_text_embed
        temb = times.timestep_embedder(times.time_proj(timestep).to(pooled.dtype)) + times.text_embedder(pooled)
        temb = temb.to(embedding.dtype)
        hidden = refiner.proj_in(embedding)
        for block in refiner.token_refiner.refiner_blocks:
            hidden = block(hidden, temb, hidden_keys(mask, hidden.dtype))
        return hidden

    def forward(
        self, hidden_states, timestep, encoder_hidden_states, encoder_hidden_states_2, encoder_attention_mask,
        encoder_attention_mask_2, encoder_hidden_states_image=None, condition=None, timestep_r=None,
    ):  # fmt: skip
        net = self.transformer
        b, c, f, h, w = hidden_states.shape
        rotary = self.rotary(f, h, w)
        temb = net.time_embed(timestep, timestep_r=timestep_r).to(hidden_states.dtype)
        if condition is None:
            embed = net.x_embedder.proj
            x = F.conv3d(hidden_states, embed.weight[:, :c], embed.bias, embed.stride).flatten(2).transpose(1, 2)
        else:
            x = net.x_embedder(torch.cat((hidden_states, condition), 1))
        kinds = net.cond_type_embed.weight
        text = self.context(encoder_hidden_states, timestep, encoder_attention_mask) + kinds[0]
        glyphs = net.context_embedder_2(encoder_hidden_states_2) + kinds[1]
        context = [glyphs, text]
        valid = [encoder_attention_mask_2, encoder_attention_mask]
        if encoder_hidden_states_image is not None:
            image = net.image_embedder(encoder_hidden_states_image) + kinds[2]
            # As in the library: embeddings of zeros are no picture.
            has_image = (encoder_hidden_states_image.abs().amax(dim=(1, 2)) > 0)[:, None]
            context.insert(0, image)
            valid.insert(0, has_image.expand(b, image.shape[1]))
        context = torch.cat(context, 1)
        mask = None
        if encoder_attention_mask is not None:
            mask = hidden_keys(torch.cat((torch.ones_like(x[:, :, 0]), *(v.to(x.dtype) for v in valid)), 1), x.dtype)
        for block in net.transformer_blocks:
            x, context = block(x, context, temb, mask, rotary)
        x = net.proj_out(net.norm_out(x, temb))
        return x.reshape(b, f, h, w, -1).permute(0, 4, 1, 2, 3)


class UnmaskedTransformerGraph(TransformerGraph):
    """Takes rows that count alone, possibly none of the glyphs'. Attention then needs no S x S bias: that is what fused
    attention is fast with."""

    def forward(
        self, hidden_states, timestep, encoder_hidden_states, encoder_hidden_states_2, encoder_hidden_states_image=None,
        condition=None, timestep_r=None,
    ):  # fmt: skip
        return super().forward(
            hidden_states, timestep, encoder_hidden_states, encoder_hidden_states_2, None, None,
            encoder_hidden_states_image, condition, timestep_r,
        )  # fmt: skip


def input_names(config, masked=True):
    return [
        "hidden_states", "timestep", "encoder_hidden_states", "encoder_hidden_states_2",
        *(["encoder_attention_mask", "encoder_attention_mask_2"] if masked else []),
        *(["encoder_hidden_states_image", "condition"] if config.task_type == "i2v" else []),
        *(["timestep_r"] if config.use_meanflow else []),
    ]  # fmt: skip


def reference_transformer(transformer, masked=True):
    """The library's own forward behind the signature of the graph."""
    names = input_names(transformer.config, masked)

    def run(*inputs):
        given = dict(zip(names, inputs, strict=True))
        x, t, e, e2 = inputs[:4]
        m, m2 = (given.get(key, torch.ones(value.shape[:2], dtype=torch.int64)) for key, value in
                 (("encoder_attention_mask", e), ("encoder_attention_mask_2", e2)))  # fmt: skip
        image, condition, timestep_r = (given.get(k) for k in ("encoder_hidden_states_image", "condition", "timestep_r"))
        if condition is None:
            image = torch.zeros(len(x), 2, transformer.config.image_embed_dim)
            condition = torch.zeros(len(x), x.shape[1] + 1, *x.shape[2:])
        return transformer(
            torch.cat((x, condition), 1), t, e, m, timestep_r=timestep_r, encoder_hidden_states_2=e2,
            encoder_attention_mask_2=m2, image_embeds=image, return_dict=False,
        )[0]  # fmt: skip

    return run


def example_inputs(
    transformer, size, tokens, tokens_2, image_tokens, batch=1, generator=None, has_image=True, used=None, masked=True
):  # fmt: skip
    """Named inputs of the graph; `used` = tokens that are no padding, (text, glyphs)."""
    config = transformer.config
    channels = config.out_channels
    used = used or (tokens - 1, tokens_2 - 2)

    def noise(*shape):
        return torch.randn(*shape, generator=generator)

    def mask(length, count):
        return (torch.arange(length) < count).long()[None].expand(batch, length).contiguous()

    inputs = {
        "hidden_states": noise(batch, channels, *size),
        "timestep": torch.full((batch,), 875.5),
        "encoder_hidden_states": noise(batch, tokens, config.text_embed_dim),
        "encoder_attention_mask": mask(tokens, used[0]),
        "encoder_hidden_states_2": noise(batch, tokens_2, config.text_embed_2_dim),
        "encoder_attention_mask_2": mask(tokens_2, used[1]),
    }
    if config.task_type == "i2v":
        inputs["encoder_hidden_states_image"] = noise(batch, image_tokens, config.image_embed_dim) * (1.0 if has_image else 0.0)
        inputs["condition"] = noise(batch, channels + 1, *size)
    if config.use_meanflow:
        inputs["timestep_r"] = torch.full((batch,), 700.25)
    return {name: inputs[name] for name in input_names(config, masked)}


# What stays float32 in half graphs: embeddings of times and of the pooled text.
ISLANDS = ("time_embed", "time_text_embed")


def export_transformer(transformer, path, size, tokens, tokens_2, image_tokens, masked=True, build=FLOAT32):
    inputs = example_inputs(transformer, size, tokens, tokens_2, image_tokens, masked=masked)
    axes = {
        "hidden_states": wan.LATENT,
        "timestep": {0: "batch"},
        "encoder_hidden_states": {0: "batch", 1: "text_tokens"},
        "encoder_attention_mask": {0: "batch", 1: "text_tokens"},
        "encoder_hidden_states_2": {0: "batch", 1: "glyph_tokens"},
        "encoder_attention_mask_2": {0: "batch", 1: "glyph_tokens"},
        "encoder_hidden_states_image": {0: "batch", 1: "image_tokens"},
        "condition": wan.LATENT,
        "timestep_r": {0: "batch"},
        "velocity": wan.LATENT,
    }
    graph = (TransformerGraph if masked else UnmaskedTransformerGraph)(transformer)
    return export(graph, path, inputs, axes, "velocity", build, keep=("timestep", "timestep_r"), islands=ISLANDS)


# --- text and picture encoders ---------------------------------------------------------------------------


class QwenTextGraph(nn.Module):
    """The text model of Qwen2.5-VL without its last two layers and its last norm, as HunyuanVideo-1.5 reads it.
    Attention is causal, so padding behind the prompt changes nothing before it."""

    def __init__(self, model, skipped_layers=2):
        super().__init__()
        self.model = model
        self.layers = model.layers[: len(model.layers) - skipped_layers]
        model.config._attn_implementation = "eager"

    def forward(self, input_ids, attention_mask):
        model = self.model
        hidden = model.embed_tokens(input_ids)
        length = input_ids.shape[1]
        positions = torch.arange(length)
        rotary = model.rotary_emb(hidden, positions[None, None].expand(3, 1, length))
        ahead = (positions[None, :] > positions[:, None]).to(hidden.dtype) * torch.finfo(hidden.dtype).min
        mask = torch.minimum(ahead[None, None], hidden_keys(attention_mask, hidden.dtype))
        total = hidden.float()  # what the layers add to: it grows past float16's range
        for layer in self.layers:
            read = layer.input_layernorm(total).to(hidden.dtype)
            total = total + layer.self_attn(read, attention_mask=mask, position_embeddings=rotary)[0]
            total = total + feed_forward(layer.mlp, layer.post_attention_layernorm(total).to(hidden.dtype))
        return total


def feed_forward(mlp, x):
    """The gated product and the projection back in float32 (down_proj is an island); in a float32 model its own forward."""
    return mlp.down_proj(mlp.act_fn(mlp.gate_proj(x)).float() * mlp.up_proj(x))


def export_text_encoder(model, path, tokens=24, build=FLOAT32):
    ids = torch.randint(3, model.config.vocab_size, (1, tokens))
    mask = (torch.arange(tokens) < tokens // 2).long()[None]
    sequence = {0: "batch", 1: "text_tokens"}
    axes = {"input_ids": sequence, "attention_mask": sequence, "last_hidden_state": sequence}
    inputs = {"input_ids": ids, "attention_mask": mask}
    plain = replace(build, attention="plain")
    return export(QwenTextGraph(model), path, inputs, axes, "last_hidden_state", plain, islands=("down_proj",))


class ImageEncoderGraph(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model(pixel_values=pixel_values).last_hidden_state


def export_image_encoder(model, path, build=FLOAT32):
    edge = model.config.image_size
    axes = {"pixel_values": {0: "batch"}, "hidden_states": {0: "batch"}}
    inputs = {"pixel_values": torch.randn(1, 3, edge, edge)}
    return export(ImageEncoderGraph(model), path, inputs, axes, "hidden_states", replace(build, attention="plain"))


# --- the VAE -----------------------------------------------------------------------------------------------
#
# The library already decodes a whole clip in one pass. Only the causal mask of the middle block is written anew:
# the library fills it row by row in a loop.


def middle_attention(attn, x):
    b, c, f, h, w = x.shape
    normed = attn.norm(x)
    query, key, value = (
        project(normed).flatten(2).transpose(1, 2)[:, None] for project in (attn.to_q, attn.to_k, attn.to_v)
    )
    frame = torch.arange(f)[:, None].expand(f, h * w).reshape(f * h * w)
    later = (frame[None, :] > frame[:, None]).to(x.dtype) * torch.finfo(x.dtype).min
    out = F.scaled_dot_product_attention(query, key, value, attn_mask=later[None, None])
    return attn.proj_out(out[:, 0].transpose(1, 2).reshape(b, c, f, h, w)) + x


def middle(block, x):
    x = block.resnets[0](x)
    for attn, resnet in zip(block.attentions, block.resnets[1:]):
        x = resnet(x if attn is None else middle_attention(attn, x))
    return x


class VaeDecoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latents):
        net = self.vae.decoder
        x = net.conv_in(latents) + latents.repeat_interleave(repeats=net.repeat, dim=1)
        x = middle(net.mid_block, x)
        for block in net.up_blocks:
            x = block(x)
        return net.conv_out(net.conv_act(net.norm_out(x)))


class VaeEncoderGraph(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, frames):
        net = self.vae.encoder
        x = net.conv_in(frames)
        for block in net.down_blocks:
            x = block(x)
        x = middle(net.mid_block, x)
        shortcut = x.unflatten(1, (-1, net.group_size)).mean(2)
        moments = net.conv_out(net.conv_act(net.norm_out(x))) + shortcut
        return moments[:, : self.vae.config.latent_channels]


def export_vae_encoder(vae, path, frames=9, height=64, width=32, build=FLOAT32):
    example = torch.rand(1, 3, frames, height, width) * 2 - 1
    return export(VaeEncoderGraph(vae), path, {"frames": example}, {"frames": wan.VIDEO, "latents": wan.LATENT}, "latents", build)


def export_vae_decoder(vae, path, latent_frames=3, height=4, width=2, build=FLOAT32):
    example = torch.randn(1, vae.config.latent_channels, latent_frames, height, width)
    return export(VaeDecoderGraph(vae), path, {"latents": example}, {"latents": wan.LATENT, "frames": wan.VIDEO}, "frames", build)
