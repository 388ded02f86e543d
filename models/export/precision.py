"""float16 inside, float32 in and out: half weights, with float32 islands where float16 overflows or is too coarse."""

import torch
from diffusers.models import normalization as diffusers_norms
from torch import nn

# Squares and sums of squares: |x| > 256 overflows float16. (diffusers' FP32LayerNorm does the same by itself.)
NORMS = (nn.LayerNorm, nn.GroupNorm, nn.RMSNorm, diffusers_norms.RMSNorm)


class Float32Island(nn.Module):
    """Runs a module of one input in float32 and gives back the input's type."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner.float()

    def forward(self, x, *arguments):
        return self.inner(x.float(), *arguments).to(x.dtype)


class HalfEdges(nn.Module):
    """A half model as a float32 graph: float inputs become half, except those named in `keep`; the output is float32."""

    def __init__(self, module, names, keep=("timestep",)):
        super().__init__()
        self.module, self.casts = module, [name not in keep for name in names]

    def forward(self, *inputs):
        inputs = [
            x.half() if cast and x.dtype == torch.float32 else x for x, cast in zip(inputs, self.casts, strict=True)
        ]
        return self.module(*inputs).float()


def to_half(model, keep=()):
    """In place. Parts of names in `keep`, and those that the model itself lists (`_keep_in_fp32_modules`), stay float32.

    Buffers (rotary tables, positions) stay as they are: they are read in float32.
    """
    names = {*keep, *(getattr(model, "_keep_in_fp32_modules", None) or ())}
    for name, parameter in model.named_parameters():
        stays = any(part in names for part in name.split("."))
        if parameter.is_floating_point():
            parameter.data = parameter.data.float() if stays else parameter.data.half()
    return with_islands(model)


def with_islands(model):
    for name, child in list(model.named_children()):
        if isinstance(child, Float32Island):
            continue
        if isinstance(child, NORMS) and not isinstance(child, diffusers_norms.FP32LayerNorm):
            setattr(model, name, Float32Island(child))
        else:
            with_islands(child)
    return model


def float32_parameters(model):
    """Share of the weights that stays float32: a number for the report."""
    counts = [(p.numel(), p.dtype == torch.float32) for p in model.parameters()]
    return sum(n for n, wide in counts if wide) / max(1, sum(n for n, _ in counts))
