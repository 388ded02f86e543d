"""VideoX-Fun's weights become a folder as diffusers lays out, every weight in its place, and the folder becomes a pack."""

import json
import math

import pytest
import torch
from checkpoint import write_image_to_video
from safetensors.torch import save_file
from test_export_pack import run

import golden_wan_variants as variants
import tiny_models as tiny
import wan_fun
from make_fixtures import PACKS
from onnx_graph import run_onnx, session

WIDTH, FEED, TEXT, CLIP = 32, 48, tiny.TEXT_DIM, 4
CONFIG = {"num_heads": 2, "out_dim": 16, "cross_attn_norm": True, "eps": 1e-6, "downscale_factor_control_adapter": 8}


def linear(name, out, inside):
    return {f"{name}.weight": (out, inside), f"{name}.bias": (out,)}


def norm(name, size):
    return {f"{name}.weight": (size,), f"{name}.bias": (size,)}


def attention(name, with_picture):
    shapes = {f"{name}.norm_{part}.weight": (WIDTH,) for part in ("q", "k", *(["k_img"] if with_picture else []))}
    for part in ("q", "k", "v", "o", *(["k_img", "v_img"] if with_picture else [])):
        shapes |= linear(f"{name}.{part}", WIDTH, WIDTH)
    return shapes


def shapes():
    """Names and shapes as the published checkpoints have them."""
    every = {"patch_embedding.weight": (WIDTH, 32, 1, 2, 2), "patch_embedding.bias": (WIDTH,)}
    every |= linear("text_embedding.0", WIDTH, TEXT) | linear("text_embedding.2", WIDTH, WIDTH)
    every |= linear("time_embedding.0", WIDTH, 256) | linear("time_embedding.2", WIDTH, WIDTH)
    every |= linear("time_projection.1", 6 * WIDTH, WIDTH) | linear("head.head", 64, WIDTH)
    every |= {"head.modulation": (1, 2, WIDTH)}
    every |= norm("img_emb.proj.0", CLIP) | linear("img_emb.proj.1", CLIP, CLIP)
    every |= linear("img_emb.proj.3", WIDTH, CLIP) | norm("img_emb.proj.4", WIDTH)
    for block in ("blocks.0", "blocks.1"):
        every |= {f"{block}.modulation": (1, 6, WIDTH)} | norm(f"{block}.norm3", WIDTH)
        every |= attention(f"{block}.self_attn", False) | attention(f"{block}.cross_attn", True)
        every |= linear(f"{block}.ffn.0", FEED, WIDTH) | linear(f"{block}.ffn.2", WIDTH, FEED)
    every |= {"control_adapter.conv.weight": (WIDTH, 24 * 64, 2, 2), "control_adapter.conv.bias": (WIDTH,)}
    for conv in ("conv1", "conv2"):
        name = f"control_adapter.residual_blocks.0.{conv}"
        every |= {f"{name}.weight": (WIDTH, WIDTH, 3, 3), f"{name}.bias": (WIDTH,)}
    return every


@pytest.fixture(scope="module")
def weights():
    draw = torch.Generator().manual_seed(5)
    scale = lambda shape: 1 / math.sqrt(math.prod(shape[1:])) if len(shape) > 1 else 0.3  # noqa: E731
    return {name: torch.randn(shape, generator=draw) * scale(shape) for name, shape in shapes().items()}


def test_every_weight_finds_its_place(weights):
    transformer, encoder = wan_fun.split(dict(weights), CONFIG)
    assert torch.equal(transformer.blocks[1].norm2.weight, weights["blocks.1.norm3.weight"])
    assert torch.equal(transformer.blocks[0].attn2.add_k_proj.weight, weights["blocks.0.cross_attn.k_img.weight"])
    assert torch.equal(transformer.blocks[0].ffn.net[2].weight, weights["blocks.0.ffn.2.weight"])
    assert torch.equal(transformer.scale_shift_table, weights["head.modulation"])
    assert encoder(torch.randn(1, 24, 3, 32, 48)).shape == (1, WIDTH, 3, 2, 3)


def test_a_reference_convolution_and_unknown_weights_are_refused(weights):
    with pytest.raises(SystemExit, match="ref_conv"):
        wan_fun.split(weights | {"ref_conv.weight": torch.zeros(1)}, CONFIG)
    with pytest.raises(RuntimeError, match="surprise"):
        wan_fun.split(weights | {"surprise.weight": torch.zeros(1)}, CONFIG)


