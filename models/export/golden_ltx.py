"""Writes the golden vectors of LTX-Video (tests/fixtures/golden/ltx-*, schedules-dynamic) with the library's own pipelines.

The pack of ltx_fixtures.py must be there. Noise is the engine's own (counter_noise.py), that of the decoder included.
"""

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, LTXConditionPipeline
from diffusers.pipelines.ltx import pipeline_ltx_condition
from diffusers.pipelines.ltx.pipeline_ltx import calculate_shift
from PIL import Image

import ltx_fixtures as fixtures
import make_golden as golden_files
import tiny_models as tiny
from cogvideox_fixtures import text_encoder
from counter_noise import gaussian

PROMPT = golden_files.PROMPT
(HEIGHT, WIDTH), FRAMES = (32, 64), 17
SHAPE = (1, fixtures.CHANNELS, 3, HEIGHT // 32, WIDTH // 32)
DECODE_STREAM = 0xDEC0DE  # src/engine/pipelines/ltx.ts
DYNAMIC = {"base": 0.95, "max": 2.05, "baseTokens": 1024, "maxTokens": 4096, "terminal": 0.1}


def pipeline():
    raw = tiny.tokenizer()
    pipe = LTXConditionPipeline(
        FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=False), fixtures.vae(), text_encoder(raw.get_vocab_size(), 70),
        golden_files.wrapped_tokenizer(raw), fixtures.transformer(),
    )  # fmt: skip
    pipe.set_progress_bar_config(disable=True)
    return pipe


# --- schedules -----------------------------------------------------------------------------------------


def exact(steps, tokens, terminal):
    mu = DYNAMIC["base"] + (DYNAMIC["max"] - DYNAMIC["base"]) * (tokens - DYNAMIC["baseTokens"]) / 3072
    s = np.exp(mu) / (np.exp(mu) + (1 / np.linspace(1, 1 / steps, steps) - 1))
    if terminal is not None and steps > 1:
        s = 1 - (1 - s) * (1 - terminal) / (1 - s[-1])
    return [*s.tolist(), 0.0]


def schedule_case(steps, tokens, terminal):
    theirs = FlowMatchEulerDiscreteScheduler(
        use_dynamic_shifting=True, base_shift=DYNAMIC["base"], max_shift=DYNAMIC["max"], shift_terminal=terminal,
        base_image_seq_len=DYNAMIC["baseTokens"], max_image_seq_len=DYNAMIC["maxTokens"],
    )  # fmt: skip
    mu = calculate_shift(tokens, DYNAMIC["baseTokens"], DYNAMIC["maxTokens"], DYNAMIC["base"], DYNAMIC["max"])
    theirs.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), mu=mu)
    x = torch.tensor([[[1.0, -0.5, 2.0]]])
    case = {
        "solver": "flow-match-euler", "shift": None, "steps": steps, "timestepsGiven": None,
        "dynamicShift": DYNAMIC | {"terminal": terminal, "tokens": tokens},
        "sigmas": golden_files.listed(theirs.sigmas), "sigmasExact": exact(steps, tokens, terminal),
        "timesteps": golden_files.listed(theirs.timesteps), "x0": golden_files.listed(x), "velocity": [], "x": [],
    }  # fmt: skip
    for i, t in enumerate(theirs.timesteps):
        velocity = golden_files.synthetic(x, i)
        x = theirs.step(velocity, t, x, return_dict=False)[0]
        case["velocity"].append(golden_files.listed(velocity))
        case["x"].append(golden_files.listed(x))
    off = max(abs(a - b) for a, b in zip(case["sigmas"], case["sigmasExact"]))
    print(f"dynamic shift, {steps} steps, {tokens} tokens: exact sigmas differ by {off:.1e}")
    return case


def schedules():
    golden = golden_files.Golden("schedules-dynamic", {"velocity": "0.5 * x + 0.1 * i - 0.2", "dynamicShift": DYNAMIC})
    golden.body["cases"] = [
        schedule_case(steps, tokens, 0.1) for steps, tokens in ((2, 1024), (4, 4096), (8, 700), (20, 5632), (50, 7040))
    ] + [schedule_case(8, 2112, None), schedule_case(50, 4096, None)]
    golden.write()


# --- text ------------------------------------------------------------------------------------------------


def tokens(pipe):
    golden = golden_files.Golden("ltx-tokens", {"pack": fixtures.NAME, "maxTokens": tiny.MAX_TOKENS})
    entries = []
    for name, text in golden_files.STRINGS.items():
        if any(0xD800 <= ord(c) < 0xE000 for c in text):
            continue
        encoded = pipe.tokenizer(
            [text.strip()], padding="max_length", max_length=tiny.MAX_TOKENS, truncation=True, add_special_tokens=True
        )
        entries.append({"name": name, "text": text, "ids": encoded.input_ids[0], "mask": encoded.attention_mask[0]})
    golden.body["entries"] = entries
    golden.write()


