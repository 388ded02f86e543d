"""Writes the golden vectors of CogVideoX (tests/fixtures/golden/cogvideox-*, schedules-ddim) with the library's own pipeline.

The pack of cogvideox_fixtures.py must be there: what its graphs differ by is stored beside the vectors.
"""

import math

import numpy as np
import torch
from diffusers import CogVideoXDDIMScheduler, CogVideoXPipeline

import cogvideox_fixtures as fixtures
import make_fixtures
import make_golden as golden_files
import tiny_models as tiny
from counter_noise import gaussian
from onnx_graph import run_onnx, session

PROMPT, NEGATIVE = golden_files.PROMPT, golden_files.NEGATIVE
STEPS, SCALE, (HEIGHT, WIDTH), FRAMES = 4, 6.0, (16, 32), 9
SHAPE = (1, fixtures.CHANNELS, 3, HEIGHT // 8, WIDTH // 8)


def scheduler(shift=3.0):
    return CogVideoXDDIMScheduler(**(fixtures.SCHEDULER | {"snr_shift_scale": shift}))


def pipeline():
    raw = tiny.tokenizer()
    pipe = CogVideoXPipeline(
        golden_files.wrapped_tokenizer(raw), fixtures.text_encoder(raw.get_vocab_size()), fixtures.vae(),
        fixtures.transformer(), scheduler(),
    )  # fmt: skip
    pipe.set_progress_bar_config(disable=True)
    return pipe


# --- schedules -----------------------------------------------------------------------------------------


def schedule_case(shift, steps):
    """As make_golden's cases: three elements, velocity 0.5 x + 0.1 i - 0.2."""
    theirs = scheduler(shift)
    theirs.set_timesteps(steps)
    noise_share = (1 - theirs.alphas_cumprod[theirs.timesteps]) ** 0.5
    x = torch.tensor([[[1.0, -0.5, 2.0]]], dtype=torch.float64)
    case = {
        "solver": "ddim", "shift": shift, "steps": steps, "timestepsGiven": None,
        "sigmasExact": [*golden_files.listed(noise_share), 0.0], "timesteps": theirs.timesteps.tolist(),
        "x0": golden_files.listed(x), "velocity": [], "x": [],
    }  # fmt: skip
    for i, t in enumerate(theirs.timesteps):
        velocity = golden_files.synthetic(x, i)
        x = theirs.step(velocity, t, x, return_dict=False)[0]
        case["velocity"].append(golden_files.listed(velocity))
        case["x"].append(golden_files.listed(x))
    return case


def schedules():
    golden = golden_files.Golden(
        "schedules-ddim", {"velocity": "0.5 * x + 0.1 * i - 0.2", "scheduler": {**scheduler().config}, "pack": fixtures.NAME}
    )
    golden.body["cases"] = [schedule_case(3.0, n) for n in (1, 2, 3, 4, 7, 10, 20, 50)]
    golden.body["cases"] += [schedule_case(1.0, n) for n in (4, 50)]
    theirs, by_steps = scheduler(), {}
    for steps in [*range(1, 61), 64, 75, 80, 100, 125, 150, 200]:
        theirs.set_timesteps(steps)
        by_steps[str(steps)] = theirs.timesteps.tolist()
    clip, noise = torch.tensor([0.7, -1.2, 0.4], dtype=torch.float64), torch.tensor([-0.3, 0.9, 1.6], dtype=torch.float64)
    times = [999, 749, 499, 249]  # of 4 steps
    golden.body |= {
        "timestepsBySteps": by_steps,
        "noised": {
            "x0": golden_files.listed(clip),
            "noise": golden_files.listed(noise),
            "x": [golden_files.listed(theirs.add_noise(clip, noise, torch.tensor([t]))) for t in times],
        },
        "dynamicScales": {
            str(steps): [
                1 + SCALE * ((1 - math.cos(math.pi * ((steps - t) / steps) ** 5.0)) / 2) for t in by_steps[str(steps)]
            ]
            for steps in (4, 20, 50)
        },
    }
    golden.write()
    counts = {steps: len(times) for steps, times in by_steps.items() if len(times) != int(steps)}
    print("schedules: step counts that give another number of timesteps:", counts or "none")


# --- text ------------------------------------------------------------------------------------------------


def tokens(pipe):
    golden = golden_files.Golden("cogvideox-tokens", {"pack": fixtures.NAME, "maxTokens": tiny.MAX_TOKENS})
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


def denoiser(graph):
    return lambda x, t, e: run_onnx(graph, {"hidden_states": x, "timestep": t, "encoder_hidden_states": e})


def loop(denoise, theirs, noise, positive, negative, known=None):
    """The pipeline's loop on [B, C, F, H, W]; with `known`, latent frame 0 is noised as far as each step and restored."""
    x, steps = noise, []
    for t in theirs.timesteps:
        if known is not None:
            x = x.clone()
            x[:, :, :1] = theirs.add_noise(known, noise[:, :, :1], t[None])
        conditional, unconditional = (denoise(x, t[None], e) for e in (positive, negative))
        velocity = unconditional + SCALE * (conditional - unconditional)
        x = theirs.step(velocity, t, x, return_dict=False)[0].float()
        steps.append((t, velocity, x))
    if known is not None:
        x = torch.cat((known, x[:, :, 1:]), dim=2)
    return steps, x


def generation(pipe, name, seed, is_dynamic=False, has_known=False):
    noise = gaussian(SHAPE, seed)
    golden = golden_files.Golden(
        name,
        {
            "pack": fixtures.NAME, "family": "cogvideox", "solver": "ddim", "shift": 3, "steps": STEPS, "guidance": SCALE,
            "isDynamic": is_dynamic, "width": WIDTH, "height": HEIGHT, "frames": FRAMES,
            "transformer": golden_files.settings(pipe.transformer), "vae": golden_files.settings(pipe.vae),
        },
        seed,
    )  # fmt: skip
    positive, negative = pipe.encode_prompt(PROMPT, NEGATIVE, max_sequence_length=tiny.MAX_TOKENS)
    golden.body |= {"prompt": PROMPT, "negativePrompt": NEGATIVE, "positive": golden.tensor(positive), "negative": golden.tensor(negative)}

    def torch_denoiser(x, t, e):
        return pipe.transformer(x.transpose(1, 2), e, t, return_dict=False)[0].transpose(1, 2)

    theirs = scheduler()
    theirs.set_timesteps(STEPS)
    known = None
    if has_known:
        clip = torch.rand(1, 3, 1, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(seed)) * 2 - 1
        known = pipe.vae.encode(clip).latent_dist.mode() * fixtures.SCALING
        whole = torch.cat((known, torch.zeros(1, fixtures.CHANNELS, 2, *SHAPE[3:])), dim=2)
        golden.body |= {"known": golden.tensor(whole)}
        golden.body["about"]["config"]["knownLatentFrames"] = [0]
    elif not is_dynamic:
        steps, final = loop(torch_denoiser, theirs, noise, positive, negative)
    if has_known:
        _, final = loop(torch_denoiser, theirs, noise, positive, negative, known)
    else:
        scales = []

        def record(called, _i, _t, values):
            scales.append(called.guidance_scale)
            return values

        piped = pipe(
            PROMPT, NEGATIVE, height=HEIGHT, width=WIDTH, num_frames=FRAMES, num_inference_steps=STEPS,
            guidance_scale=SCALE, use_dynamic_cfg=is_dynamic, latents=noise.transpose(1, 2),
            max_sequence_length=tiny.MAX_TOKENS, output_type="latent", callback_on_step_end=record,
        ).frames.transpose(1, 2)  # fmt: skip
        if is_dynamic:
            final = piped
            golden.body["scales"] = scales
        else:
            off = golden_files.gap(final, piped)
            print(f"{name}: loop against CogVideoXPipeline {off:.1e}")
            if off > 1e-5:
                raise AssertionError("the loop is not the pipeline's")
            golden.body["steps"] = [
                {"timestep": {"shape": [1], "values": [int(t)]}, "velocity": golden.tensor(v), "latents": golden.tensor(x)}
                for t, v, x in steps
            ]
    frames = pipe.decode_latents(final.transpose(1, 2)).clamp(-1, 1)
    golden.body |= {"finalLatents": golden.tensor(final), "frames": golden.tensor(frames)}
    folder = make_fixtures.PACKS / fixtures.NAME
    if not is_dynamic:
        _, through = loop(denoiser(session(folder / "transformer.onnx")), theirs, noise, positive, negative, known)
        decoded = run_onnx(session(folder / "vae_decoder.onnx"), {"latents": through / fixtures.SCALING}).clamp(-1, 1)
        golden.body["onnxMaxAbsDiff"] = {
            "finalLatents": golden_files.gap(final, through), "frames": golden_files.gap(frames, decoded),
        }  # fmt: skip
        print(name, golden.body["onnxMaxAbsDiff"])
    print(f"{name}: latents up to {float(final.abs().max()):.2f}, frames {float(frames.abs().mean()):.2f}")
    golden.write()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    np.seterr(all="ignore")
    pipe = pipeline()
    schedules()
    tokens(pipe)
    generation(pipe, "cogvideox-text", tiny.SEED + 63)
    generation(pipe, "cogvideox-dynamic", tiny.SEED + 64, is_dynamic=True)
    generation(pipe, "cogvideox-known", tiny.SEED + 65, has_known=True)


if __name__ == "__main__":
    main()
