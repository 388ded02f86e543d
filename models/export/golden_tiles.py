"""Writes tests/fixtures/golden/vae-tiles: diffusers' own tiled decode and encode on the tiny VAEs."""

import torch

import tiny_models as tiny
from make_golden import Golden, gap

SEED = 5


def decode_case(golden, pack, vae, latent_shape, tile, stride, frames):
    generator = torch.Generator().manual_seed(SEED)
    latents = torch.randn(latent_shape, generator=generator)
    whole = vae.decode(latents).sample
    vae.enable_tiling(tile, tile, stride, stride)
    tiled = vae.decode(latents).sample
    vae.disable_tiling()
    return {
        "pack": pack,
        "tiles": {"size": tile, "stride": stride},
        "latents": golden.tensor(latents),
        "keptFrames": frames,
        "frames": golden.tensor(tiled[:, :, frames]),
        "meanAbsDiffToWhole": float((tiled - whole).abs().mean()),
    }


def encode_case(golden, pack, vae, frame_shape, tile, stride):
    generator = torch.Generator().manual_seed(SEED + 1)
    frames = torch.rand(frame_shape, generator=generator) * 2 - 1
    whole = vae.encode(frames).latent_dist.mode()
    vae.enable_tiling(tile, tile, stride, stride)
    mode = vae.encode(frames).latent_dist.mode()
    vae.disable_tiling()
    if gap(whole, mode) == 0:
        raise AssertionError("the encoder did not tile")
    return {
        "pack": pack,
        "tiles": {"size": tile, "stride": stride},
        "frames": golden.tensor(frames),
        "mode": golden.tensor(mode),
    }


def main():
    torch.set_num_threads(1)
    golden = Golden("vae-tiles", {"vae": "tiny_models.vae16, vae48"}, SEED)
    golden.body["decode"] = [
        # 40 x 56 leaves a narrow last tile in both directions; 32 x 64 ends on a whole one.
        decode_case(golden, "tiny-wan", tiny.vae16(), (1, 16, 3, 5, 7), 32, 24, [0, 8]),
        decode_case(golden, "tiny-wan", tiny.vae16(), (1, 16, 2, 4, 8), 32, 16, [4]),
        decode_case(golden, "tiny-ti2v", tiny.vae48(), (1, 48, 2, 5, 6), 64, 48, [4]),
    ]
    golden.body["encode"] = [encode_case(golden, "tiny-wan", tiny.vae16(), (1, 3, 5, 40, 56), 32, 24)]
    golden.write()
    for case in golden.body["decode"]:
        print(case["pack"], case["tiles"], "mean difference to the whole decode", round(case["meanAbsDiffToWhole"], 5))


if __name__ == "__main__":
    main()
