"""float16 inside, float32 outside, and the islands that keep values finite."""

import copy

import onnx
import pytest
import torch
from torch import nn

import taehv
import tiny_models as tiny
import wan_export as wan
from onnx_graph import Build, errors, export, session
from precision import Float32Island, to_half
from text_export import export_text_encoder

HALF = Build("fp16", "plain")
TOKENS = {0: "batch", 1: "tokens"}


def kinds(path):
    graph = onnx.load(path).graph
    outside = {v.name: v.type.tensor_type.elem_type for v in (*graph.input, *graph.output)}
    return outside, {t.data_type for t in graph.initializer if len(t.dims) > 1}


class Loud(nn.Module):
    """A norm of values around 300, whose squares float16 cannot hold."""

    def __init__(self, norm):
        super().__init__()
        self.norm = norm

    def forward(self, x):
        return self.norm(x * 300)


@pytest.mark.parametrize("norm", [lambda: nn.RMSNorm(16), lambda: nn.LayerNorm(16), lambda: nn.GroupNorm(4, 16)])
def test_norms_of_large_values_stay_right_in_half(tmp_path, norm):
    model, x = Loud(norm()), torch.randn(2, 16)
    export(copy.deepcopy(model), tmp_path / "n.onnx", {"x": x}, {"x": {0: "batch"}, "y": {0: "batch"}}, "y", HALF)
    assert errors(session(tmp_path / "n.onnx"), model, {"x": x})[1] < 2e-3


def test_without_its_island_such_a_norm_is_not_finite():
    x = torch.full((1, 16), 300.0).half()
    assert not torch.isfinite(x.pow(2)).all()
    assert torch.isfinite(Float32Island(nn.RMSNorm(16))(x)).all()


def test_a_half_graph_takes_and_gives_float32(tmp_path):
    wan.export_transformer(tiny.wan_transformer(16, 16, 1), tmp_path / "t.onnx", (3, 4, 2), build=Build("fp16", "cuda"))
    outside, weights = kinds(tmp_path / "t.onnx")
    assert outside == {
        "hidden_states": onnx.TensorProto.FLOAT,
        "timestep": onnx.TensorProto.INT64,
        "encoder_hidden_states": onnx.TensorProto.FLOAT,
        "velocity": onnx.TensorProto.FLOAT,
    }
    assert onnx.TensorProto.FLOAT16 in weights


def test_what_a_model_wants_in_float32_stays_so():
    model = to_half(tiny.wan_transformer(16, 16, 1))
    assert model.blocks[0].scale_shift_table.dtype == torch.float32
    assert model.condition_embedder.time_embedder.linear_1.weight.dtype == torch.float32
    assert model.blocks[0].attn1.to_q.weight.dtype == torch.float16


def loud_encoder():
    """Its second layer's feed forward adds values beyond float16's 65,504 to what the layers add to."""
    encoder = tiny.text_encoder(200)
    encoder.encoder.block[0].layer[-1].DenseReluDense.wo.weight.mul_(2e5)
    return encoder


def test_a_text_encoder_whose_values_leave_float16_stays_right(tmp_path):
    encoder = loud_encoder()
    ids = torch.randint(3, 200, (1, 16))
    inputs = {"input_ids": ids, "attention_mask": (torch.arange(16) < 9).long()[None]}
    export_text_encoder(copy.deepcopy(encoder), tmp_path / "t.onnx", 16, HALF)
    hidden = encoder.encoder(ids, output_hidden_states=True).hidden_states
    assert max(h.abs().max() for h in hidden) > 65504
    assert errors(session(tmp_path / "t.onnx"), lambda i, m: encoder(i, m).last_hidden_state, inputs)[1] < 3e-3
    right = encoder(*inputs.values()).last_hidden_state
    wholly_half = copy.deepcopy(encoder).half()(*inputs.values()).last_hidden_state.float()  # the library clamps infinities
    assert not (wholly_half - right).norm() < 3e-2 * right.norm()


@pytest.mark.parametrize(("build", "width", "tolerance"), [(Build(), 3, 1e-5), (HALF, 24, 3e-2)])
@pytest.mark.parametrize("kind", ["vae16", "vae48"])
def test_the_vae_in_half_is_close_to_the_library(tmp_path, kind, build, width, tolerance):
    # Norms over 3 random channels divide by what may be nearly 0, and make rounding errors large; 24 are as real ones do.
    vae = getattr(tiny, kind)(width)
    wan.export_vae_decoder(copy.deepcopy(vae), tmp_path / "d.onnx", build=build)
    wan.export_vae_encoder(copy.deepcopy(vae), tmp_path / "e.onnx", build=build)
    latents = {"latents": torch.randn(1, vae.config.z_dim, 3, 4, 2)}
    frames = {"frames": torch.rand(1, 3, 9, 32, 64) * 2 - 1}
    assert errors(session(tmp_path / "d.onnx"), lambda z: vae.decode(z).sample, latents)[1] < tolerance
    assert errors(session(tmp_path / "e.onnx"), lambda x: vae.encode(x).latent_dist.mode(), frames)[1] < tolerance


def test_a_preview_decoder_in_half_is_close(tmp_path):
    model = taehv.TinyDecoder(16, 1, (16, 8, 8, 8)).eval()
    manifest = {"latent": {"channels": 16, "spatialCompression": 8}}
    taehv.export_preview_decoder(copy.deepcopy(model), tmp_path / "p.onnx", manifest, HALF)
    assert errors(session(tmp_path / "p.onnx"), model, {"latents": torch.randn(1, 16, 2, 4, 6)})[1] < 3e-3
