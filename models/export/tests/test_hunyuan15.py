"""HunyuanVideo-1.5: a graph without masks says what the masked one says, and whole folders become packs."""

import onnx
import pytest
import torch
from checkpoint import write_hunyuan15
from test_export_pack import run

import hunyuan15_export as hunyuan
import hunyuan15_fixtures as fixtures
from onnx_graph import Build, errors, session


def test_masked_and_unmasked_graphs_agree():
    model = fixtures.transformer(False)
    inputs = hunyuan.example_inputs(model, (2, 2, 2), 9, 5, 0, used=(6, 0), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        masked = hunyuan.TransformerGraph(model)(*inputs.values())
        x, t, e, e2 = list(inputs.values())[:4]
        alone = hunyuan.UnmaskedTransformerGraph(model)(x, t, e[:, :6], e2[:, :0])
    assert (masked - alone).abs().max() < 1e-5


@pytest.mark.parametrize("attention", ["cuda", "webgpu"])
def test_the_half_transformer_opens_and_matches_torch(tmp_path, attention):
    path = tmp_path / "t.onnx"
    hunyuan.export_transformer(
        fixtures.transformer(False), path, (3, 4, 2), 24, 16, 0, masked=False, build=Build("fp16", attention)
    )
    kinds = {tensor.name: tensor.data_type for tensor in onnx.load(path).graph.initializer}
    assert kinds["module.transformer.transformer_blocks.0.attn.norm_q.inner.weight"] == onnx.TensorProto.FLOAT
    assert onnx.TensorProto.FLOAT16 in kinds.values()
    model = fixtures.transformer(False)
    reference, draw = hunyuan.reference_transformer(model, masked=False), torch.Generator().manual_seed(1)
    for size, words, glyphs in (((2, 4, 6), 24, 16), ((1, 2, 2), 5, 0)):
        inputs = hunyuan.example_inputs(model, size, words, glyphs, 0, generator=draw, masked=False)
        assert errors(session(path), reference, inputs)[1] < 3e-3


@pytest.mark.parametrize(("is_image", "provider"), [(False, "webgpu"), (True, "cuda")])
def test_a_folder_becomes_a_pack_that_matches_torch(monkeypatch, tmp_path, is_image, provider):
    """From words; and step-distilled from a picture, with SigLIP."""
    folder, target = tmp_path / "folder", tmp_path / "pack"
    pack, report = run(monkeypatch, write_hunyuan15(folder, is_image), target, "--provider", provider, "--check")
    graphs = {"textEncoder", "glyphEncoder", "transformer", "vaeEncoder", "vaeDecoder"} | ({"imageEncoder"} if is_image else set())
    assert set(pack["components"]) == graphs | {"tokenizer"}
    assert {row["component"]: row["ok"] and "relative" in row for row in report["check"]} == dict.fromkeys(graphs, True)
    operator = {"cuda": "Attention", "webgpu": "com.microsoft.MultiHeadAttention"}[provider]
    assert pack["provenance"]["operators"]["transformer"][operator] > 0
