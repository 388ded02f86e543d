"""Writes tiny packs of the Wan variants and what the reference pipelines (diffusers) make of them.

Every generation starts from the engine's own noise (counter_noise.py), so that tests run the whole engine: a request in,
latents compared. The packs of make_fixtures.py must be there; text and VAE files are theirs. Arguments: names of makers (below); none: all of them.
"""

import shutil
import sys

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, WanImageToVideoPipeline, WanPipeline, WanTransformer3DModel
from PIL import Image
from torch import nn
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

import make_fixtures as fixtures
import make_golden as gold
import tiny_models as tiny
import wan_export as wan
import wan_variants as variants
from counter_noise import gaussian
from pluecker import fold, pluecker_frames

SEED = 7
FRAMES = 9
# Its keys and values come after 512 text tokens in the reference, so packs with image embeddings pad to that.
TEXT_OF_IMAGE_MODELS = 512
CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
CLIP_STD = [0.26862954, 0.26130258, 0.27577711]
FOUR_STEPS = [1.0, 0.9375, 0.8333333333333334, 0.625]  # 1000, 750, 500, 250 on the table of shift 5
SIZES = [{"width": w, "height": h, "memoryBytes": 50_000_000} for w, h in ((32, 16), (64, 48))]


# --- models ------------------------------------------------------------------------------------------


def transformer(in_channels, head_dim, seed, **options):
    return tiny.scaled(
        WanTransformer3DModel(
            patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=head_dim, in_channels=in_channels,
            out_channels=16, text_dim=tiny.TEXT_DIM, freq_dim=256, ffn_dim=32, num_layers=2, cross_attn_norm=True,
            qk_norm="rms_norm_across_heads", rope_max_seq_len=32, **options,
        ),
        seed,
    )  # fmt: skip


def clip():
    config = CLIPVisionConfig(
        hidden_size=4, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8,
        projection_dim=4,
    )  # fmt: skip
    return tiny.scaled(CLIPVisionModel(config), tiny.SEED + 30)


class Adapter(nn.Module):
    """The control adapter of Wan Fun, written anew: unshuffle by 8, patches of 2 x 2, one residual block."""

    def __init__(self, channels, width):
        super().__init__()
        self.patches = nn.Conv2d(channels * 64, width, 2, 2)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, maps):
        frames = maps.transpose(1, 2).flatten(0, 1)
        x = self.patches(nn.functional.pixel_unshuffle(frames, 8))
        x = x + self.second(torch.relu(self.first(x)))
        return x.unflatten(0, (maps.shape[0], maps.shape[2])).transpose(1, 2)


# --- packs -------------------------------------------------------------------------------------------


SHARED = "tokenizer.json", "text_encoder.onnx", "vae_encoder.onnx", "vae_decoder.onnx"