def test_the_folder_keeps_the_other_models_and_gives_the_camera_encoder_back(weights, tmp_path):
    like, fun, folder = (tmp_path / name for name in ("like", "fun", "folder"))
    (like / "vae").mkdir(parents=True)
    (like / "vae" / "config.json").write_text("{}")
    (like / "model_index.json").write_text("{}")
    fun.mkdir()
    save_file(weights, fun / "diffusion_pytorch_model.safetensors")
    (fun / "config.json").write_text(json.dumps(CONFIG))
    wan_fun.convert(fun, like, folder)
    assert {path.name for path in folder.iterdir()} == {"model_index.json", "vae", "transformer", "camera_encoder"}
    encoder = wan_fun.load_camera_encoder(folder / "camera_encoder")
    assert torch.equal(encoder.conv.weight, weights["control_adapter.conv.weight"])
    config = json.loads((folder / "transformer" / "config.json").read_text())
    assert (config["in_channels"], config["image_dim"], config["num_layers"]) == (32, CLIP, 2)


@pytest.fixture(scope="module")
def fun_folder(weights, tmp_path_factory):
    """A whole tiny Fun Control-Camera checkpoint, as wan_fun.py makes it, and the manifest of tiny-fun-camera."""
    base = tmp_path_factory.mktemp("fun")
    like, fun, folder = (base / name for name in ("like", "fun", "folder"))
    like.mkdir()
    write_image_to_video(like, variants.clip())
    fun.mkdir()
    save_file(weights, fun / "diffusion_pytorch_model.safetensors")
    (fun / "config.json").write_text(json.dumps(CONFIG))
    wan_fun.convert(fun, like, folder)
    manifest = json.loads((PACKS / "tiny-fun-camera" / "pack.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.mark.parametrize(("provider", "precision"), [("cuda", "fp16"), ("webgpu", "fp32")])
def test_the_folder_becomes_a_pack_that_matches_torch(monkeypatch, fun_folder, tmp_path, provider, precision):
    options = ("--provider", provider, "--precision", precision, "--vae", precision, "--text", precision, "--check")
    pack, report = run(monkeypatch, fun_folder, tmp_path, *options)
    graphs = {"textEncoder", "imageEncoder", "cameraEncoder", "transformer", "vaeEncoder", "vaeDecoder"}
    assert set(pack["components"]) == graphs | {"tokenizer"}
    assert {row["component"]: row.get("ok") and "relative" in row for row in report["check"]} == dict.fromkeys(graphs, True)
    inputs = {"hidden_states", "timestep", "encoder_hidden_states", "condition", "encoder_hidden_states_image", "camera"}
    transformer, encoder = (session(tmp_path / f"{name}.onnx") for name in ("transformer", "camera_encoder"))
    assert {value.name for value in transformer.get_inputs()} == inputs
    # Sizes and lengths that no example had, and a camera that is heard.
    features = run_onnx(encoder, {"camera": torch.randn(1, 24, 1, 16, 32)})
    assert features.shape == (1, WIDTH, 1, 1, 2)
    given = {
        "hidden_states": torch.randn(1, 16, 1, 2, 4),
        "timestep": torch.tensor([500.0]),
        "encoder_hidden_states": torch.randn(1, 512, TEXT),
        "condition": torch.randn(1, 16, 1, 2, 4),
        "encoder_hidden_states_image": torch.randn(1, 17, CLIP),
        "camera": features,
    }
    moved, still = (run_onnx(transformer, given | {"camera": camera}) for camera in (features, torch.zeros_like(features)))
    assert moved.shape == (1, 16, 1, 2, 4)
    assert not torch.allclose(moved, still, atol=1e-2)


@pytest.mark.parametrize(("kind", "has_encoder", "message"), [("pluecker", False, "wan_fun.py"), ("none", True, "camera.kind")])
def test_a_manifest_and_a_folder_that_disagree_on_the_camera_are_refused(fun_folder, tmp_path, kind, has_encoder, message):
    from parts import Source, parts_of

    manifest = json.loads((fun_folder / "manifest.json").read_text()) | {"camera": {"kind": kind}}
    source = Source(fun_folder)
    source.folder = fun_folder if has_encoder else tmp_path
    with pytest.raises(SystemExit, match=message):
        parts_of(source, manifest)
