"""Fused attention: one node an attention, equal to torch's, and a search that finds what was left unfused."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import tiny_models as tiny
import wan_export as wan
from attention import fused_attention
from onnx_graph import Build, errors, export, session
from operators import UnfusedAttention, count_operators, long_softmaxes, require_fused

NODES = {"cuda": "Attention", "webgpu": "com.microsoft.MultiHeadAttention", "cpu": "com.microsoft.MultiHeadAttention"}
LARGEST = {"hidden_states": (1, 16, 21, 60, 104), "timestep": (1,), "encoder_hidden_states": (1, 512, 32)}


class Masked(nn.Module):
    """Heads of 8 over 4 x 8 channels, with a mask of the caller's."""

    def forward(self, x, mask):
        q = x.unflatten(-1, (4, 8)).transpose(1, 2)
        return F.scaled_dot_product_attention(q, q * 0.7, q + 1, attn_mask=mask).transpose(1, 2).flatten(2)


@pytest.fixture(scope="module")
def transformer():
    return tiny.wan_transformer(16, 16, tiny.SEED + 4)


@pytest.fixture(scope="module")
def graphs(transformer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("attention")
    for provider in ("cuda", "webgpu", "plain"):
        path = folder / f"{provider}.onnx"
        wan.export_transformer(copy.deepcopy(transformer), path, (3, 4, 2), build=Build("fp16", provider))
    return folder


def inputs(batch=2):
    return {
        "hidden_states": torch.randn(batch, 16, 2, 4, 6),
        "timestep": torch.arange(batch) * 300 + 100,
        "encoder_hidden_states": torch.randn(batch, 16, 32),
    }


@pytest.mark.parametrize("provider", ["cuda", "webgpu"])
def test_every_attention_of_a_transformer_becomes_one_node(graphs, provider):
    counts = count_operators(graphs / f"{provider}.onnx")
    assert counts[NODES[provider]] == 4  # two layers, each to itself and to the words
    assert "Softmax" not in counts


@pytest.mark.parametrize("provider", ["cuda", "webgpu", "plain"])
def test_a_half_fused_graph_equals_torch_in_float32(graphs, transformer, provider):
    graph = session(graphs / f"{provider}.onnx")
    _, relative = errors(graph, lambda *x: transformer(*x, return_dict=False)[0], inputs())
    assert relative < 3e-3


@pytest.mark.parametrize("provider", ["cuda", "webgpu"])
@pytest.mark.parametrize("kind", [torch.float32, torch.bool])
def test_a_mask_survives_fusion(tmp_path, provider, kind):
    mask = (torch.rand(1, 1, 1, 6) > 0.3) if kind == torch.bool else torch.randn(1, 1, 1, 6)
    mask[..., 0] = True
    x = torch.randn(2, 6, 32)
    axes = {"x": {0: "batch", 1: "tokens"}, "mask": {3: "tokens"}, "y": {0: "batch", 1: "tokens"}}
    export(Masked(), tmp_path / "m.onnx", {"x": x, "mask": mask}, axes, "y", Build("fp32", provider))
    assert count_operators(tmp_path / "m.onnx")[NODES[provider]] == 1
    assert errors(session(tmp_path / "m.onnx"), Masked(), {"x": x, "mask": mask})[0] < 1e-5


def test_an_unfused_softmax_over_many_tokens_is_refused(graphs):
    with pytest.raises(UnfusedAttention, match="2 softmaxes"):
        require_fused(graphs / "plain.onnx", LARGEST)


@pytest.mark.parametrize("provider", ["cuda", "webgpu"])
def test_fused_graphs_pass_the_search(graphs, provider):
    require_fused(graphs / f"{provider}.onnx", LARGEST)


def test_a_softmax_over_few_tokens_may_stay(tmp_path):
    class Few(nn.Module):
        def forward(self, x):
            return x.softmax(-1)

    axes = {"x": {1: "tokens"}, "y": {1: "tokens"}}
    export(Few(), tmp_path / "few.onnx", {"x": torch.randn(1, 8)}, axes, "y")
    assert long_softmaxes(tmp_path / "few.onnx", {"x": (1, 512)}) == []
    assert [length for _, length in long_softmaxes(tmp_path / "few.onnx", {"x": (1, 32760)})] == [32760]


def test_torch_has_its_own_attention_back_after_an_export():
    before = F.scaled_dot_product_attention
    with pytest.raises(RuntimeError), fused_attention("Attention"):
        assert F.scaled_dot_product_attention is not before
        raise RuntimeError
    assert F.scaled_dot_product_attention is before
