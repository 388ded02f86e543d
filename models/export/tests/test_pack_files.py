"""Weights beside the graph, in one file or in shards, and the entries that pack.json has of them."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from onnx_graph import session
from pack_files import external_files, file_entry, shard, write_pack

PACK = Path(__file__).resolve().parents[3] / "tests" / "fixtures" / "packs" / "tiny-wan-half"
INPUTS = {
    "hidden_states": np.ones((1, 16, 2, 4, 4), np.float32),
    "timestep": np.array([400]),
    "encoder_hidden_states": np.ones((1, 16, 32), np.float32),
}


@pytest.fixture
def graph(tmp_path):
    path = tmp_path / "transformer.onnx"
    model = onnx.load(PACK / "transformer-cuda.onnx")
    onnx.save(model, path, save_as_external_data=True, location="transformer.onnx.data", size_threshold=1024)
    return path


def test_weights_beside_the_graph_load_from_there(graph):
    (beside,) = external_files(graph)
    assert (graph.parent / beside).stat().st_size > 20_000
    assert np.isfinite(session(graph).run(None, INPUTS)[0]).all()


def test_shards_give_the_same_output_and_stay_below_their_size(graph):
    before = session(graph).run(None, INPUTS)[0]
    whole = external_files(graph)
    count = shard(graph, 40_000)
    names = external_files(graph)
    assert len(names) == count > 1
    assert not (graph.parent / whole[0]).exists()
    assert all((graph.parent / name).stat().st_size <= 40_000 for name in names)
    assert np.array_equal(session(graph).run(None, INPUTS)[0], before)


def test_an_entry_names_every_weight_file_with_its_size_and_hash(graph):
    shard(graph, 40_000)
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


def test_small_graphs_keep_their_weights():
    assert file_entry(PACK / "vae_decoder.onnx")["externalData"] == []
