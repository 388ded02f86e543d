"""Writes the golden vectors of tests/fixtures/golden with the reference implementation (diffusers).

The packs of tests/fixtures/packs must be there: the same generations are run through their ONNX graphs, and
the differences are stored beside the vectors, so that a test can choose its tolerance from a measurement.
"""

import json
import math
import re
from pathlib import Path

import diffusers
import ftfy
import numpy as np
import tokenizers
import torch
import transformers
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
)
from diffusers.pipelines.wan.pipeline_wan import prompt_clean
from transformers import PreTrainedTokenizerFast

import make_fixtures as fixtures
import tiny_models as tiny
import wan_export as wan

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "golden"
PROMPT = "A cat walks slowly through the rain."
NEGATIVE = "blurry, low quality"


# --- files -------------------------------------------------------------------------------------------


class Golden:
    """One JSON file; tensors go to a .bin file of little-endian float32 beside it."""

    def __init__(self, name, config, seed=None):
        self.name, self.data, self.length = name, b"", 0
        self.body = {
            "about": {
                "diffusers": diffusers.__version__,
                "torch": torch.__version__.split("+")[0],
                "transformers": transformers.__version__,
                "seed": seed,
                "config": config,
            }
        }

    def tensor(self, value):
        array = np.ascontiguousarray(value.detach().numpy(), dtype="<f4")
        if not np.isfinite(array).all():
            raise AssertionError(f"{self.name}: a value is not finite")
        reference = {"shape": list(array.shape), "offset": self.length}
        self.data += array.tobytes()
        self.length += array.size
        return reference

    def write(self):
        if self.data:
            (GOLDEN / f"{self.name}.bin").write_bytes(self.data)
            self.body["about"]["tensors"] = f"{self.name}.bin"
        text = json.dumps(self.body, indent=1, ensure_ascii=True)
        (GOLDEN / f"{self.name}.json").write_text(compact(text) + "\n", encoding="ascii")


def compact(text):
    """Puts arrays of numbers on one line."""
    return re.sub(r"\[\s+([-\d.eE,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)


def listed(tensor):
    return [float(v) for v in tensor.double().flatten()]


def settings(model):
    return {key: value for key, value in model.config.items() if not key.startswith("_")}


def gap(a, b):
    return float((a.double() - b.double()).abs().max())


# --- schedulers ----------------------------------------------------------------------------------------


def euler(shift):
    return FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=shift)


def unipc(shift):
    return UniPCMultistepScheduler(
        num_train_timesteps=1000,
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        flow_shift=shift,
        solver_order=2,
        solver_type="bh2",
        predict_x0=True,
        lower_order_final=True,
        final_sigmas_type="zero",
    )


class UniPC64:
    """UniPC (order 2, bh2, x0 prediction) for flow sigmas, written from the formulas with double coefficients."""

    def __init__(self, sigmas):
        self.sigmas = [float(s) for s in sigmas]
        self.steps, self.index = len(self.sigmas) - 1, 0
        self.m_before = self.m = self.corrected = None
        self.order = 0

    def log_snr(self, i):
        s = self.sigmas[i]
        return math.log(1 - s) - math.log(s) if s > 0 else math.inf

    def move(self, i, x, m):
        """Coefficients and first order result of the step i -> i + 1."""
        h = self.log_snr(i + 1) - self.log_snr(i)
        phi = math.expm1(-h)
        a = 1 - self.sigmas[i + 1]
        return h, phi, a, self.sigmas[i + 1] / self.sigmas[i] * x - a * phi * m

    def slope(self, i, h, m, m_before):
        r = (self.log_snr(i - 1) - self.log_snr(i)) / h
        return r, (m_before - m) / r

    def step(self, velocity, x):
        i = self.index
        m_new = x - self.sigmas[i] * velocity
        if i > 0:
            h, phi, a, base = self.move(i - 1, self.corrected, self.m)
            if self.order == 1:
                x = base - a * phi * (m_new - self.m) / 2
            else:
                r, d = self.slope(i - 1, h, self.m, self.m_before)
                q = -h
                g1 = phi / q - 1
                g2 = g1 / q - 0.5
                b1, b2 = g1 / phi, 2 * g2 / phi
                p1 = (b1 - b2) / (1 - r)
                x = base - a * phi * (p1 * d + (b1 - p1) * (m_new - self.m))
        self.corrected, self.m_before, self.m = x, self.m, m_new
        self.order = min(2, self.steps - i, i + 1)
        self.index += 1
        if self.sigmas[i + 1] == 0:
            return m_new
        h, phi, a, base = self.move(i, x, m_new)
        if self.order == 1:
            return base
        _, d = self.slope(i, h, m_new, self.m_before)
        return base - a * phi * d / 2