def write_pack(manifest, exports, like="tiny-wan", shared=SHARED):
    """exports: file -> function that writes it; `shared` files are those of the pack `like`."""
    folder = fixtures.PACKS / manifest["id"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in shared:
        shutil.copyfile(fixtures.PACKS / like / name, folder / name)
    for file, write in exports.items():
        torch.manual_seed(0)
        write(folder / file)
    wan.write_pack(folder, manifest)
    print(manifest["id"], sum(p.stat().st_size for p in folder.iterdir()), "bytes")
    return folder


def schedule(solver, shift, kind="int64", **more):
    return {"solver": solver, "shift": shift, "steps": 4, "timestep": "batch", "timestepType": kind, **more}


def abilities(first, last):
    return {"firstFrame": first, "lastFrame": last, "latentMask": False, "negativePrompt": True}


def embedding(fit):
    return {"size": 32, "fit": fit, "mean": CLIP_MEAN, "std": CLIP_STD, "tokens": 17, "dimension": 4}


def long_text():
    return fixtures.manifest("", "", "")["text"] | {"maxTokens": TEXT_OF_IMAGE_MODELS}


# --- references --------------------------------------------------------------------------------------


class ListedSteps(FlowMatchEulerDiscreteScheduler):
    """Plain Euler over sigmas that are given, as LightX2V's 4-step checkpoints are run."""

    def set_timesteps(self, num_inference_steps=None, device=None, **_):
        super().set_timesteps(sigmas=FOUR_STEPS, device=device)


def listed_steps():
    return ListedSteps(num_train_timesteps=1000, shift=1.0)


class Parts:
    def __init__(self):
        raw = tiny.tokenizer()
        self.tokenizer = gold.wrapped_tokenizer(raw)
        self.encoder = tiny.text_encoder(raw.get_vocab_size())
        self.vae = tiny.vae16()


def picture(width, height, seed):
    """Smooth enough that resizing says something, and 8-bit, as the engine reads pictures."""
    coarse = torch.rand(1, 3, 5, 6, generator=torch.Generator().manual_seed(seed))
    fine = nn.functional.interpolate(coarse, size=(height, width), mode="bilinear") + 0.15 * torch.rand(
        1, 3, height, width, generator=torch.Generator().manual_seed(seed + 1)
    )
    return Image.fromarray((fine[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy())


def save_picture(name, image):
    image.save(gold.GOLDEN / f"{name}.png")
    return f"{name}.png"


def run(name, pipe, pack, size, steps, scale, text_tokens=tiny.MAX_TOKENS, captured=(), **options):
    """Runs a reference pipeline from the engine's noise; stores what it saw and made."""
    width, height = size
    shape = (1, 16, (FRAMES - 1) // 4 + 1, height // 8, width // 8)
    pipe.set_progress_bar_config(disable=True)
    latents, seen = gaussian(shape, SEED), {}
    for method in captured:
        capture(pipe, method, seen)
    final = pipe(
        prompt=gold.PROMPT, negative_prompt=gold.NEGATIVE, height=height, width=width, num_frames=FRAMES,
        num_inference_steps=steps, guidance_scale=scale, latents=latents, max_sequence_length=text_tokens,
        output_type="latent", **options,
    ).frames  # fmt: skip
    store(name, pack, size, final, pipe.vae, seen)


def capture(pipe, method, seen):
    original = getattr(pipe, method)

    def record(*args, **kwargs):
        result = original(*args, **kwargs)
        value = result[1] if isinstance(result, tuple) else result
        seen[method] = value.clone()
        return result

    setattr(pipe, method, record)


def store(name, pack, size, final, vae, seen, passed=(), **body):
    golden = gold.Golden(name, {"pack": pack, "width": size[0], "height": size[1], "frames": FRAMES}, SEED)
    mean, std = gold.statistics(vae)
    golden.body |= {"prompt": gold.PROMPT, "negativePrompt": gold.NEGATIVE, **body}
    for key, value in seen.items():
        golden.body[key] = golden.tensor(value)
    if passed:
        golden.body["steps"] = [{key: golden.tensor(value) for key, value in step.items()} for step in passed]
    golden.body["finalLatents"] = golden.tensor(final)
    golden.body["frames"] = golden.tensor(vae.decode(final * std + mean).sample)
    golden.write()
    print(f"{name}: latents' deviation {final.std():.2f}")


# --- variants ----------------------------------------------------------------------------------------


def two_experts(parts):
    """Wan 2.2 A14B, text to video: UniPC, boundary 0.875, a guidance scale for each."""
    high, low = transformer(16, 16, tiny.SEED + 31), transformer(16, 16, tiny.SEED + 32)
    manifest = fixtures.manifest(
        "tiny-a14b", "Tiny A14B", "Random weights in the shape of Wan 2.2 A14B: two transformers, head size 16.",
        schedule=schedule("unipc", 3), guidance={"scale": 4, "negativePrompt": gold.NEGATIVE},
        experts={"boundary": 0.875, "guidanceScale": 3}, sizes=SIZES, abilities=abilities(False, False),
    )  # fmt: skip
    pipe = WanPipeline(
        parts.tokenizer, parts.encoder, parts.vae, gold.unipc(3), transformer=high, transformer_2=low, boundary_ratio=0.875
    )
    run("variant-two-experts", pipe, "tiny-a14b", (32, 16), 4, 4.0, guidance_scale_2=3.0)
    export = lambda model: lambda path: wan.export_transformer(model, path, (3, 4, 2))  # noqa: E731
    write_pack(manifest, {"transformer.onnx": export(high), "transformer_2.onnx": export(low)})


def four_steps(parts):
    """Wan 2.2 A14B, picture to video, LightX2V's 4 steps: 36 channels, no CLIP, no guidance, boundary 0.9."""
    high, low = transformer(36, 12, tiny.SEED + 33), transformer(36, 12, tiny.SEED + 34)
    manifest = fixtures.manifest(
        "tiny-i2v-a14b", "Tiny I2V A14B", "Random weights in the shape of Wan 2.2 A14B I2V distilled to four steps.",
        schedule=schedule("flow-match-euler", 5, "float32", timesteps=[1000 * s for s in FOUR_STEPS]),
        guidance={"scale": 1, "negativePrompt": ""}, experts={"boundary": 0.9, "guidanceScale": 1}, sizes=SIZES,
        picture={"kind": "masked-clip", "needs": "first", "embedding": None}, abilities=abilities(True, True),
    )  # fmt: skip
    first, last = picture(32, 16, 40), picture(32, 16, 42)
    names = save_picture("picture-32x16-first", first), save_picture("picture-32x16-last", last)
    print(names)
    for name, options in (("first", {}), ("first-last", {"last_image": last})):
        pipe = WanImageToVideoPipeline(
            parts.tokenizer, parts.encoder, parts.vae, listed_steps(), transformer=high, transformer_2=low, boundary_ratio=0.9
        )
        run(f"variant-four-steps-{name}", pipe, "tiny-i2v-a14b", (32, 16), 4, 1.0, captured=["prepare_latents"], image=first, **options)
    export = lambda model: lambda path: variants.export_variant(  # noqa: E731
        model, path, (3, 4, 2), 16, timestep_type=torch.float32, condition=20
    )
    write_pack(manifest, {"transformer.onnx": export(high), "transformer_2.onnx": export(low)})


def with_clip(parts):
    """Wan 2.1, picture to video with CLIP embeddings; and first and last picture with their own positions."""
    image_encoder = clip()
    processor = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    first, last = picture(64, 48, 50), picture(64, 48, 52)
    save_picture("picture-64x48-first", first)
    save_picture("picture-64x48-last", last)
    for pack, name, needs, positions, options in (
        ("tiny-i2v", "variant-picture-clip", "first", None, {}),
        ("tiny-flf2v", "variant-first-last-clip", "first-and-last", 34, {"last_image": last}),
    ):
        model = transformer(36, 12, tiny.SEED + 35, image_dim=4, added_kv_proj_dim=24, pos_embed_seq_len=positions)
        manifest = fixtures.manifest(
            pack, f"Tiny {needs} to video", "Random weights in the shape of Wan 2.1 picture to video, with CLIP.",
            text=long_text(), schedule=schedule("unipc", 3), guidance={"scale": 5, "negativePrompt": gold.NEGATIVE},
            picture={"kind": "masked-clip", "needs": needs, "embedding": embedding("crop")}, sizes=SIZES,
            abilities=abilities(True, positions is not None),
        )  # fmt: skip
        pipe = WanImageToVideoPipeline(
            parts.tokenizer, parts.encoder, parts.vae, gold.unipc(3), processor, image_encoder, model
        )
        run(
            name, pipe, pack, (64, 48), 4, 5.0, TEXT_OF_IMAGE_MODELS, ["prepare_latents", "encode_image"],
            image=first, **options,
        )  # fmt: skip
        count = 17 if positions is None else positions
        write_pack(
            manifest,
            {
                "image_encoder.onnx": lambda path: variants.export_image_encoder(image_encoder, path),
                "transformer.onnx": lambda path, model=model, count=count: variants.export_variant(
                    model, path, (3, 4, 2), 16, condition=20, image=(count, 4)
                ),
            },
        )


@torch.no_grad()
def fun_camera(parts):
    """Wan Fun Control-Camera: start picture's latents, CLIP (stretched), Pluecker maps; Euler, shift 3."""
    size = width, height = 32, 16
    model = transformer(32, 8, tiny.SEED + 36, image_dim=4, added_kv_proj_dim=16)
    adapter = tiny.scaled(Adapter(24, 16), tiny.SEED + 37)
    image_encoder = clip()
    model.patch_embedding = variants.PatchWithCamera(model.patch_embedding)
    manifest = fixtures.manifest(
        "tiny-fun-camera", "Tiny Fun Camera", "Random weights in the shape of Wan 2.1 Fun Control-Camera.",
        text=long_text(), schedule=schedule("flow-match-euler", 3, "float32"),
        guidance={"scale": 6, "negativePrompt": gold.NEGATIVE},
        picture={"kind": "first-latent", "needs": "none", "embedding": embedding("stretch")}, sizes=SIZES,
        camera={"kind": "pluecker", "subjectDistanceUnits": 2}, abilities=abilities(True, False),
    )  # fmt: skip

    # A truck of 0.8 m to the right, even speed; the subject at 4 m is 2 units away.
    travel = [0.8 * (2 / 4) * i / (FRAMES - 1) for i in range(FRAMES)]
    poses = [np.array([[1, 0, 0, x], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]) for x in travel]
    focal = 35 / 18 * width / 2
    maps = fold(pluecker_frames(poses, [focal] * FRAMES, width, height))
    model.patch_embedding.features = adapter(maps)

    mean, std = gold.statistics(parts.vae)
    positive, negative = (embed512(parts, text) for text in (gold.PROMPT, gold.NEGATIVE))
    image = Image.open(gold.GOLDEN / "picture-32x16-first.png")
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 127.5 - 1
    encoded = image_encoder(stretched(pixels), output_hidden_states=True).hidden_states[-2]
    still = (parts.vae.encode(pixels[:, :, None]).latent_dist.mode() - mean) / std
    for name, start, seen in (
        ("picture", torch.cat((still, torch.zeros(1, 16, 2, 2, 4)), dim=2), encoded),
        ("words", torch.zeros(1, 16, 3, 2, 4), torch.zeros_like(encoded)),
    ):
        scheduler = gold.euler(3)
        scheduler.set_timesteps(4)
        denoise = lambda x, t, e: model(  # noqa: E731
            torch.cat((x, start), dim=1), t, e, encoder_hidden_states_image=seen, return_dict=False
        )[0]
        _, final = gold.generate(
            denoise, scheduler, scheduler.timesteps, gaussian((1, 16, 3, 2, 4), SEED), positive, negative, 6.0,
            lambda t: t.expand(1),
        )  # fmt: skip
        captured = {"maps": maps, "condition": start, "image": seen}
        store(f"variant-fun-camera-{name}", "tiny-fun-camera", size, final, parts.vae, captured)

    model.patch_embedding.features = None
    write_pack(
        manifest,
        {
            "image_encoder.onnx": lambda path: variants.export_image_encoder(image_encoder, path),
            "camera_encoder.onnx": lambda path: variants.export_camera_encoder(adapter, path),
            "transformer.onnx": lambda path: variants.export_variant(
                model, path, (3, 4, 4), 16, timestep_type=torch.float32, condition=16, image=(17, 4), camera=True
            ),
        },
    )


def embed512(parts, text):
    """As the pipeline: padded to 512, zeros at and after the end."""
    pipe = WanPipeline(parts.tokenizer, parts.encoder, parts.vae, gold.euler(3), transformer=None)
    return pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=TEXT_OF_IMAGE_MODELS)[0]


@torch.no_grad()
def distilled(parts):
    """FastWan: three steps of distribution matching on the graphs of tiny-ti2v, from words and from a first picture.

    Written from the papers' formula: x0 = x - s v, x' = (1 - s') x0 + s' noise with fresh noise. The sigma of a
    timestep is the nearest of the training table of shift 8; the model is told the timestep itself.
    """
    model, vae = tiny.wan_transformer(48, 16, tiny.SEED + 5), tiny.vae48()
    steps, shape = [1000.0, 757.0, 522.0], (1, 48, 3, 2, 4)
    table = np.linspace(1, 1000, 1000) / 1000
    table = 8 * table / (1 + 7 * table)
    sigmas = [float(table[np.abs(table * 1000 - t).argmin()]) for t in steps] + [0.0]
    positive = gold.embed(parts.tokenizer, parts.encoder, gold.PROMPT)
    mean, std = gold.statistics(vae)
    save_picture("picture-64x32-first", picture(64, 32, 60))
    image = Image.open(gold.GOLDEN / "picture-64x32-first.png")
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 127.5 - 1
    still = (vae.encode(pixels[:, :, None]).latent_dist.mode() - mean) / std
    for name, known in (("words", None), ("picture", still)):
        x, passed = gaussian(shape, SEED).double(), []
        for i, t in enumerate(steps):
            time = torch.full((3, 1, 2), t)
            if known is not None:
                x[:, :, :1] = known
                time[0] = 0
            velocity = model(x.float(), time.flatten()[None], positive, return_dict=False)[0].double()
            clean = x - sigmas[i] * velocity
            renewed = gaussian(shape, SEED, stream=i + 1).double() if sigmas[i + 1] > 0 else 0
            x = (1 - sigmas[i + 1]) * clean + sigmas[i + 1] * renewed
            passed.append({"velocity": velocity, "latents": x})
        if known is not None:
            x[:, :, :1] = known
        body = {"timesteps": steps, "sigmas": sigmas}
        # Steps hold the latents as the solver gives them: only without known frames are they the next step's input too.
        store(f"variant-dmd-{name}", "tiny-fastwan", (64, 32), x.float(), vae, {}, passed if known is None else (), **body)
    manifest = fixtures.ti2v_pack() | {
        "id": "tiny-fastwan", "name": "Tiny FastWan",
        "description": "The graphs of tiny-ti2v, run as FastWan 2.2 TI2V is: three steps of distribution matching.",
        "schedule": {
            "solver": "dmd", "shift": 8, "steps": 3, "timesteps": steps, "timestep": "tokens", "timestepType": "float32",
        },
        "guidance": {"scale": 1, "negativePrompt": ""},
    }  # fmt: skip
    write_pack(manifest, {}, like="tiny-ti2v", shared=(*SHARED, "transformer.onnx"))


def clip_pixels(_parts):
    """What the image encoder is shown of two pictures, cropped (CLIPImageProcessor) and stretched (torch)."""
    golden = gold.Golden("clip-pixels", {"size": 32, "mean": CLIP_MEAN, "std": CLIP_STD})
    processor = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    golden.body["cases"] = cases = []
    for width, height, seed in ((64, 48, 70), (32, 16, 72), (48, 80, 74)):
        image = picture(width, height, seed)
        pixels = torch.from_numpy(np.array(image))
        crop = torch.from_numpy(np.array(processor(images=image, return_tensors="np")["pixel_values"]))
        case = {"width": width, "height": height, "picture": golden.tensor(pixels.float()), "crop": golden.tensor(crop[0])}
        cases.append(case | {"stretch": golden.tensor(stretched(pixels.permute(2, 0, 1)[None] / 127.5 - 1)[0])})
    golden.write()


def stretched(pixels):
    """As VideoX-Fun shows pictures to CLIP: from [-1, 1], interpolated without antialiasing, then normalised."""
    small = nn.functional.interpolate(pixels, size=(32, 32), mode="bicubic", align_corners=False) * 0.5 + 0.5
    return (small - torch.tensor(CLIP_MEAN)[:, None, None]) / torch.tensor(CLIP_STD)[:, None, None]


MAKERS = {f.__name__: f for f in (clip_pixels, two_experts, four_steps, with_clip, fun_camera, distilled)}

if __name__ == "__main__":
    torch.set_num_threads(1)
    given = Parts()
    with torch.no_grad():
        for maker in sys.argv[1:] or MAKERS:
            MAKERS[maker](given)
