"""Writes tests/fixtures/graphs/hungry_decoder.onnx: a VAE decoder that is out of memory on a whole clip and fine on small tiles.

It makes a tensor of (cells / 16) ^ 13 million floats, where cells = H' x W' of its latents: 4 MB for 4 x 4 cells, 268 TB for 8 x 8,
which is more than any address space gives. The pictures are a plain grey.
"""

from pathlib import Path

import onnx
from onnx import TensorProto, helper, numpy_helper
import numpy as np

FILE = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "graphs" / "hungry_decoder.onnx"


def constant(name, values):
    return numpy_helper.from_array(np.array(values, dtype=np.int64), name)


def main():
    node = helper.make_node
    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [0.1])
    nodes = [
        node("Shape", ["latents"], ["shape"]),
        node("Gather", ["shape", "at_space"], ["space"]),
        node("ReduceProd", ["space"], ["cells"], keepdims=1),
        node("Div", ["cells", "sixteen"], ["sixteenths"]),
        node("Pow", ["sixteenths", "thirteen"], ["appetite"]),
        node("Mul", ["appetite", "million"], ["length"]),
        node("ConstantOfShape", ["length"], ["meal"], value=value),
        node("ReduceSum", ["meal"], ["sum"], keepdims=0),
        node("Mul", ["sum", "zero"], ["nothing"]),
        node("Gather", ["shape", "at_frames"], ["latent_frames"]),
        node("Sub", ["latent_frames", "one"], ["later"]),
        node("Mul", ["later", "four"], ["later_frames"]),
        node("Add", ["later_frames", "one"], ["frames_count"]),
        node("Mul", ["space", "eight"], ["pixels"]),
        node("Concat", ["head", "frames_count", "pixels"], ["picture_shape"], axis=0),
        node("ConstantOfShape", ["picture_shape"], ["grey"], value=value),
        node("Add", ["grey", "nothing"], ["frames"]),
    ]
    constants = [
        constant("at_space", [3, 4]), constant("at_frames", [2]), constant("sixteen", [16]), constant("thirteen", [13]),
        constant("million", [1_000_000]), constant("one", [1]), constant("four", [4]), constant("eight", [8]), constant("head", [1, 3]),
        numpy_helper.from_array(np.array(0, dtype=np.float32), "zero"),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes, "hungry_decoder",
        [helper.make_tensor_value_info("latents", TensorProto.FLOAT, ["b", "c", "f", "h", "w"])],
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["b", 3, "F", "H", "W"])],
        constants,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, FILE)


if __name__ == "__main__":
    main()