class Euler64:
    def __init__(self, sigmas):
        self.sigmas, self.index, self.corrected = [float(s) for s in sigmas], 0, None

    def step(self, velocity, x):
        i = self.index
        self.index += 1
        return x + (self.sigmas[i + 1] - self.sigmas[i]) * velocity


def synthetic(x, i):
    return 0.5 * x + 0.1 * i - 0.2


def exact_sigmas(solver, shift, steps, timesteps):
    """The same schedule in double precision."""
    def warp(u):
        return shift * u / (1 + (shift - 1) * u)

    if timesteps:
        s = np.array(timesteps) / 1000
    elif solver == "unipc":
        s = warp(np.linspace(1, 1 / 1000, steps + 1)[:-1])
    else:
        s = warp(np.linspace(1, warp(1 / 1000), steps))
    if solver == "unipc" and abs(s[0] - 1) < 1e-6:
        s[0] -= 1e-6
    return [*s.tolist(), 0.0]


def schedule_case(solver, shift, steps, timesteps=None):
    scheduler = (unipc if solver == "unipc" else euler)(1.0 if timesteps else shift)
    if timesteps:
        scheduler.set_timesteps(sigmas=np.array(timesteps) / 1000)
    else:
        scheduler.set_timesteps(steps)
    exact = exact_sigmas(solver, shift, steps, timesteps)
    double = (UniPC64 if solver == "unipc" else Euler64)(exact)
    rounded = (UniPC64 if solver == "unipc" else Euler64)(scheduler.sigmas.tolist())
    x = torch.tensor([[[1.0, -0.5, 2.0]]])
    x64 = x32 = x.double()
    start, inputs, velocities, outputs, corrected, off64, off32 = listed(x), [], [], [], [], 0.0, 0.0
    for i, t in enumerate(scheduler.timesteps):
        v = synthetic(x, i)
        inputs.append(listed(x))
        velocities.append(listed(v))
        x = scheduler.step(v, t, x, return_dict=False)[0]
        x64, x32 = double.step(synthetic(x64, i), x64), rounded.step(synthetic(x32, i), x32)
        off64, off32 = max(off64, gap(x64, x)), max(off32, gap(x32, x))
        outputs.append(listed(x))
        if solver == "unipc":
            corrected.append(listed(scheduler.last_sample))
    case = {
        "solver": solver,
        "shift": shift,
        "steps": steps,
        "timestepsGiven": timesteps,
        "sigmas": listed(scheduler.sigmas),
        "sigmasExact": exact,
        "timesteps": listed(scheduler.timesteps),
        "x0": start,
        "velocity": velocities,
        "x": outputs,
        "maxAbsDiffDoubleExact": off64,
        "maxAbsDiffDoubleRounded": off32,
    }
    if corrected:
        case["corrected"] = corrected
    return case


def schedules():
    golden = Golden(
        "schedules",
        {
            "velocity": "0.5 * x + 0.1 * i - 0.2 (i = step index from 0, x = input of the step)",
            "unipc": settings(unipc(3)),
            "flow-match-euler": settings(euler(3)),
        },
    )
    cases = [schedule_case("flow-match-euler", 3, n) for n in (1, 2, 4, 20, 50)]
    cases += [schedule_case("flow-match-euler", 5, 4)]
    cases += [schedule_case("unipc", 3, n) for n in (1, 2, 3, 4, 10, 50)]
    cases += [schedule_case("unipc", 5, 8)]
    cases += [schedule_case("unipc", 1, 9)]  # float32 sigmas would truncate to other timesteps
    given = [1000, 937.5, 833.333, 625]
    cases += [schedule_case(solver, None, 4, given) for solver in ("flow-match-euler", "unipc")]
    flow = [1000 * s for s in exact_sigmas("unipc", 3, 4, None)[:-1]]
    cases += [schedule_case("flow-match-euler", None, 4, flow)]  # plain Euler over UniPC's sigmas
    golden.body["cases"] = cases
    golden.write()

    for case in cases:
        print(
            f"{case['solver']} shift {case['shift']} steps {case['steps']}: double precision against diffusers"
            f" {case['maxAbsDiffDoubleExact']:.1e} (exact sigmas), {case['maxAbsDiffDoubleRounded']:.1e} (float32)"
        )


