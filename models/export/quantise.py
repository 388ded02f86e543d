"""Weight-only int8 and int4: MatMul weights in blocks with a scale each (MatMulNBits); what is computed stays as it was.

It saves memory, not time. Embedding tables keep their type; a Gather reads a few rows of them.
"""

import logging
from pathlib import Path

import onnx
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from onnx_graph import EXTERNAL_BYTES
from pack_files import external_files

logging.getLogger().setLevel(logging.WARNING)  # importing the quantizer turns on a line for every node

BITS = {"int8": 8, "int4": 4}
BLOCK = 32  # weights that share a scale: 16 bits of scale on 32 weights of 4 bits


def quantise(path, kind):
    """In place. Loads all weights of the graph: machines need memory for them twice."""
    path = Path(path)
    beside = external_files(path)
    model = onnx.load(str(path))
    quantizer = MatMulNBitsQuantizer(model, bits=BITS[kind], block_size=BLOCK, is_symmetric=True)
    quantizer.process()
    model = quantizer.model.model
    size = sum(len(tensor.raw_data) for tensor in model.graph.initializer)
    for name in beside:
        (path.parent / name).unlink()
    path.unlink()
    external = size > EXTERNAL_BYTES
    onnx.save(model, str(path), save_as_external_data=external, location=f"{path.name}.data")
    onnx.checker.check_model(str(path))
    return path
