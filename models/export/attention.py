"""Fused attention: every scaled_dot_product_attention of a traced model becomes one ONNX node.

`fused_attention(kind)` replaces the function for the length of an export, so it works for any model that calls it,
ours or the library's. Which node a provider runs as flash attention is told in docs/exporter.md.
"""

import contextlib

import torch
import torch.nn.functional as F

# plain: MatMul and Softmax, which every provider runs, at S x S memory.
ATTENTION = {"cuda": "Attention", "webgpu": "MultiHeadAttention", "cpu": "MultiHeadAttention", "plain": "plain"}
# The node's domain decides the opset: Attention is of the standard's 23rd, MultiHeadAttention is onnxruntime's own.
OPSET = {"Attention": 23, "MultiHeadAttention": 18, "plain": 18}


@contextlib.contextmanager
def fused_attention(kind):
    """kind: a value of ATTENTION. Queries, keys and values are [B, H, S, D], as torch has them."""
    if kind not in OPSET:
        raise ValueError(f"no attention called {kind}; there are {', '.join(OPSET)}")
    theirs = F.scaled_dot_product_attention

    def plain(query, *arguments, **options):
        return (theirs if query.dtype == torch.float32 else wide)(query, *arguments, **options)

    ours = {"Attention": attention23, "MultiHeadAttention": multi_head, "plain": plain}[kind]
    F.scaled_dot_product_attention = ours
    try:
        yield
    finally:
        F.scaled_dot_product_attention = theirs


def attention23(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """Masked attention is off the flash path of CUDA, and correct."""
    heads, kv_heads = query.shape[1], key.shape[1]
    q, k, v = packed(query), packed(key), packed(value)
    attributes = {"q_num_heads": heads, "kv_num_heads": kv_heads, "is_causal": int(is_causal)}
    if scale is not None:
        attributes["scale"] = float(scale)
    inputs = (q, k, v) if attn_mask is None else (q, k, v, whole_bias(attn_mask, query, key))
    shape = (q.shape[0], q.shape[1], heads * value.shape[-1])
    out = torch.onnx.ops.symbolic("Attention", inputs, attributes, dtype=query.dtype, shape=shape, version=23)
    return out.unflatten(2, (heads, -1)).transpose(1, 2)


def multi_head(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """contrib MultiHeadAttention has one head count."""
    heads = query.shape[1]
    if enable_gqa or key.shape[1] != heads:
        key, value = (x.repeat_interleave(heads // x.shape[1], 1) for x in (key, value))
    q, k, v = packed(query), packed(key), packed(value)
    attributes = {"num_heads": heads, "unidirectional": int(is_causal)}
    if scale is not None:
        attributes["scale"] = float(scale)
    inputs = (q, k, v)
    if attn_mask is not None:
        # The bias of the projections and the padding mask are absent.
        inputs = (q, k, v, None, None, whole_bias(attn_mask, query, key))
    shape = (q.shape[0], q.shape[1], heads * value.shape[-1])
    name = "com.microsoft::MultiHeadAttention"
    out = torch.onnx.ops.symbolic(name, inputs, attributes, dtype=query.dtype, shape=shape, version=1)
    return out.unflatten(2, (heads, -1)).transpose(1, 2)


def wide(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """Scores and probabilities in float32: those of a half model leave float16's range."""
    heads = query.shape[1]
    if key.shape[1] != heads:
        key, value = (x.repeat_interleave(heads // x.shape[1], 1) for x in (key, value))
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = (query * scale).float() @ key.float().transpose(-1, -2)
    if is_causal:
        scores = scores + torch.full(scores.shape[-2:], float("-inf")).triu(1)
    if attn_mask is not None:
        scores = scores + as_bias(attn_mask, torch.float32)
    return (scores.softmax(-1) @ value.float()).to(value.dtype)


def packed(x):
    """[B, H, S, D] -> [B, S, H * D], the layout that fused kernels take without a copy."""
    return x.transpose(1, 2).flatten(2)


def whole_bias(mask, query, key):
    """[B or 1, H or 1, S, T]: neither operator repeats a mask over the queries in onnxruntime 1.32."""
    bias = as_bias(mask, query.dtype)
    bias = bias.reshape((1,) * (4 - bias.ndim) + tuple(bias.shape))
    return bias.expand(-1, -1, query.shape[2], key.shape[2])


def as_bias(mask, dtype):
    if mask.dtype != torch.bool:
        return mask.clamp(min=torch.finfo(dtype).min).to(dtype)  # float32's lowest is no float16
    return torch.where(mask, 0.0, torch.finfo(dtype).min).to(dtype)