# --- text ----------------------------------------------------------------------------------------------

STRINGS = {
    "plain": PROMPT,
    "negative": NEGATIVE,
    "empty": "",
    "spaces only": " \t\n  ",
    "spaces inside": "  a   cat \t walks\n\nslowly  ",
    "windows lines": "a cat\r\nwalks\rslowly",
    "emoji": "a smile 😀 and a rocket 🚀",
    "emoji unknown": "a ✨ and a 🦄🦄 run",
    "emoji family": "👨‍👩‍👧‍👦 walks",
    "flag and skin": "🇧🇷 👍🏽",
    "chinese": "一只猫在雨中慢慢地走。",
    "chinese unknown": "龙在天上飞翔",
    "japanese half width": "ｶﾒﾗ が 動く",
    "arabic": "قطة تمشي في المطر ليلا",
    "russian": "Кошка идёт под дождём",
    "hindi": "बिल्ली बारिश में चलती है",
    "full width": "Ａ　ｃａｔ　ｗａｌｋｓ，１００％",
    "full width tilde": "A ～ cat",
    "nbsp": "a\u00a0cat\u202fwalks\u2009slowly",
    "zero width": "a\u200bcat\u200c wa\u200dlks\ufeff slowly",
    "soft hyphen": "rock\u00adet",
    "control": "a\x00 cat\x07 wal\x1bks\x7f slow\x85ly",
    "separators": "a\x1ccat\x1fwalks\u2028slowly\u2029now\x0bhere\x0cthere",
    "terminal colour": "\x1b[31mred\x1b[0m ball",
    "bidi": "\u202ea cat\u202c walks \u2066now\u2069",
    "combining": "Cafe\u0301 cre\u0300me",
    "composed": "Café crème in Zürich, Ærø",
    "hangul jamo": "\u1112\u1161\u11ab글",
    "ligature": "ﬁlm ﬂows ﬀ Ĳ",
    "curly quotes": "“quotes” and ‘apostrophes’ — dash… it’s",
    "mojibake": "schÃ¶n cafÃ© â€œquotesâ€\x9d",
    "entities": "x &lt; y &amp;&amp; y &gt; z &quot;q&quot; &#39;a&#39;",
    "entities twice": "&amp;lt;b&amp;gt; &amp;amp;amp;amp; caf&eacute;",
    "entities odd": "&copy2024 &notit; &nbsp;a&#x85;b &#128512; &#xD800; &#0; &bogus; &hellip; &AMP",
    "entities and tag": "<b>Fish &amp; chips</b> &lt;i&gt;",
    "special tokens": "a cat </s> walks <pad> slowly <unk> now",
    "metaspace": "a▁cat ▁▁ walks",
    "lone surrogate": "a \ud83d cat",
    "replacement": "a \ufffd cat",
    "superscript": "x² ½ ① ㎏ Ⅷ ™ №",
    "long": "The camera pans left, then pushes forward to a close-up of the old man. " * 40,
    "long unknown": "龘" * 300,
    "long word": "a" * 500,
    "exactly full": "a a a a a a a a a a a a a a a",
    "one too many": "a a a a a a a a a a a a a a a a",
}


def wrapped_tokenizer(tokenizer):
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", padding_side="right"
    )


def tokenize(tokenizer, text):
    encoded = tokenizer(
        [prompt_clean(text)],
        padding="max_length",
        max_length=tiny.MAX_TOKENS,
        truncation=True,
        add_special_tokens=True,
        return_attention_mask=True,
        return_tensors="pt",
    )
    return encoded.input_ids, encoded.attention_mask


