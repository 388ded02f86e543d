"""One torch module -> one ONNX file that keeps to the pack contract, and the comparison of the two."""

from dataclasses import dataclass
from pathlib import Path

import onnx
import onnxruntime as ort
import torch
from torch.export import Dim

from attention import ATTENTION, OPSET, fused_attention
from precision import HalfEdges, to_half

IR_VERSION = 10
# Protobuf ends at 2 GiB; a good deal below it, weights go beside the graph.
EXTERNAL_BYTES = 1_500_000_000


@dataclass(frozen=True)
class Build:
    """How graphs are made. `attention` is a key of ATTENTION: cuda, webgpu, cpu or plain."""

    precision: str = "fp32"
    attention: str = "plain"
    external: bool | None = None  # None: beside the graph where it would not fit into one file

    @property
    def kind(self):
        return ATTENTION[self.attention]

    @property
    def opset(self):
        return OPSET[self.kind]


FLOAT32 = Build()


def export(module, path, inputs, axes, output, build=FLOAT32, keep=("timestep",), islands=(), dims=None):
    """inputs: name -> example tensor; axes: name -> {dimension: axis name}, outputs included.

    dims: torch.export dimensions of inputs, as axes, where the tracer cannot find out itself how sizes hang together.
    With precision fp16 the module's weights become half, in place; islands: names of parts that stay float32.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(inputs)
    module = module.eval().requires_grad_(False)
    if build.precision == "fp16":
        module = HalfEdges(to_half(module, (*islands, *kept(module))), names, keep).eval()
    weights = sum(p.numel() * p.element_size() for p in module.parameters())
    external = weights > EXTERNAL_BYTES if build.external is None else build.external
    with torch.no_grad(), fused_attention(build.kind):
        torch.onnx.export(
            module,
            tuple(inputs.values()),
            str(path),
            input_names=names,
            output_names=[output],
            dynamic_shapes=dynamic_shapes(module, names, axes, dims or {}),
            opset_version=build.opset,
            dynamo=True,
            external_data=external,
            verbose=False,
        )
    tidy(path, axes)
    return module


def kept(module):
    """Parts that the models inside a wrapper want in float32."""
    return [name for m in module.modules() for name in getattr(m, "_keep_in_fp32_modules", None) or ()]


def dynamic_shapes(module, names, axes, dims):
    shapes = tuple(dims.get(n) or {d: Dim.DYNAMIC for d in axes[n]} for n in names)
    return (shapes,) if isinstance(module, HalfEdges) else shapes  # its inputs are one starred argument


def tidy(path, axes):
    """Names the dynamic axes and drops the exporter's notes, which are larger than a small model. Weights stay put."""
    model = onnx.load(str(path), load_external_data=False)
    model.ir_version = max(IR_VERSION, onnx.helper.find_min_ir_version_for(standard_opsets(model), ignore_unknown=True))
    model.producer_name, model.producer_version = "shotwright", ""
    give_norms_one_type(model.graph)
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:], model.functions[:]
    for item in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer):
        item.doc_string = ""
        del item.metadata_props[:]
    for item in (*model.graph.input, *model.graph.output):
        for index, name in axes[item.name].items():
            item.type.tensor_type.shape.dim[index].dim_param = name
    onnx.save(model, str(path))
    onnx.checker.check_model(str(path))


def give_norms_one_type(graph):
    """At opset 23 the tracer's optimiser takes a float32 island's cast into the norm: half values, float32 scale. The
    standard allows it and onnxruntime 1.32 refuses it, so the cast is put back. Needs value_info, for the types."""
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    types |= {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.value_info)}
    for index in reversed(range(len(graph.node))):
        norm = graph.node[index]
        if norm.op_type != "RMSNormalization" or types.get(norm.input[0]) == types[norm.input[1]]:
            continue
        wide = f"{norm.output[0]}_input"
        cast = onnx.helper.make_node("Cast", [norm.input[0]], [wide], f"{norm.name}_cast", to=types[norm.input[1]])
        norm.input[0] = wide
        graph.node.insert(index, cast)


def standard_opsets(model):
    return [entry for entry in model.opset_import if entry.domain in ("", "ai.onnx")]


def session(path, threads=1):
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_onnx(graph, inputs):
    return torch.from_numpy(graph.run(None, {name: value.numpy() for name, value in inputs.items()})[0])


def compare(graph, reference, inputs):
    """Largest absolute difference between an ONNX graph and a torch reference (called with the inputs in order)."""
    return errors(graph, reference, inputs)[0]


def errors(graph, reference, inputs):
    """(largest absolute difference, norm of the difference over norm of the reference)."""
    with torch.no_grad():
        expected = reference(*inputs.values())
    actual = run_onnx(graph, inputs)
    if actual.shape != expected.shape:
        raise AssertionError(f"shape {tuple(actual.shape)} instead of {tuple(expected.shape)}")
    if not expected.numel():
        return 0.0, 0.0
    gap = actual.double() - expected.double()
    return gap.abs().max().item(), (gap.norm() / expected.double().norm().clamp_min(1e-12)).item()
