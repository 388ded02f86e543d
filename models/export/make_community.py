"""Makes tests/fixtures/community/tiny-wan-onnx: the tiny Wan pack laid out and named as TensorStack's ONNX folder is.

    python make_community.py           # writes the folder
    python make_community.py --check   # runs both packs' graphs and compares; writes nothing

Inputs have other names, the text encoder hears of no mask, the timestep is a float scalar, the transformer's frames are fixed and
its weights lie in model.onnx.data.
"""

import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "fixtures" / "packs" / "tiny-wan"
TARGET = ROOT / "tests" / "fixtures" / "community" / "tiny-wan-onnx"
LATENT_FRAMES = 3


def renamed(model: onnx.ModelProto, names: dict[str, str]) -> onnx.ModelProto:
    graph = model.graph
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in [*graph.input, *graph.output]:
        value.name = names.get(value.name, value.name)
    return model


def replace_input(model: onnx.ModelProto, old: str, new: onnx.ValueInfoProto, nodes: list[onnx.NodeProto]) -> None:
    """`nodes` compute the value `old` from the input `new`."""
    at = next(index for index, value in enumerate(model.graph.input) if value.name == old)
    model.graph.input[at].CopyFrom(new)
    for node in reversed(nodes):
        model.graph.node.insert(0, node)


def text_encoder() -> onnx.ModelProto:
    model = renamed(onnx.load(SOURCE / "text_encoder.onnx"), {"input_ids": "tokens", "last_hidden_state": "hidden"})
    inputs = [value for value in model.graph.input if value.name != "attention_mask"]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.graph.node.insert(0, helper.make_node("Add", ["zero_tokens", "one"], ["attention_mask"]))
    model.graph.node.insert(0, helper.make_node("Mul", ["tokens", "zero"], ["zero_tokens"]))
    model.graph.initializer.append(helper.make_tensor("zero", TensorProto.INT64, [1], [0]))
    model.graph.initializer.append(helper.make_tensor("one", TensorProto.INT64, [1], [1]))
    return model


def transformer() -> onnx.ModelProto:
    model = renamed(onnx.load(SOURCE / "transformer.onnx"), {"hidden_states": "sample", "encoder_hidden_states": "context", "velocity": "out_sample"})
    by_name = {value.name: value for value in model.graph.input}
    frames = by_name["sample"].type.tensor_type.shape.dim[2]
    frames.Clear()
    frames.dim_value = LATENT_FRAMES
    scalar = helper.make_tensor_value_info("t", TensorProto.FLOAT, [])
    nodes = [
        helper.make_node("Cast", ["t"], ["t_int"], to=TensorProto.INT64),
        helper.make_node("Unsqueeze", ["t_int", "t_axis"], ["timestep"]),
    ]
    model.graph.initializer.append(helper.make_tensor("t_axis", TensorProto.INT64, [1], [0]))
    replace_input(model, "timestep", scalar, nodes)
    ordered = {value.name: value for value in model.graph.input}
    kept = [onnx.ValueInfoProto.FromString(ordered[name].SerializeToString()) for name in ("sample", "t", "context")]
    del model.graph.input[:]
    model.graph.input.extend(kept)
    return model


def vae_decoder() -> onnx.ModelProto:
    return renamed(onnx.load(SOURCE / "vae_decoder.onnx"), {"latents": "latent_sample", "frames": "sample"})


def write() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    for name, model in (("text_encoder", text_encoder()), ("transformer", transformer()), ("vae_decoder", vae_decoder())):
        folder = TARGET / name
        folder.mkdir(parents=True)
        onnx.checker.check_model(model)
        if name == "transformer":
            onnx.save(model, folder / "model.onnx", save_as_external_data=True, location="model.onnx.data", size_threshold=256)
        else:
            onnx.save(model, folder / "model.onnx")
    (TARGET / "tokenizer").mkdir()
    shutil.copy(SOURCE / "tokenizer.json", TARGET / "tokenizer" / "tokenizer.json")


def run(file: Path, feeds: dict[str, np.ndarray]) -> np.ndarray:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"]).run(None, feeds)[0]


def check() -> None:
    rng = np.random.default_rng(7)
    ids = rng.integers(3, 100, (1, 5))
    masked = run(SOURCE / "text_encoder.onnx", {"input_ids": np.pad(ids, ((0, 0), (0, 11))), "attention_mask": np.pad(np.ones_like(ids), ((0, 0), (0, 11)))})
    alone = run(TARGET / "text_encoder" / "model.onnx", {"tokens": ids})
    latents = rng.standard_normal((1, 16, LATENT_FRAMES, 4, 4), dtype=np.float32)
    context = rng.standard_normal((1, 16, masked.shape[2]), dtype=np.float32)
    ours = run(SOURCE / "transformer.onnx", {"hidden_states": latents, "timestep": np.array([611]), "encoder_hidden_states": context})
    theirs = run(TARGET / "transformer" / "model.onnx", {"sample": latents, "t": np.array(611.0, np.float32), "context": context})
    worst = max(np.abs(masked[:, :5] - alone).max(), np.abs(ours - theirs).max())
    print(f"largest difference {worst:.2e}")
    if worst > 1e-4:
        sys.exit("The community graphs do not compute what the tiny pack does.")


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    check()