def tokens(tokenizer):
    golden = Golden(
        "tokens",
        {"pack": "tiny-wan", "maxTokens": tiny.MAX_TOKENS, "ftfy": ftfy.__version__, "tokenizers": tokenizers.__version__},
    )
    entries = []
    for name, text in STRINGS.items():
        clean = prompt_clean(text)
        ids, mask = tokenize(tokenizer, text)
        whole = tokenizer([clean]).input_ids[0]
        entries.append(
            {
                "name": name,
                "text": text,
                "clean": clean,
                "ids": ids[0].tolist(),
                "mask": mask[0].tolist(),
                "untruncatedLength": len(whole),
                "untruncated": whole if len(whole) <= 64 else None,
            }
        )
    golden.body["entries"] = entries
    golden.write()


def embed(tokenizer, encoder, text):
    ids, mask = tokenize(tokenizer, text)
    rows = encoder(ids, mask).last_hidden_state
    return rows * mask[..., None]


def embeddings(tokenizer, encoder):
    golden = Golden("embeddings", {"pack": "tiny-wan", "encoder": encoder.config.to_diff_dict()}, tiny.SEED + 1)
    graph = wan.session(fixtures.PACKS / "tiny-wan" / "text_encoder.onnx")
    pipe = WanPipeline(tokenizer, encoder, tiny.vae16(), euler(3), tiny.wan_transformer(16, 12, tiny.SEED + 4))
    entries, off = [], 0.0
    for name in ("plain", "negative", "empty", "emoji", "chinese unknown", "long"):
        text = STRINGS[name]
        ids, mask = tokenize(tokenizer, text)
        rows = embed(tokenizer, encoder, text)
        theirs = pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=tiny.MAX_TOKENS)[0]
        if gap(rows, theirs) != 0:
            raise AssertionError("text embedding differs from the pipeline's")
        onnx_rows = wan.run_onnx(graph, {"input_ids": ids, "attention_mask": mask}) * mask[..., None]
        off = max(off, gap(rows, onnx_rows))
        entries.append(
            {"name": name, "text": text, "ids": ids[0].tolist(), "mask": mask[0].tolist(), "embedding": golden.tensor(rows)}
        )
    golden.body |= {"entries": entries, "onnxMaxAbsDiff": off}
    golden.write()
    print(f"embeddings: ONNX differs by {off:.1e}")


# --- generation ------------------------------------------------------------------------------------------


def statistics(vae):
    shape = (1, vae.config.z_dim, 1, 1, 1)
    return torch.tensor(vae.config.latents_mean).view(shape), torch.tensor(vae.config.latents_std).view(shape)


def generate(denoise, scheduler, timesteps, noise, positive, negative, scale, times, known=None, conditioned=()):
    """The reference loop. `times` turns a scheduler timestep into the model's; `known` latents fill the
    `conditioned` latent frames at every step's input and once more at the end."""
    def filled(x):
        if known is None:
            return x
        x = x.clone()
        for frame in conditioned:
            x[:, :, frame] = known[:, :, frame]
        return x

    x, steps = noise, []
    for t in timesteps:
        inputs, time = filled(x), times(t)
        conditional, unconditional = denoise(inputs, time, positive), denoise(inputs, time, negative)
        velocity = unconditional + scale * (conditional - unconditional)
        if isinstance(scheduler, (UniPC64, Euler64)):
            x = scheduler.step(velocity.double(), x.double()).float()
        else:
            x = scheduler.step(velocity, t, x, return_dict=False)[0]
        steps.append({"timestep": time, "input": inputs, "velocity": velocity, "latents": x})
    return steps, filled(x)


def torch_denoiser(transformer):
    return lambda x, t, e: transformer(x, t, e, return_dict=False)[0]


def onnx_denoiser(graph, **extra):
    return lambda x, t, e: wan.run_onnx(
        graph, {"hidden_states": x, "timestep": t.contiguous(), "encoder_hidden_states": e, **extra}
    )


def store(golden, steps, final, frames, onnx_gap):
    golden.body["steps"] = [
        {
            "timestep": {"shape": list(s["timestep"].shape), "values": s["timestep"].flatten().tolist()},
            "velocity": golden.tensor(s["velocity"]),
            "latents": golden.tensor(s["latents"]),
        }
        for s in steps
    ]
    golden.body["finalLatents"] = golden.tensor(final)
    golden.body["frames"] = golden.tensor(frames)
    golden.body["onnxMaxAbsDiff"] = onnx_gap


