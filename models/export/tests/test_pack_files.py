"""Weights beside the graph, in one file or in shards, and the entries that pack.json has of them."""

import hashlib
import json

import numpy as np
import pytest

import tiny_models as tiny
import wan_export as wan
from onnx_graph import Build, session
from pack_files import external_files, file_entry, shard, write_pack

INPUTS = {
    "hidden_states": np.ones((1, 16, 2, 4, 4), np.float32),
    "timestep": np.array([400]),
    "encoder_hidden_states": np.ones((1, 16, 32), np.float32),
}


@pytest.fixture
def graph(tmp_path):
    path = tmp_path / "transformer.onnx"
    model = tiny.wan_transformer(16, 16, 1)
    wan.export_transformer(model, path, (3, 4, 2), build=Build("fp16", "cuda", external=True))
    return path


def test_weights_beside_the_graph_load_from_there(graph):
    (beside,) = external_files(graph)
    assert (graph.parent / beside).stat().st_size > 20_000
    assert np.isfinite(session(graph).run(None, INPUTS)[0]).all()


def test_shards_give_the_same_output_and_stay_below_their_size(graph):
    before = session(graph).run(None, INPUTS)[0]
    whole = external_files(graph)
    count = shard(graph, 16_384)
    names = external_files(graph)
    assert len(names) == count > 1
    assert not (graph.parent / whole[0]).exists()
    assert all((graph.parent / name).stat().st_size <= 16_384 for name in names)
    assert np.array_equal(session(graph).run(None, INPUTS)[0], before)


def test_an_entry_names_every_weight_file_with_its_size_and_hash(graph):
    shard(graph, 16_384)
    entry = file_entry(graph)
    assert [file["file"] for file in entry["externalData"]] == external_files(graph)
    for file in (entry, *entry["externalData"]):
        data = (graph.parent / file["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


def test_components_are_what_lies_in_the_folder(graph):
    pack = write_pack(graph.parent, {"id": "x", "licence": {}, "sizes": []})
    assert json.loads((graph.parent / "pack.json").read_text()) == pack
    assert list(pack) == ["id", "licence", "components", "sizes"]
    assert list(pack["components"]) == ["transformer"]


def test_small_graphs_keep_their_weights(tmp_path):
    wan.export_vae_decoder(tiny.vae16(), tmp_path / "d.onnx")
    assert file_entry(tmp_path / "d.onnx")["externalData"] == []
