"""From a diffusers folder to a pack, with its report, its check and its refusals."""

import json
import sys

import pytest

import check_pack
import export_pack
from operators import UnfusedAttention
from pack_files import sha256


def run(monkeypatch, source, target, *options):
    command = ["export_pack.py", "--from", str(source), "--to", str(target)]
    monkeypatch.setattr(sys, "argv", [*command, "--manifest", str(source / "manifest.json"), *options])
    export_pack.main()
    return json.loads((target / "pack.json").read_text()), json.loads((target / export_pack.REPORT).read_text())


@pytest.mark.parametrize("provider", ["cuda", "webgpu"])
def test_a_folder_becomes_a_pack_that_matches_torch(monkeypatch, diffusers_folder, tmp_path, provider):
    pack, report = run(monkeypatch, diffusers_folder, tmp_path, "--provider", provider, "--text", "int8", "--check")
    names = {"tokenizer", "textEncoder", "transformer", "vaeEncoder", "vaeDecoder"}
    assert set(pack["components"]) == names
    assert all(sha256(tmp_path / entry["file"]) == entry["sha256"] for entry in pack["components"].values())
    assert {row["component"]: row["ok"] for row in report["check"]} == {name: True for name in names - {"tokenizer"}}
    operator = {"cuda": "Attention", "webgpu": "com.microsoft.MultiHeadAttention"}[provider]
    told = pack["provenance"]
    assert told["operators"]["transformer"][operator] == 4
    assert told["operators"]["textEncoder"]["com.microsoft.MatMulNBits"] == 14
    assert told["precision"] == {"text": "int8", "transformer": "fp16", "vae": "fp16"}
    assert set(told["relativeError"]) == names - {"tokenizer"}


def test_an_export_that_would_leave_long_softmaxes_is_refused(monkeypatch, diffusers_folder, tmp_path):
    with pytest.raises(UnfusedAttention):
        run(monkeypatch, diffusers_folder, tmp_path, "--provider", "plain", "--longest-softmax", "1", "--only", "transformer")
    assert not (tmp_path / "pack.json").exists()


def test_the_check_sees_a_graph_of_other_weights(monkeypatch, diffusers_folder, tmp_path):
    run(monkeypatch, diffusers_folder, tmp_path, "--only", "vaeDecoder", "--vae", "fp32")
    import tiny_models as tiny
    import wan_export as wan

    other = tiny.scaled(tiny.vae16(), 99)
    wan.export_vae_decoder(other, tmp_path / "vae_decoder.onnx")
    manifest = json.loads((tmp_path / "pack.json").read_text())
    from parts import Source

    (row,) = check_pack.check(Source(diffusers_folder), tmp_path, manifest)
    assert not row["ok"]


def test_a_profile_tells_which_nodes_ran_elsewhere():
    events = [
        {"name": "a", "args": {"op_name": "MatMul", "provider": "CUDAExecutionProvider"}},
        {"name": "a", "args": {"op_name": "MatMul", "provider": "CUDAExecutionProvider"}},
        {"name": "b", "args": {"op_name": "Softmax", "provider": "CPUExecutionProvider"}},
        {"name": "c", "args": {"op_name": "Softmax", "provider": "CPUExecutionProvider"}},
        {"name": "session_initialization", "args": {}},
    ]
    assert check_pack.off_provider(events, "CUDAExecutionProvider") == {"Softmax": 2}


def test_folders_that_are_no_checkpoint_and_unknown_pipelines_are_named(tmp_path):
    from parts import Source, parts_of

    with pytest.raises(SystemExit, match=r"no model_index\.json"):
        Source(tmp_path)
    (tmp_path / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    with pytest.raises(SystemExit, match="FluxPipeline cannot be exported"):
        parts_of(Source(tmp_path), {})