def measured(name, steps, final, frames, onnx_steps, onnx_final, decoder, mean, std):
    onnx_frames = wan.run_onnx(decoder, {"latents": onnx_final * std + mean})
    result = {
        "firstVelocity": gap(steps[0]["velocity"], onnx_steps[0]["velocity"]),
        "latents": max(gap(a["latents"], b["latents"]) for a, b in zip(steps, onnx_steps)),
        "finalLatents": gap(final, onnx_final),
        "frames": gap(frames, onnx_frames),
    }
    print(f"{name}: ONNX with double precision schedule differs by", {k: f"{v:.1e}" for k, v in result.items()})
    return result


def text_to_video(tokenizer, encoder, solver):
    transformer, vae = tiny.wan_transformer(16, 12, tiny.SEED + 4), tiny.vae16()
    seed, steps_count, scale, shift = tiny.SEED + 10, 4, 6.0, 3.0
    frames_count, height, width = 9, 16, 32
    noise = torch.randn(1, 16, 3, 2, 4, generator=torch.Generator().manual_seed(seed))
    make = unipc if solver == "unipc" else euler
    positive, negative = embed(tokenizer, encoder, PROMPT), embed(tokenizer, encoder, NEGATIVE)

    # the library's own pipeline, to hold the loop against
    seen = []
    pipe = WanPipeline(tokenizer, encoder, vae, make(shift), transformer)
    pipe.set_progress_bar_config(disable=True)

    def record(_pipe, _i, _t, values):
        seen.append(values["latents"].clone())
        return {}

    piped = pipe(
        PROMPT, NEGATIVE, height=height, width=width, num_frames=frames_count, num_inference_steps=steps_count,
        guidance_scale=scale, latents=noise, max_sequence_length=tiny.MAX_TOKENS, output_type="latent",
        callback_on_step_end=record,
    ).frames  # fmt: skip
    scheduler = make(shift)
    scheduler.set_timesteps(steps_count)
    loop, final = generate(
        torch_denoiser(transformer), scheduler, scheduler.timesteps, noise, positive, negative, scale,
        lambda t: t.expand(1),
    )  # fmt: skip
    off = max([gap(a["latents"], b) for a, b in zip(loop, seen)] + [gap(final, piped)])
    print(f"text to video, {solver}: loop against WanPipeline {off:.1e}")
    if off > 1e-6:
        raise AssertionError("the loop is not the pipeline's")
    fractional = final

    # the pack's timesteps are integers: Euler's float timesteps are truncated
    whole = lambda t: t.long().expand(1)  # noqa: E731
    scheduler = make(shift)
    scheduler.set_timesteps(steps_count)
    loop, final = generate(
        torch_denoiser(transformer), scheduler, scheduler.timesteps, noise, positive, negative, scale, whole
    )
    mean, std = statistics(vae)
    frames = vae.decode(final * std + mean).sample

    folder = fixtures.PACKS / "tiny-wan"
    graph, decoder = wan.session(folder / "transformer.onnx"), wan.session(folder / "vae_decoder.onnx")
    double = (UniPC64 if solver == "unipc" else Euler64)(exact_sigmas(solver, shift, steps_count, None))
    onnx_steps, onnx_final = generate(
        onnx_denoiser(graph), double, scheduler.timesteps, noise, positive, negative, scale, whole
    )
    golden = Golden(
        f"generate-{solver}",
        {
            "pack": "tiny-wan", "solver": solver, "shift": shift, "steps": steps_count, "guidance": scale,
            "width": width, "height": height, "frames": frames_count, "transformer": settings(transformer),
        },
        seed,
    )  # fmt: skip
    golden.body |= {
        "prompt": PROMPT,
        "negativePrompt": NEGATIVE,
        "sigmas": listed(scheduler.sigmas),
        "positive": golden.tensor(positive),
        "negative": golden.tensor(negative),
        "noise": golden.tensor(noise),
        "truncationMaxAbsDiff": gap(final, fractional),
    }
    offs = measured(f"text to video, {solver}", loop, final, frames, onnx_steps, onnx_final, decoder, mean, std)
    store(golden, loop, final, frames, offs)
    golden.write()
    print(f"text to video, {solver}: truncated against fractional timesteps {gap(final, fractional):.1e}")


