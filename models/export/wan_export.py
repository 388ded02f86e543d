"""Exports Wan-family models from diffusers / transformers to the pack contract (docs/pack-format.md).

Every function takes a float32 torch model in eval mode, writes one ONNX graph and returns the torch
module that the graph was made from, so that a caller can compare the two with `compare`.
"""

import torch
import torch.nn.functional as F
from torch import nn

# Scripts take these from here too.
from onnx_graph import FLOAT32, compare, export, run_onnx, session  # noqa: F401
from pack_files import FILES, file_entry, write_pack  # noqa: F401
from text_export import export_text_encoder  # noqa: F401
from wan_vae import VaeDecoderGraph, VaeEncoderGraph, decode, encode  # noqa: F401


# --- attention without in-place slice assignment -------------------------------------------------


class ExportAttention:
    """Wan attention with the rotation written as stack + flatten, which ONNX can express."""

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, rotary_emb=None):
        if attn.add_k_proj is not None:
            raise NotImplementedError("image cross attention (Wan 2.1 I2V) is not exported yet")
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query = attn.norm_q(attn.to_q(hidden_states)).unflatten(2, (attn.heads, -1))
        key = attn.norm_k(attn.to_k(context)).unflatten(2, (attn.heads, -1))
        value = attn.to_v(context).unflatten(2, (attn.heads, -1))
        if rotary_emb is not None:
            query, key = rotate(query, *rotary_emb), rotate(key, *rotary_emb)
        out = F.scaled_dot_product_attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2))
        return attn.to_out[0](out.transpose(1, 2).flatten(2, 3))


def rotate(x, cos, sin):
    """cos and sin repeat every value twice; pairs (2i, 2i + 1) are rotated."""
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    c, s = cos[..., 0::2], sin[..., 1::2]
    rotated = torch.stack((even * c - odd * s, even * s + odd * c), dim=-1).flatten(-2)
    return rotated if rotated.dtype == x.dtype else rotated.type_as(x)  # the tables are float32


# --- modules whose forward is exactly one graph of the contract ------------------------------------


class TransformerGraph(nn.Module):
    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer
        for block in transformer.blocks:
            block.attn1.set_processor(ExportAttention())
            block.attn2.set_processor(ExportAttention())

    def forward(self, hidden_states, timestep, encoder_hidden_states):
        return self.transformer(hidden_states, timestep, encoder_hidden_states, return_dict=False)[0]


# --- export ----------------------------------------------------------------------------------------

VIDEO = {0: "batch", 2: "frames", 3: "height", 4: "width"}
LATENT = {0: "batch", 2: "latent_frames", 3: "latent_height", 4: "latent_width"}
TIMESTEP_AXES = {
    "batch": {0: "batch"},
    "frames": {0: "batch", 1: "latent_frames"},
    "tokens": {0: "batch", 1: "tokens"},
}


def example_timestep(kind, dtype, latents, patch):
    b, _, f, h, w = latents.shape
    count = {"batch": (b,), "frames": (b, f), "tokens": (b, (f // patch[0]) * (h // patch[1]) * (w // patch[2]))}
    return torch.full(count[kind], 500, dtype=dtype)


def export_transformer(model, path, size, timestep="batch", timestep_type=torch.int64, tokens=16, camera=0, build=FLOAT32):
    """size: latent (frames, height, width) of the example. `camera` channels are passed by name when > 0."""
    graph = model if camera else TransformerGraph(model)
    c = model.config
    latents = torch.randn(1, c.in_channels, *size)
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
    if camera:
        inputs["camera"] = torch.randn(1, camera, *size)
        axes["camera"] = LATENT
    return export(graph, path, inputs, axes, "velocity", build)


def export_vae_encoder(vae, path, frames=9, height=32, width=32, build=FLOAT32):
    example = torch.rand(1, 3, frames, height, width) * 2 - 1
    axes = {"frames": VIDEO, "latents": LATENT}
    return export(VaeEncoderGraph(vae), path, {"frames": example}, axes, "latents", build)


def export_vae_decoder(vae, path, latent_frames=3, height=2, width=2, build=FLOAT32):
    example = torch.randn(1, vae.config.z_dim, latent_frames, height, width)
    axes = {"latents": LATENT, "frames": VIDEO}
    return export(VaeDecoderGraph(vae), path, {"latents": example}, axes, "frames", build)
