"""Exports Wan-family models from diffusers / transformers to the pack contract (docs/pack-format.md).

Every function takes a float32 torch model in eval mode, writes one ONNX graph and returns the torch
module that the graph was made from, so that a caller can compare the two with `compare`.
"""

import hashlib
import json
from pathlib import Path

import onnx
import onnxruntime as ort
import torch
import torch.nn.functional as F
from torch import nn
from torch.export import Dim

OPSET = 18
IR_VERSION = 10


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
    return torch.stack((even * c - odd * s, even * s + odd * c), dim=-1).flatten(-2)


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


class TextEncoderGraph(nn.Module):
    """T5 and UMT5 encoders. The padding mask is additive, made here, so no masking utilities are traced."""

    def __init__(self, encoder):
        super().__init__()
        self.stack = encoder.encoder
        self.stack.config._attn_implementation = "eager"
        self.shared_bias = encoder.config.model_type == "t5"

    def forward(self, input_ids, attention_mask):
        stack = self.stack
        hidden = stack.embed_tokens(input_ids)
        mask = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
        position = {"position_bias": None} if self.shared_bias else {}  # T5: the first block's; UMT5: each its own
        for block in stack.block:
            hidden, *rest = block.layer[0](hidden, attention_mask=mask, **position)
            if self.shared_bias:
                position["position_bias"] = rest[0]
            hidden = block.layer[-1](hidden)
        return stack.final_layer_norm(hidden)


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


# --- the Wan VAE without feature caches: a whole clip in one pass ----------------------------------
#
# The reference runs frame chunks and carries the last frames of each causal convolution. Over the whole
# sequence, that is a zero left pad. Only the temporal resampling and its shortcuts need care.


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


# --- export ----------------------------------------------------------------------------------------


def export(module, path, inputs, axes, output, opset=OPSET):
    """inputs: name -> example tensor; axes: name -> {dimension: axis name}, outputs included."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(inputs)
    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=names,
            output_names=[output],
            dynamic_shapes=tuple({d: Dim.DYNAMIC for d in axes[n]} for n in names),
            opset_version=opset,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    tidy(onnx.load(str(path)), axes, path)
    return module


def tidy(model, axes, path):
    """Names the dynamic axes and drops the exporter's notes, which are larger than a small model."""
    model.ir_version = IR_VERSION
    model.producer_name, model.producer_version = "shotwright", ""
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:], model.functions[:]
    for item in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer):
        item.doc_string = ""
        del item.metadata_props[:]
    for item in (*model.graph.input, *model.graph.output):
        for index, name in axes[item.name].items():
            item.type.tensor_type.shape.dim[index].dim_param = name
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


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


def export_transformer(model, path, size, timestep="batch", timestep_type=torch.int64, tokens=16, camera=0):
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
    return export(graph, path, inputs, axes, "velocity")


def export_text_encoder(model, path, tokens=16):
    ids = torch.randint(3, model.config.vocab_size, (1, tokens))
    mask = torch.ones(1, tokens, dtype=torch.int64)
    mask[:, tokens // 2 :] = 0
    sequence = {0: "batch", 1: "text_tokens"}
    axes = {"input_ids": sequence, "attention_mask": sequence, "last_hidden_state": sequence}
    return export(
        TextEncoderGraph(model), path, {"input_ids": ids, "attention_mask": mask}, axes, "last_hidden_state"
    )


def export_vae_encoder(vae, path, frames=9, height=32, width=32):
    example = torch.rand(1, 3, frames, height, width) * 2 - 1
    return export(VaeEncoderGraph(vae), path, {"frames": example}, {"frames": VIDEO, "latents": LATENT}, "latents")


def export_vae_decoder(vae, path, latent_frames=3, height=2, width=2):
    example = torch.randn(1, vae.config.z_dim, latent_frames, height, width)
    return export(VaeDecoderGraph(vae), path, {"latents": example}, {"latents": LATENT, "frames": VIDEO}, "frames")


# --- checks and manifest -----------------------------------------------------------------------------


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_onnx(graph, inputs):
    return torch.from_numpy(graph.run(None, {name: value.numpy() for name, value in inputs.items()})[0])


def compare(graph, reference, inputs):
    """Largest absolute difference between an ONNX graph and a torch reference (called with the inputs in order)."""
    with torch.no_grad():
        expected = reference(*inputs.values())
    actual = run_onnx(graph, inputs)
    if actual.shape != expected.shape:
        raise AssertionError(f"shape {tuple(actual.shape)} instead of {tuple(expected.shape)}")
    return (actual - expected).abs().max().item() if expected.numel() else 0.0


FILES = {
    "tokenizer": "tokenizer.json",
    "textEncoder": "text_encoder.onnx",
    "transformer": "transformer.onnx",
    "vaeEncoder": "vae_encoder.onnx",
    "vaeDecoder": "vae_decoder.onnx",
    "lexicon": "lexicon.json",
}


def file_entry(path):
    data = Path(path).read_bytes()
    return {
        "file": Path(path).name,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "externalData": [],
    }


def write_pack(folder, manifest):
    """Fills `components` from the files that are present and writes pack.json."""
    folder = Path(folder)
    components = {name: file_entry(folder / file) for name, file in FILES.items() if (folder / file).exists()}
    ordered = {}
    for key, value in manifest.items():
        ordered[key] = value
        if key == "licence":
            ordered["components"] = components
    (folder / "pack.json").write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return ordered