def first_frame(tokenizer, encoder):
    transformer, vae = tiny.wan_transformer(48, 16, tiny.SEED + 5), tiny.vae48()
    seed, steps_count, scale, shift = tiny.SEED + 11, 4, 5.0, 5.0
    frames_count, height, width = 9, 32, 64
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(1, 48, 3, 2, 4, generator=generator)
    image = torch.rand(1, 3, height, width, generator=generator) * 2 - 1
    positive, negative = embed(tokenizer, encoder, PROMPT), embed(tokenizer, encoder, NEGATIVE)
    mean, std = statistics(vae)
    condition = (vae.encode(image[:, :, None]).latent_dist.mode() - mean) * (1 / std)  # as the pipeline rounds
    known = condition.expand(1, 48, 1, 2, 4)
    known = torch.cat((known, torch.zeros(1, 48, 2, 2, 4)), dim=2)

    def times(t):
        mask = torch.ones(3, 2, 4)
        mask[0] = 0
        return (mask[:, ::2, ::2] * t).flatten()[None]

    seen = []
    pipe = WanImageToVideoPipeline(
        tokenizer, encoder, vae, euler(shift), transformer=transformer, expand_timesteps=True
    )
    pipe.set_progress_bar_config(disable=True)

    def record(_pipe, _i, _t, values):
        seen.append(values["latents"].clone())
        return {}

    piped = pipe(
        image=image, prompt=PROMPT, negative_prompt=NEGATIVE, height=height, width=width, num_frames=frames_count,
        num_inference_steps=steps_count, guidance_scale=scale, latents=noise, max_sequence_length=tiny.MAX_TOKENS,
        output_type="latent", callback_on_step_end=record,
    ).frames  # fmt: skip
    scheduler = euler(shift)
    scheduler.set_timesteps(steps_count)
    loop, final = generate(
        torch_denoiser(transformer), scheduler, scheduler.timesteps, noise, positive, negative, scale, times,
        known, (0,),
    )  # fmt: skip
    off = max([gap(a["latents"], b) for a, b in zip(loop, seen)] + [gap(final, piped)])
    print(f"first frame: loop against WanImageToVideoPipeline {off:.1e}")
    if off > 1e-6:
        raise AssertionError("the loop is not the pipeline's")
    frames = vae.decode(final * std + mean).sample

    folder = fixtures.PACKS / "tiny-ti2v"
    graph, decoder = wan.session(folder / "transformer.onnx"), wan.session(folder / "vae_decoder.onnx")
    encoded = (wan.run_onnx(wan.session(folder / "vae_encoder.onnx"), {"frames": image[:, :, None]}) - mean) / std
    onnx_known = known.clone()
    onnx_known[:, :, :1] = encoded
    onnx_steps, onnx_final = generate(
        onnx_denoiser(graph), Euler64(exact_sigmas("flow-match-euler", shift, steps_count, None)),
        scheduler.timesteps, noise, positive, negative, scale, times, onnx_known, (0,),
    )  # fmt: skip
    golden = Golden(
        "generate-first-frame",
        {
            "pack": "tiny-ti2v", "solver": "flow-match-euler", "shift": shift, "steps": steps_count,
            "guidance": scale, "width": width, "height": height, "frames": frames_count,
            "transformer": settings(transformer),
        },
        seed,
    )  # fmt: skip
    golden.body |= {
        "prompt": PROMPT,
        "negativePrompt": NEGATIVE,
        "sigmas": listed(scheduler.sigmas),
        "positive": golden.tensor(positive),
        "negative": golden.tensor(negative),
        "noise": golden.tensor(noise),
        "image": golden.tensor(image),
        "condition": golden.tensor(condition),
    }
    offs = measured("first frame", loop, final, frames, onnx_steps, onnx_final, decoder, mean, std)
    store(golden, loop, final, frames, offs)
    golden.write()


