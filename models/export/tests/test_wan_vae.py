"""The Wan VAE in one pass equals the library's chunks and caches, for both kinds and for any length and size."""

import pytest
import torch

import tiny_models as tiny
from wan_vae import decode, encode


@pytest.mark.parametrize("kind", ["vae16", "vae48"])
@pytest.mark.parametrize("frames", [1, 5, 9, 17])
@torch.no_grad()
def test_one_pass_equals_the_cached_passes(kind, frames):
    vae = getattr(tiny, kind)()
    latents = torch.randn(1, vae.config.z_dim, (frames - 1) // 4 + 1, 3, 5)
    clip = torch.rand(1, 3, frames, 48, 80) * 2 - 1
    expected = vae.decode(latents).sample
    assert expected.shape[2] == frames
    assert torch.allclose(decode(vae, latents), expected, atol=1e-4)
    assert torch.allclose(encode(vae, clip), vae.encode(clip).latent_dist.mode(), atol=1e-4)


@torch.no_grad()
def test_later_latents_do_not_change_earlier_frames():
    vae = tiny.vae16()
    latents = torch.randn(1, 16, 4, 2, 2)
    assert torch.allclose(decode(vae, latents)[:, :, :9], decode(vae, latents[:, :, :3]), atol=1e-5)
