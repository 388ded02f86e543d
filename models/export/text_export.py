"""Exports T5 and UMT5 text encoders; float16 keeps the residual stream and `wo` in float32, where it overflows."""

from dataclasses import replace

import torch
from torch import nn

from onnx_graph import FLOAT32, export


class TextEncoderGraph(nn.Module):
    """T5 and UMT5 encoders. The padding mask is additive, made here, so no masking utilities are traced."""

    def __init__(self, encoder):
        super().__init__()
        self.stack = encoder.encoder
        self.stack.config._attn_implementation = "eager"
        self.shared_bias = encoder.config.model_type == "t5"

    def forward(self, input_ids, attention_mask):
        stack = self.stack
        dtype = stack.embed_tokens.weight.dtype
        hidden = stack.embed_tokens(input_ids).float()  # what the layers add to: it grows past float16's range
        mask = (1.0 - attention_mask[:, None, None, :].to(dtype)) * torch.finfo(dtype).min
        position = {"position_bias": None} if self.shared_bias else {}  # T5: the first block's; UMT5: each its own
        for block in stack.block:
            hidden, *rest = block.layer[0](hidden, attention_mask=mask, **position)
            if self.shared_bias:
                position["position_bias"] = rest[0]
            hidden = feed_forward(block.layer[-1], hidden)
        return stack.final_layer_norm(hidden)


def feed_forward(layer, hidden):
    """The gated product and `wo` in float32 (the library keeps `wo` so); in a float32 model this is its own forward."""
    dense = layer.DenseReluDense
    x = layer.layer_norm(hidden)
    if hasattr(dense, "wi_0"):
        wide = dense.act(dense.wi_0(x)).float() * dense.wi_1(x).float()
    else:
        wide = dense.act(dense.wi(x)).float()
    return hidden + dense.wo(wide)


def export_text_encoder(model, path, tokens=16, build=FLOAT32):
    ids = torch.randint(3, model.config.vocab_size, (1, tokens))
    mask = torch.ones(1, tokens, dtype=torch.int64)
    mask[:, tokens // 2 :] = 0
    sequence = {0: "batch", 1: "text_tokens"}
    axes = {"input_ids": sequence, "attention_mask": sequence, "last_hidden_state": sequence}
    inputs = {"input_ids": ids, "attention_mask": mask}
    # Scores with a bias over at most 512 tokens: nothing to fuse, and opset 23 makes norms of two types, which
    # onnxruntime 1.32 refuses.
    plain = replace(build, attention="plain")
    return export(TextEncoderGraph(model), path, inputs, axes, "last_hidden_state", plain)