def camera(tokenizer, encoder):
    """First and last latent frames known, a camera input, one timestep per latent frame."""
    transformer, vae = tiny.camera_transformer(), tiny.vae16()
    seed, steps_count, scale, shift = tiny.SEED + 12, 4, 4.0, 3.0
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(1, 16, 3, 2, 4, generator=generator)
    flow = torch.randn(1, 4, 3, 2, 4, generator=generator) * 0.3
    flow[:, :, 0] = 0
    known = torch.randn(1, 16, 3, 2, 4, generator=generator)
    known[:, :, 1] = 0
    positive, negative = embed(tokenizer, encoder, PROMPT), embed(tokenizer, encoder, "")
    mean, std = statistics(vae)

    def times(t):
        return (torch.tensor([0.0, 1.0, 0.0]) * t)[None]

    def run(denoise, scheduler, timesteps):
        return generate(denoise, scheduler, timesteps, noise, positive, negative, scale, times, known, (0, 2))

    scheduler = euler(shift)
    scheduler.set_timesteps(steps_count)
    loop, final = run(lambda x, t, e: transformer(x, t, e, flow), scheduler, scheduler.timesteps)
    frames = vae.decode(final * std + mean).sample
    folder = fixtures.PACKS / "tiny-camera"
    graph, decoder = wan.session(folder / "transformer.onnx"), wan.session(folder / "vae_decoder.onnx")
    onnx_steps, onnx_final = run(
        onnx_denoiser(graph, camera=flow),
        Euler64(exact_sigmas("flow-match-euler", shift, steps_count, None)),
        scheduler.timesteps,
    )
    golden = Golden(
        "generate-camera",
        {
            "pack": "tiny-camera", "solver": "flow-match-euler", "shift": shift, "steps": steps_count,
            "guidance": scale, "width": 32, "height": 16, "frames": 9, "knownLatentFrames": [0, 2],
            "transformer": "models/export/tiny_models.py CameraTransformer (no diffusers counterpart)",
        },
        seed,
    )  # fmt: skip
    golden.body |= {
        "prompt": PROMPT,
        "negativePrompt": "",
        "sigmas": listed(scheduler.sigmas),
        "positive": golden.tensor(positive),
        "negative": golden.tensor(negative),
        "noise": golden.tensor(noise),
        "camera": golden.tensor(flow),
        "known": golden.tensor(known),
    }
    offs = measured("camera", loop, final, frames, onnx_steps, onnx_final, decoder, mean, std)
    store(golden, loop, final, frames, offs)
    golden.write()


def vae_encode():
    golden = Golden("vae-encode", {"packs": ["tiny-wan", "tiny-ti2v"]}, tiny.SEED + 13)
    generator = torch.Generator().manual_seed(tiny.SEED + 13)
    cases = []
    for pack, vae, shape in (
        ("tiny-wan", tiny.vae16(), (1, 3, 9, 16, 32)),
        ("tiny-wan", tiny.vae16(), (1, 3, 1, 16, 16)),
        ("tiny-ti2v", tiny.vae48(), (1, 3, 5, 32, 64)),
    ):
        clip = torch.rand(shape, generator=generator) * 2 - 1
        mode = vae.encode(clip).latent_dist.mode()
        mean, std = statistics(vae)
        normalised = (mode - mean) / std
        graph = wan.session(fixtures.PACKS / pack / "vae_encoder.onnx")
        cases.append(
            {
                "pack": pack,
                "frames": golden.tensor(clip),
                "mode": golden.tensor(mode),
                "latents": golden.tensor(normalised),
                "onnxMaxAbsDiff": gap((wan.run_onnx(graph, {"frames": clip}) - mean) / std, normalised),
            }
        )
    golden.body["cases"] = cases
    golden.write()
    print("VAE encode: ONNX differs by", [f"{c['onnxMaxAbsDiff']:.1e}" for c in cases])


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    raw = tiny.tokenizer()
    encoder = tiny.text_encoder(raw.get_vocab_size())
    tokenizer = wrapped_tokenizer(raw)
    schedules()
    tokens(tokenizer)
    embeddings(tokenizer, encoder)
    text_to_video(tokenizer, encoder, "unipc")
    text_to_video(tokenizer, encoder, "flow-match-euler")
    first_frame(tokenizer, encoder)
    camera(tokenizer, encoder)
    vae_encode()
    print(sum(p.stat().st_size for p in GOLDEN.iterdir()), "bytes")


if __name__ == "__main__":
    main()