# --- generations --------------------------------------------------------------------------------------------


def with_noise(*tensors):
    """The pipeline draws these instead: the clip's noise, then the decoder's."""
    drawn = iter(tensors)
    pipeline_ltx_condition.randn_tensor = lambda shape, **_: next(drawn)


def generation(name, seed, has_picture):
    pipe = pipeline()
    noise, for_decoder = gaussian(SHAPE, seed), gaussian(SHAPE, seed, DECODE_STREAM)
    golden = golden_files.Golden(
        name,
        {
            "pack": fixtures.NAME, "family": "ltx", "solver": "flow-match-euler", "shift": 1, "timesteps": fixtures.TIMESTEPS,
            "guidance": 1, "width": WIDTH, "height": HEIGHT, "frames": FRAMES, "frameRate": fixtures.FRAME_RATE,
            "decode": fixtures.DECODE, "transformer": golden_files.settings(pipe.transformer), "vae": golden_files.settings(pipe.vae),
        },
        seed,
    )  # fmt: skip
    words, mask, _, _ = pipe.encode_prompt(PROMPT, do_classifier_free_guidance=False, max_sequence_length=tiny.MAX_TOKENS)
    golden.body |= {"prompt": PROMPT, "negativePrompt": "", "positive": golden.tensor(words), "mask": mask[0].long().tolist()}
    call = {}
    if has_picture:
        generator = torch.Generator().manual_seed(seed)
        pixels = torch.randint(0, 256, (HEIGHT, WIDTH, 3), generator=generator, dtype=torch.uint8)
        picture = Image.fromarray(pixels.numpy())
        picture.save(golden_files.GOLDEN / f"{name}.png")
        golden.body["about"]["config"]["firstFrame"] = f"{name}.png"
        call = {"image": picture, "frame_index": 0, "strength": 1.0}
        clip = pipe.video_processor.preprocess(picture, HEIGHT, WIDTH)[:, :, None]
        condition = pipe._normalize_latents(pipe.vae.encode(clip).latent_dist.mode(), pipe.vae.latents_mean, pipe.vae.latents_std)
        golden.body["picture"] = {"latents": golden.tensor(condition)}
    seen, step = [], pipe.scheduler.step

    def spy(velocity, t, sample, **options):
        result = step(velocity, t, sample, **options)
        seen.append((float(t), -velocity, result[0]))
        return result

    pipe.scheduler.step = spy
    finals = []

    def record(_pipe, _i, _t, values):
        finals.append(values["latents"])
        return values

    with_noise(noise, for_decoder)
    frames = pipe(
        **call, prompt=PROMPT, height=HEIGHT, width=WIDTH, num_frames=FRAMES, frame_rate=fixtures.FRAME_RATE,
        timesteps=fixtures.TIMESTEPS, guidance_scale=1.0, image_cond_noise_scale=0.0, max_sequence_length=tiny.MAX_TOKENS,
        decode_timestep=fixtures.DECODE["timestep"], decode_noise_scale=fixtures.DECODE["noiseScale"], output_type="pt",
        callback_on_step_end=record,
    ).frames  # fmt: skip

    def unpacked(x):
        return pipe._unpack_latents(x, *SHAPE[2:])

    def moved(velocity):
        """Tokens of known frames do not move: their step has no length."""
        velocity = unpacked(velocity).clone()
        if has_picture:
            velocity[:, :, 0] = 0
        return velocity

    golden.body["sigmas"] = golden_files.listed(pipe.scheduler.sigmas)
    if not has_picture:
        golden.body["steps"] = [
            {"timestep": {"shape": [1, 3], "values": [t] * 3}, "velocity": golden.tensor(moved(v)), "latents": golden.tensor(unpacked(x))}
            for t, v, x in seen
        ]
    final = unpacked(finals[-1])
    golden.body |= {"finalLatents": golden.tensor(final), "frames": golden.tensor(frames.transpose(1, 2) * 2 - 1)}
    golden.write()
    print(f"{name}: latents up to {float(final.abs().max()):.2f}, frames {float((frames * 2 - 1).abs().mean()):.2f}, {tuple(frames.shape)}")


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    schedules()
    tokens(pipeline())
    generation("ltx-text", tiny.SEED + 73, False)
    generation("ltx-picture", tiny.SEED + 74, True)


if __name__ == "__main__":
    main()
