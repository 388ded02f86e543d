"""Text encoders with int8 and int4 weights, and tokenizers from SentencePiece files."""

import copy

import pytest
import torch
from tokenizers import Tokenizer

import tiny_models as tiny
from onnx_graph import Build, errors, session
from operators import count_operators
from quantise import quantise
from text_export import export_text_encoder
from tokenizer_files import write_tokenizer


@pytest.fixture(scope="module")
def encoder():
    return tiny.text_encoder(200)


@pytest.fixture(scope="module")
def folder(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("text")
    for kind in ("fp32", "fp16", "int8", "int4"):
        path = folder / f"{kind}.onnx"
        export_text_encoder(copy.deepcopy(encoder), path, 16, Build("fp32" if kind == "fp32" else "fp16"))
        if kind.startswith("int"):
            quantise(path, kind)
    return folder


@pytest.mark.parametrize(("kind", "tolerance"), [("fp32", 1e-5), ("fp16", 2e-3), ("int8", 1e-2), ("int4", 0.2)])
def test_the_error_of_each_kind_is_below_its_bound(folder, encoder, kind, tolerance):
    inputs = {
        "input_ids": torch.randint(3, 200, (1, 16)),
        "attention_mask": (torch.arange(16) < 11).long()[None],
    }
    _, relative = errors(session(folder / f"{kind}.onnx"), lambda i, m: encoder(i, m).last_hidden_state, inputs)
    print(f"{kind}: relative error {relative:.2e}")
    assert relative < tolerance


@pytest.mark.parametrize("kind", ["int8", "int4"])
def test_every_weight_of_a_quantised_encoder_is_in_blocks(folder, kind):
    before, after = count_operators(folder / "fp16.onnx"), count_operators(folder / f"{kind}.onnx")
    assert after["com.microsoft.MatMulNBits"] == 14  # two layers: q, k, v, o, two of the gate, wo
    assert after["MatMul"] == before["MatMul"] - 14  # scores and values, which have no weights


def test_a_sentencepiece_file_becomes_the_same_tokenizer(tmp_path):
    (tmp_path / "spiece.model").write_bytes(tiny.sentencepiece_model())
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "T5Tokenizer", "extra_ids": 0}')
    write_tokenizer(tmp_path, tmp_path / "tokenizer.json")
    converted, ours = Tokenizer.from_file(str(tmp_path / "tokenizer.json")), tiny.tokenizer()
    for sentence in tiny.SENTENCES:
        assert converted.encode(sentence).ids == ours.encode(sentence).ids
