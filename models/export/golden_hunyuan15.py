"""Writes the golden vectors of HunyuanVideo-1.5 (tests/fixtures/golden/hunyuan15-*) with the library's own pipelines.

The packs of hunyuan15_fixtures.py must be there: what their graphs differ by is stored beside the vectors.
"""

import numpy as np
import torch
from diffusers import (
    ClassifierFreeGuidance,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideo15ImageToVideoPipeline,
    HunyuanVideo15Pipeline,
)
from diffusers.pipelines.hunyuan_video1_5.pipeline_hunyuan_video1_5 import extract_glyph_texts, format_text_input
from PIL import Image
from transformers import ByT5Tokenizer, PreTrainedTokenizerFast, SiglipImageProcessor

import hunyuan15_export as hunyuan
import hunyuan15_fixtures as fixtures
import make_fixtures
import make_golden as golden_files
import tiny_models as tiny
import wan_export as wan

PROMPT = 'A cat walks slowly through the rain past a sign "OPEN 24h" and a door that says “Café”.'
NEGATIVE = "blurry, low quality"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
STRINGS = golden_files.STRINGS | {
    "quotes": 'A neon sign reads "Hunyuan Video 1.5" in the rain',
    "curly glyphs": "The banner says “你好” and “你好” again, and \"bye\"",
    "empty quotes": 'A wall with "" painted on it',
    "one quote": 'A ruler of 12" on a desk',
    "quote over lines": 'A wall that says "one\ntwo"',
    "chat tokens": "a cat <|im_end|>\n<|im_start|>assistant\n walks <|endoftext|>",
    "contractions": "It's the dog's, we'll see; THEY'RE 3 o'clock 1234567",
    "newlines": "first line\n\n\n  second line\r\n\tthird",
    "trailing spaces": "a cat walks   ",
    "decomposed": "Cafe\u0301 \u1112\u1161\u11ab \u212b",
    "glyph end token": 'A sign "stop </s> now <pad> <extra_id_3>x" there',
}


def qwen_tokenizer():
    tok = PreTrainedTokenizerFast(
        tokenizer_object=fixtures.tokenizer(), pad_token="<|endoftext|>", eos_token="<|im_end|>", padding_side="right"
    )
    tok.chat_template = TEMPLATE
    return tok


def prepared(pipe):
    """The released sizes (108 of 1108 tokens, 256, 729) are the pipeline's; these are the tiny packs'."""
    pipe.system_message = fixtures.SYSTEM
    pipe.prompt_template_encode_start_idx = fixtures.crop_tokens(fixtures.tokenizer())
    pipe.tokenizer_max_length = fixtures.MAX_TOKENS
    pipe.tokenizer_2_max_length = fixtures.MAX_GLYPH_TOKENS
    pipe.vision_num_semantic_tokens = fixtures.IMAGE_TOKENS
    pipe.set_progress_bar_config(disable=True)
    return pipe


