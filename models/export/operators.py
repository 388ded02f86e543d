"""What a graph is made of: operator counts for the provenance, and the search for softmaxes that would not fit."""

from collections import Counter

import onnx

# One head's scores over 4,096 tokens are 32 MB in float16, 12 heads 400 MB: more is for fused kernels alone.
LONGEST_SOFTMAX = 4096


class UnfusedAttention(Exception):
    """A softmax over more tokens than memory holds would be left in the graph."""


def count_operators(path):
    """Operator -> count, the most frequent first; operators of other domains carry theirs."""
    graph = onnx.load(str(path), load_external_data=False).graph
    counts = Counter(f"{n.domain}.{n.op_type}" if n.domain not in ("", "ai.onnx") else n.op_type for n in nodes(graph))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def nodes(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from nodes(attribute.g)


def long_softmaxes(path, shapes, longest=LONGEST_SOFTMAX):
    """[(name, length)] of the softmaxes over more than `longest` values for inputs of these shapes.

    A length that cannot be worked out counts as too long (None): attention over an unknown number of tokens.
    """
    model = onnx.load(str(path), load_external_data=False)
    softmaxes = [node for node in nodes(model.graph) if node.op_type == "Softmax"]
    if not softmaxes:
        return []
    for value in model.graph.input:
        for dimension, size in zip(value.type.tensor_type.shape.dim, shapes[value.name], strict=True):
            dimension.dim_value = size
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    known = {v.name: v.type.tensor_type.shape.dim for v in (*graph.value_info, *graph.output, *graph.input)}
    found = []
    for node in softmaxes:
        axis = next((a.i for a in node.attribute if a.name == "axis"), -1)
        dimensions = known.get(node.input[0]) or known.get(node.output[0])
        dimension = dimensions[axis] if dimensions else None
        length = dimension.dim_value if dimension is not None and dimension.HasField("dim_value") else None
        if length is None or length > longest:
            found.append((node.name, length))
    return found


def require_fused(path, shapes, longest=LONGEST_SOFTMAX):
    """Raises UnfusedAttention where a softmax over more than `longest` tokens is left. shapes: input -> largest size."""
    found = long_softmaxes(path, shapes, longest)
    if found:
        lengths = sorted({"unknown" if length is None else str(length) for _, length in found})
        raise UnfusedAttention(
            f"{path}: {len(found)} softmaxes over {', '.join(lengths)} tokens are left (more than {longest}); "
            "export with --provider cuda or webgpu, or name a smaller largest size"
        )
