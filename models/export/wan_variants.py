"""Graphs of the Wan variants that take more than words: pictures as a condition, CLIP embeddings, a camera.

Inputs are named and joined as docs/pack-format.md says. Each export returns the module that the graph was made from.
"""

import torch
import torch.nn.functional as F
from torch import nn

from wan_export import FLOAT32, LATENT, TIMESTEP_AXES, example_timestep, export, rotate


class ExportImageAttention:
    """Wan attention whose context may begin with image tokens, which have keys and values of their own.

    The reference finds the border by a text length of 512; here `text_tokens` is set for each run.
    """

    def __init__(self):
        self.text_tokens = None

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, rotary_emb=None):
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        image = None
        if attn.add_k_proj is not None:
            border = context.shape[1] - self.text_tokens
            image, context = context[:, :border], context[:, border:]
        query = attn.norm_q(attn.to_q(hidden_states)).unflatten(2, (attn.heads, -1))
        key = attn.norm_k(attn.to_k(context)).unflatten(2, (attn.heads, -1))
        value = attn.to_v(context).unflatten(2, (attn.heads, -1))
        if rotary_emb is not None:
            query, key = rotate(query, *rotary_emb), rotate(key, *rotary_emb)
        out = attend(query, key, value)
        if image is not None:
            key = attn.norm_added_k(attn.add_k_proj(image)).unflatten(2, (attn.heads, -1))
            value = attn.add_v_proj(image).unflatten(2, (attn.heads, -1))
            out = out + attend(query, key, value)
        return attn.to_out[0](out)


def attend(query, key, value):
    out = F.scaled_dot_product_attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2))
    return out.transpose(1, 2).flatten(2, 3)


class PatchWithCamera(nn.Module):
    """The patch embedding of Wan Fun Control-Camera: features of the camera are added to every patch."""

    def __init__(self, patch_embedding):
        super().__init__()
        self.patch_embedding = patch_embedding
        self.features = None

    def forward(self, x):
        x = self.patch_embedding(x)
        return x if self.features is None else x + self.features


class VariantGraph(nn.Module):
    """`condition` joins the latents as further channels; `camera` is what the camera encoder made."""

    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer
        self.attention = ExportImageAttention()
        for block in transformer.blocks:
            block.attn1.set_processor(self.attention)
            block.attn2.set_processor(self.attention)
        if not isinstance(transformer.patch_embedding, PatchWithCamera):
            transformer.patch_embedding = PatchWithCamera(transformer.patch_embedding)

    def forward(
        self, hidden_states, timestep, encoder_hidden_states, condition=None, encoder_hidden_states_image=None, camera=None
    ):
        self.attention.text_tokens = encoder_hidden_states.shape[1]
        self.transformer.patch_embedding.features = camera
        if condition is not None:
            hidden_states = torch.cat((hidden_states, condition), dim=1)
        image = encoder_hidden_states_image
        if image is not None and self.transformer.config.pos_embed_seq_len is not None:
            # The reference takes first and last picture as a batch of two.
            image = image.unflatten(1, (2, -1)).flatten(0, 1)
        return self.transformer(
            hidden_states, timestep, encoder_hidden_states, encoder_hidden_states_image=image, return_dict=False
        )[0]


class CameraEncoderGraph(nn.Module):
    """The control adapter of Wan Fun: pixel unshuffle, a convolution to patches, residual blocks; frame by frame."""

    def __init__(self, adapter):
        super().__init__()
        self.adapter = adapter

    def forward(self, camera):
        return self.adapter(camera)


class ImageEncoderGraph(nn.Module):
    """CLIP's last hidden states but one."""

    def __init__(self, clip):
        super().__init__()
        clip.config._attn_implementation = "eager"
        self.clip = clip

    def forward(self, pixel_values):
        return self.clip(pixel_values, output_hidden_states=True).hidden_states[-2]


def export_variant(
    transformer, path, size, channels, timestep="batch", timestep_type=torch.int64, tokens=16,
    condition=0, image=None, camera=False, build=FLOAT32,
):  # fmt: skip
    """channels: of the latents; condition: further channels; image: (tokens, dimension) of the embedding or None."""
    c = transformer.config
    latents = torch.randn(1, channels, *size)
    inputs = {
        "hidden_states": latents,
        "timestep": example_timestep(timestep, timestep_type, latents, c.patch_size),
        "encoder_hidden_states": torch.randn(1, tokens, c.text_dim),
    }
    axes = {
        "hidden_states": LATENT,
        "timestep": TIMESTEP_AXES[timestep],
        "encoder_hidden_states": {0: "batch", 1: "text_tokens"},
        "velocity": LATENT,
    }
    if condition:
        inputs["condition"], axes["condition"] = torch.randn(1, condition, *size), LATENT
    if image:
        inputs["encoder_hidden_states_image"] = torch.randn(1, *image)
        axes["encoder_hidden_states_image"] = {0: "batch"}
    if camera:
        frames, height, width = size
        dim = c.num_attention_heads * c.attention_head_dim
        inputs["camera"] = torch.randn(1, dim, frames, height // c.patch_size[1], width // c.patch_size[2])
        axes["camera"] = {0: "batch", 2: "latent_frames", 3: "patch_rows", 4: "patch_columns"}
    return export(VariantGraph(transformer), path, inputs, axes, "velocity", build)


def export_camera_encoder(adapter, path, height=32, width=48, channels=24, build=FLOAT32):
    axes = {
        "camera": {0: "batch", 2: "latent_frames", 3: "height", 4: "width"},
        "features": {0: "batch", 2: "latent_frames", 3: "patch_rows", 4: "patch_columns"},
    }
    example = torch.randn(1, channels, 2, height, width)
    return export(CameraEncoderGraph(adapter), path, {"camera": example}, axes, "features", build)


def export_image_encoder(clip, path, build=FLOAT32):
    size = clip.config.image_size
    axes = {"pixel_values": {0: "batch"}, "hidden_states": {0: "batch"}}
    return export(
        ImageEncoderGraph(clip), path, {"pixel_values": torch.randn(1, 3, size, size)}, axes, "hidden_states", build
    )