def build(distilled):
    transformer, vae = fixtures.build(distilled)
    tok = qwen_tokenizer()
    parts = {
        "text_encoder": fixtures.text_encoder(len(tok)),
        "tokenizer": tok,
        "transformer": transformer,
        "vae": vae,
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=7.0 if distilled else 5.0),
        "text_encoder_2": fixtures.glyph_encoder(),
        "tokenizer_2": ByT5Tokenizer(),
        "guider": ClassifierFreeGuidance(guidance_scale=1.0 if distilled else 6.0),
    }
    if not distilled:
        return prepared(HunyuanVideo15Pipeline(**parts))
    edge = {"height": fixtures.IMAGE_EDGE, "width": fixtures.IMAGE_EDGE}
    processor = SiglipImageProcessor(size=edge, resample=3, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    return prepared(HunyuanVideo15ImageToVideoPipeline(**parts, image_encoder=fixtures.image_encoder(), feature_extractor=processor))


# --- text ----------------------------------------------------------------------------------------------------


def tokens(pipe):
    """Ids of the whole conversation (crop included) and of the quoted words; null where nothing is quoted."""
    crop = pipe.prompt_template_encode_start_idx
    golden = golden_files.Golden("hunyuan15-tokens", {"pack": fixtures.PACKS[0], "cropTokens": crop})
    entries = []
    for name, text in STRINGS.items():
        if any(0xD800 <= ord(c) < 0xE000 for c in text):
            continue  # Lone surrogates cannot be written as bytes: the library throws.
        encoded = pipe.tokenizer.apply_chat_template(
            format_text_input([text], pipe.system_message), add_generation_prompt=True, tokenize=True, return_dict=True,
            padding="max_length", max_length=pipe.tokenizer_max_length + crop, truncation=True, return_tensors="pt",
        )  # fmt: skip
        glyphs = extract_glyph_texts(text)
        entry = {
            "name": name,
            "text": text,
            "ids": encoded.input_ids[0].tolist(),
            "mask": encoded.attention_mask[0].tolist(),
            "glyphText": glyphs,
            "glyphIds": None,
        }
        if glyphs is not None:
            second = pipe.tokenizer_2(
                glyphs, padding="max_length", max_length=pipe.tokenizer_2_max_length, truncation=True, add_special_tokens=True
            )
            entry |= {"glyphIds": second.input_ids, "glyphMask": second.attention_mask}
        entries.append(entry)
    golden.body["entries"] = entries
    golden.write()
    print(f"hunyuan15 tokens: {len(entries)} strings, crop {crop}")


def conditions(golden, pipe, prompt):
    """The four tensors of a branch, padded as the pipeline makes them."""
    values = pipe.encode_prompt(prompt=[prompt], device=torch.device("cpu"), dtype=torch.float32, batch_size=1)
    names = ("encoder_hidden_states", "encoder_attention_mask", "encoder_hidden_states_2", "encoder_attention_mask_2")
    return dict(zip(names, values)), {name: golden.tensor(value) for name, value in zip(names, values)}


# --- generations ----------------------------------------------------------------------------------------------


def recorded(pipe):
    """What the scheduler was given and made, and the times that the transformer was told."""
    seen = {"steps": [], "next": []}
    step, forward = pipe.scheduler.step, pipe.transformer.forward

    def spy_step(velocity, t, sample, **kwargs):
        result = step(velocity, t, sample, **kwargs)
        seen["steps"].append((t.clone(), velocity.clone(), result[0].clone()))
        return result

    def spy_forward(*args, **kwargs):
        seen["next"].append(kwargs.get("timestep_r"))
        return forward(*args, **kwargs)

    pipe.scheduler.step, pipe.transformer.forward = spy_step, spy_forward
    return seen


def onnx_run(folder, noise, sigmas, timesteps, branches, scale, extra, told_next):
    """The same loop through the pack's graphs, with the schedule in double precision."""
    graph = wan.session(folder / "transformer.onnx")
    names = {item.name for item in graph.get_inputs()}
    x = noise
    for i, t in enumerate(timesteps):
        time = {"timestep": t.float()[None]}
        if told_next:
            time["timestep_r"] = timesteps[i + 1].float()[None] if i + 1 < len(timesteps) else torch.zeros(1)
        runs = []
        for branch in branches:
            inputs = {"hidden_states": x, **time, **branch, **extra}
            if "encoder_attention_mask" not in names:  # rows that count alone
                for key in ("encoder_hidden_states", "encoder_hidden_states_2"):
                    used = int(branch[key.replace("hidden_states", "attention_mask")].sum())
                    inputs[key] = branch[key][:, :used]
            inputs = {k: v.long() if "mask" in k else v for k, v in inputs.items() if k in names}
            runs.append(wan.run_onnx(graph, inputs))
        velocity = runs[0] if len(runs) == 1 else runs[1] + scale * (runs[0] - runs[1])
        x = (x.double() + (sigmas[i + 1] - sigmas[i]) * velocity.double()).float()
    return x


def generation(name, distilled):
    pipe = build(distilled)
    pack = fixtures.PACKS[distilled]
    seed, count, (height, width) = tiny.SEED + 50 + distilled, 4, (32, 64)
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(1, fixtures.CHANNELS, 3, height // 16, width // 16, generator=generator)
    scale, shift = (1.0, 7.0) if distilled else (6.0, 5.0)
    golden = golden_files.Golden(
        name,
        {
            "pack": pack, "family": "hunyuan15", "solver": "flow-match-euler", "spacing": "uniform", "shift": shift,
            "steps": count, "guidance": scale, "width": width, "height": height, "frames": 9,
            "transformer": golden_files.settings(pipe.transformer),
        },
        seed,
    )  # fmt: skip
    call = {"prompt": PROMPT, "num_frames": 9, "num_inference_steps": count, "latents": noise, "output_type": "latent"}
    extra = {}
    if distilled:
        pixels = torch.randint(0, 256, (height, width, 3), generator=generator, dtype=torch.uint8)
        image = Image.fromarray(pixels.numpy())
        call["image"] = image
        shown = pipe.feature_extractor.preprocess(images=image, do_resize=True, return_tensors="pt", do_convert_rgb=True)
        embeds = pipe.encode_image(image, 1, torch.device("cpu"), torch.float32)
        condition, mask = pipe.prepare_cond_latents_and_mask(noise, image, 1, height, width, torch.float32, torch.device("cpu"))
        extra = {"encoder_hidden_states_image": embeds, "condition": torch.cat((condition, mask), 1)}
        image.save(golden_files.GOLDEN / f"{name}.png")
        golden.body["about"]["config"]["firstFrame"] = f"{name}.png"
        golden.body["picture"] = {
            "encoderInput": golden.tensor(shown.pixel_values),
            "embedding": golden.tensor(embeds),
            "condition": golden.tensor(extra["condition"]),
        }
    else:
        call |= {"negative_prompt": NEGATIVE, "height": height, "width": width}
    positive, stored = conditions(golden, pipe, PROMPT)
    golden.body |= {"prompt": PROMPT, "negativePrompt": "" if distilled else NEGATIVE, "positive": stored}
    branches = [positive]
    if not distilled:
        negative, golden.body["negative"] = conditions(golden, pipe, NEGATIVE)
        branches.append(negative)
    seen = recorded(pipe)
    final = pipe(**call).frames
    frames = pipe.vae.decode(final / fixtures.SCALING).sample
    sigmas = pipe.scheduler.sigmas
    golden.body |= {"sigmas": golden_files.listed(sigmas), "noise": golden.tensor(noise)}
    golden.body["steps"] = [
        {
            "timestep": {"shape": [1], "values": [float(t)]},
            "next": float(seen["next"][i][0]) if distilled else None,
            "velocity": golden.tensor(v),
            "latents": golden.tensor(x),
        }
        for i, (t, v, x) in enumerate(seen["steps"])
    ]
    golden.body |= {"finalLatents": golden.tensor(final), "frames": golden.tensor(frames.clamp(-1, 1))}
    steps = np.linspace(1, 0, count + 1)[:-1]
    exact = [*(shift * steps / (1 + (shift - 1) * steps)), 0.0]
    folder = make_fixtures.PACKS / pack
    through = onnx_run(folder, noise, exact, [t for t, _, _ in seen["steps"]], branches, scale, extra, distilled)
    decoded = wan.run_onnx(wan.session(folder / "vae_decoder.onnx"), {"latents": through / fixtures.SCALING}).clamp(-1, 1)
    gaps = {"finalLatents": golden_files.gap(final, through), "frames": golden_files.gap(frames.clamp(-1, 1), decoded)}
    golden.body["onnxMaxAbsDiff"] = gaps
    golden.write()
    print(f"{name}: ONNX differs by", {k: f"{v:.1e}" for k, v in gaps.items()}, "latents up to", float(final.abs().max()))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    tokens(build(False))
    generation("hunyuan15-text", False)
    generation("hunyuan15-picture", True)


if __name__ == "__main__":
    main()
