"""Which parts of a diffusers folder become which components of a pack, by the class that model_index.json names."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import diffusers
import torch
import transformers

import cogvideox_export as cogvideox
import ltx_export as ltx
import wan_export as wan
from onnx_graph import Build
from text_export import export_text_encoder


@dataclass(frozen=True)
class Part:
    """One graph: `load(dtype)` gives the library's model, `export(model, path, build)` writes it, and
    `reference(model)` is what the graph must equal for `inputs(model)`."""

    component: str
    file: str
    group: str  # text, transformer or vae: what precision and quantising are chosen for
    load: Callable[[torch.dtype], torch.nn.Module]
    export: Callable[[torch.nn.Module, Path, Build], torch.nn.Module]
    reference: Callable[[torch.nn.Module], Callable]
    inputs: Callable[[torch.nn.Module], dict]
    largest: dict = field(default_factory=dict)  # the largest real inputs, for the search for long softmaxes


class Source:
    """A diffusers folder on this machine. Nothing is ever downloaded."""

    def __init__(self, folder):
        self.folder = Path(folder)
        index = self.folder / "model_index.json"
        if not index.is_file():
            raise SystemExit(f"{self.folder} is no diffusers folder: it has no model_index.json")
        self.index = json.loads(index.read_text(encoding="utf-8"))
        self.pipeline = self.index["_class_name"]

    def has(self, name):
        return (self.index.get(name) or [None])[0] is not None and (self.folder / name).is_dir()

    def load(self, name, dtype):
        library, class_name = self.index[name]
        kind = getattr(diffusers if library == "diffusers" else transformers, class_name)
        named = {"torch_dtype" if library == "diffusers" else "dtype": dtype}
        model = kind.from_pretrained(self.folder / name, local_files_only=True, **named)
        return model.eval().requires_grad_(False)

    def config(self, name):
        return json.loads((self.folder / name / "config.json").read_text(encoding="utf-8"))


def parts_of(source, manifest):
    if source.pipeline not in FAMILIES:
        raise SystemExit(f"{source.pipeline} cannot be exported; there are {', '.join(sorted(FAMILIES))}")
    return FAMILIES[source.pipeline](source, manifest)


def noise(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(7))


def largest_latents(manifest):
    """[1, C, F', H', W'] of the largest size and longest clip."""
    latent = manifest["latent"]
    size = max(manifest["sizes"], key=lambda s: s["width"] * s["height"])
    shrink = latent["spatialCompression"]
    frames = (manifest["frames"]["max"] - 1) // latent["temporalCompression"] + 1
    return (1, latent["channels"], frames, size["height"] // shrink, size["width"] // shrink)


def text_part(source, manifest):
    tokens = manifest["text"]["maxTokens"]

    def inputs(model):
        generator = torch.Generator().manual_seed(7)
        ids = torch.randint(3, model.config.vocab_size, (1, tokens), generator=generator)
        mask = (torch.arange(tokens) < max(2, tokens // 3)).long()[None]
        return {"input_ids": ids * mask, "attention_mask": mask}

    def reference(model):  # rows past the mask are the caller's to clear
        return lambda ids, mask: model(ids, mask).last_hidden_state

    def export(model, path, build):
        return export_text_encoder(model, path, tokens, build)

    def load(dtype):
        return source.load("text_encoder", dtype)

    return Part("textEncoder", "text_encoder.onnx", "text", load, export, reference, inputs)


def vae_parts(source, manifest, module, channels):
    spatial, temporal = manifest["latent"]["spatialCompression"], manifest["latent"]["temporalCompression"]

    def load(dtype):
        return source.load("vae", dtype)

    encoder = Part(
        "vaeEncoder", "vae_encoder.onnx", "vae", load,
        lambda model, path, build: module.export_vae_encoder(model, path, 2 * temporal + 1, 4 * spatial, 6 * spatial, build),
        lambda model: lambda x: model.encode(x).latent_dist.mode(),
        lambda model: {"frames": noise(1, 3, temporal + 1, 4 * spatial, 4 * spatial).clamp(-1, 1)},
    )  # fmt: skip
    decoder = Part(
        "vaeDecoder", "vae_decoder.onnx", "vae", load,
        lambda model, path, build: module.export_vae_decoder(model, path, 3, 4, 6, build),
        lambda model: lambda z, *time: model.decode(z, *time).sample,
        lambda model: {"latents": noise(1, channels, 2, 4, 4)} | decode_time(model),
    )  # fmt: skip
    return [encoder, decoder]


def decode_time(model):
    return {"timestep": torch.full((1,), 0.05)} if model.config.get("timestep_conditioning") else {}


# --- the families ----------------------------------------------------------------------------------


def wan_parts(source, manifest):
    return [
        text_part(source, manifest),
        *([image_part(source)] if source.has("image_encoder") else []),
        *([camera_part(source, manifest)] if takes_camera(source, manifest) else []),
        *(wan_transformer(source, manifest, name) for name in ("transformer", "transformer_2") if source.has(name)),
        *vae_parts(source, manifest, wan, source.config("vae")["z_dim"]),
    ]


def wan_transformer(source, manifest, name):
    """Text to video, TI2V, and what takes pictures as further channels (`condition`) or as CLIP's tokens beside the words,
    or what the camera encoder made."""
    config, schedule = source.config(name), manifest["schedule"]
    kind = schedule["timestep"]
    time_type = torch.int64 if schedule["timestepType"] == "int64" else torch.float32
    tokens, dimension = manifest["text"]["maxTokens"], manifest["text"]["dimension"]
    channels, patch = manifest["latent"]["channels"], config["patch_size"]
    condition = config["in_channels"] - channels
    embedding = (manifest.get("picture") or {}).get("embedding") if config.get("image_dim") else None
    image = (embedding["tokens"], embedding["dimension"]) if embedding else None
    camera = takes_camera(source, manifest)

    def shapes(f, h, w):
        t, y, x = patch
        time = {"batch": (1,), "frames": (1, f), "tokens": (1, (f // t) * (h // y) * (w // x))}[kind]
        every = {"hidden_states": (1, channels, f, h, w), "timestep": time, "encoder_hidden_states": (1, tokens, dimension)}
        if condition:
            every["condition"] = (1, condition, f, h, w)
        if image:
            every["encoder_hidden_states_image"] = (1, *image)
        if camera:
            width = config["num_attention_heads"] * config["attention_head_dim"]
            every["camera"] = (1, width, f // t, h // y, w // x)
        return every

    def export(model, path, build):
        if not condition and not image and not camera:
            return wan.export_transformer(model, path, (3, 4, 2), kind, time_type, tokens, build=build)
        from wan_variants import export_variant

        # The camera's axes are patches: an example with one patch column would fix that axis.
        size = (3, 8, 4) if camera else (3, 4, 2)
        return export_variant(model, path, size, channels, kind, time_type, tokens, condition, image, camera, build)

    def inputs(_model):
        values = {key: noise(*shape) for key, shape in shapes(2, 8, 8).items()}
        return values | {"timestep": torch.full(shapes(2, 8, 8)["timestep"], 500, dtype=time_type)}

    def reference(model):
        def run(latents, timestep, words, *more):
            more = list(more)
            latents = torch.cat((latents, more.pop(0)), dim=1) if condition else latents
            seen = more.pop(0) if image else None
            # The library knows no camera; its publisher adds the features to what the patch embedding gives.
            added = [model.patch_embedding.register_forward_hook(lambda _m, _x, out: out + more[0])] if camera else []
            try:
                return model(latents, timestep, words, seen, return_dict=False)[0]
            finally:
                for hook in added:
                    hook.remove()

        return run

    return Part(
        {"transformer": "transformer", "transformer_2": "transformer2"}[name], f"{name}.onnx", "transformer",
        lambda dtype: source.load(name, dtype), export, reference, inputs, shapes(*largest_latents(manifest)[2:]),
    )  # fmt: skip


def takes_camera(source, manifest):
    """Whether this is Wan Fun Control-Camera. The manifest and the folder must say the same."""
    told, there = manifest["camera"]["kind"] == "pluecker", (source.folder / "camera_encoder").is_dir()
    if told and not there:
        raise SystemExit(f"{source.folder} has no camera_encoder; wan_fun.py makes such a folder from VideoX-Fun's weights")
    if there and not told:
        raise SystemExit(f"{source.folder} has a camera_encoder, but the manifest's camera.kind is not pluecker")
    return told


def camera_part(source, manifest):
    """Wan Fun's control adapter, which wan_fun.py lays out beside the transformer."""
    from wan_fun import load_camera_encoder
    from wan_variants import export_camera_encoder

    channels = 6 * manifest["latent"]["temporalCompression"]
    return Part(
        "cameraEncoder", "camera_encoder.onnx", "vae",
        lambda dtype: load_camera_encoder(source.folder / "camera_encoder", dtype),
        lambda model, path, build: export_camera_encoder(model, path, channels=channels, build=build),
        lambda model: model,
        lambda model: {"camera": noise(1, channels, 1, 64, 48)},
    )  # fmt: skip


def image_part(source):
    """CLIP's last hidden states but one."""
    from wan_variants import export_image_encoder

    size = source.config("image_encoder")["image_size"]
    return Part(
        "imageEncoder", "image_encoder.onnx", "vae",
        lambda dtype: source.load("image_encoder", dtype), export_image_encoder,
        lambda model: lambda pixels: model(pixels, output_hidden_states=True).hidden_states[-2],
        lambda model: {"pixel_values": noise(1, 3, size, size)},
    )  # fmt: skip


def cogvideox_parts(source, manifest):
    tokens, dimension = manifest["text"]["maxTokens"], manifest["text"]["dimension"]

    def reference(model):  # the library's latents have frames before channels
        def run(latents, timestep, words):
            rotary = None
            if model.config.use_rotary_positional_embeddings:
                raise NotImplementedError("--check of rotary CogVideoX (5B)")
            output = model(latents.transpose(1, 2), words, timestep, image_rotary_emb=rotary, return_dict=False)[0]
            return output.transpose(1, 2)

        return run

    shape = largest_latents(manifest)
    transformer = Part(
        "transformer", "transformer.onnx", "transformer",
        lambda dtype: source.load("transformer", dtype),
        lambda model, path, build: cogvideox.export_transformer(model, path, tokens=tokens, build=build),
        reference,
        lambda model: {
            "hidden_states": noise(1, model.config.in_channels, 3, 8, 12),
            "timestep": torch.tensor([500]),
            "encoder_hidden_states": noise(1, tokens, dimension),
        },
        {"hidden_states": shape, "timestep": (1,), "encoder_hidden_states": (1, tokens, dimension)},
    )  # fmt: skip
    channels = manifest["latent"]["channels"]
    return [text_part(source, manifest), transformer, *vae_parts(source, manifest, cogvideox, channels)]


def ltx_parts(source, manifest):
    tokens, dimension = manifest["text"]["maxTokens"], manifest["text"]["dimension"]
    rate = manifest["frames"]["rate"]
    frame_rate = rate["num"] / rate["den"]
    causal = source.pipeline == "LTXConditionPipeline"  # 0.9.5 and later: a latent frame stands at its first frame
    shape = largest_latents(manifest)

    def reference(model):
        raise NotImplementedError("its graph takes a time a frame; tests/engine compare it with the library's pipeline")

    transformer = Part(
        "transformer", "transformer.onnx", "transformer",
        lambda dtype: source.load("transformer", dtype),
        lambda model, path, build: ltx.export_transformer(
            model, path, frame_rate, tokens=tokens, is_causal=causal, build=build
        ),
        reference,
        lambda model: {},
        {
            "hidden_states": shape,
            "timestep": (1, shape[2]),
            "encoder_hidden_states": (1, tokens, dimension),
            "encoder_attention_mask": (1, tokens),
        },
    )  # fmt: skip
    channels = manifest["latent"]["channels"]
    return [text_part(source, manifest), transformer, *vae_parts(source, manifest, ltx, channels)]


def hunyuan15_parts(source, manifest):
    from hunyuan15_parts import parts

    return parts(source, manifest)


FAMILIES = {
    "WanPipeline": wan_parts,
    "WanImageToVideoPipeline": wan_parts,
    "CogVideoXPipeline": cogvideox_parts,
    "LTXPipeline": ltx_parts,
    "LTXConditionPipeline": ltx_parts,
    "HunyuanVideo15Pipeline": hunyuan15_parts,
    "HunyuanVideo15ImageToVideoPipeline": hunyuan15_parts,
}
