"""Wan 2.1 Fun Control-Camera, from VideoX-Fun's weights to a folder as diffusers lays out: wan_fun.py --from FUN --like I2V --to FOLDER.

FUN holds config.json and diffusion_pytorch_model*.safetensors; I2V is a diffusers folder of Wan 2.1 image to video, whose
text encoder, tokenizer, VAE and image encoder are the same models. The control adapter becomes `camera_encoder`.
export_pack.py then turns FOLDER into a pack.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import WanTransformer3DModel
from safetensors.torch import load_file, save_file
from torch import nn

# In this order: the publisher's name -> diffusers'. Norms 2 and 3 have changed places.
RENAMED = (
    ("norm2", "norm_swapped"),
    ("norm3", "norm2"),
    ("norm_swapped", "norm3"),
    ("time_embedding.0", "condition_embedder.time_embedder.linear_1"),
    ("time_embedding.2", "condition_embedder.time_embedder.linear_2"),
    ("text_embedding.0", "condition_embedder.text_embedder.linear_1"),
    ("text_embedding.2", "condition_embedder.text_embedder.linear_2"),
    ("time_projection.1", "condition_embedder.time_proj"),
    ("img_emb.proj.0", "condition_embedder.image_embedder.norm1"),
    ("img_emb.proj.1", "condition_embedder.image_embedder.ff.net.0.proj"),
    ("img_emb.proj.3", "condition_embedder.image_embedder.ff.net.2"),
    ("img_emb.proj.4", "condition_embedder.image_embedder.norm2"),
    ("head.modulation", "scale_shift_table"),
    ("head.head", "proj_out"),
    ("modulation", "scale_shift_table"),
    ("ffn.0", "ffn.net.0.proj"),
    ("self_attn.", "attn1."),
    ("cross_attn.", "attn2."),
    ("norm_k_img", "norm_added_k"),
    (".k_img", ".add_k_proj"),
    (".v_img", ".add_v_proj"),
    (".q.", ".to_q."),
    (".k.", ".to_k."),
    (".v.", ".to_v."),
    (".o.", ".to_out.0."),
)
ADAPTER = "control_adapter."
REFERENCE_CONVOLUTION = "ref_conv."


class CameraEncoder(nn.Module):
    """The control adapter: frame by frame an unshuffle by 8, patches of 2 x 2, residual blocks."""

    def __init__(self, channels, width, blocks=1, downscale=8):
        super().__init__()
        self.downscale = downscale
        self.conv = nn.Conv2d(channels * downscale**2, width, 2, 2)
        self.residual_blocks = nn.ModuleList(
            nn.ModuleDict({name: nn.Conv2d(width, width, 3, padding=1) for name in ("conv1", "conv2")}) for _ in range(blocks)
        )

    def forward(self, maps):
        x = nn.functional.pixel_unshuffle(maps.transpose(1, 2).flatten(0, 1), self.downscale)
        x = self.conv(x)
        for block in self.residual_blocks:
            x = x + block["conv2"](torch.relu(block["conv1"](x)))
        return x.unflatten(0, (maps.shape[0], maps.shape[2])).transpose(1, 2)


def renamed(key):
    # Only blocks hold `.ffn.2`: a bare "ffn.2" would meet "ffn.net.2" again.
    key = key.replace(".ffn.2.", ".ffn.net.2.")
    for old, new in RENAMED:
        key = key.replace(old, new)
    return key


def transformer_config(config, weights):
    """diffusers' configuration from VideoX-Fun's; what it leaves out is in the weights' shapes."""
    width = weights["patch_embedding.weight"].shape[0]
    heads = config["num_heads"]
    takes_pictures = "img_emb.proj.1.weight" in weights
    return {
        "patch_size": list(weights["patch_embedding.weight"].shape[2:]),
        "num_attention_heads": heads,
        "attention_head_dim": width // heads,
        "in_channels": weights["patch_embedding.weight"].shape[1],
        "out_channels": config.get("out_dim", 16),
        "text_dim": weights["text_embedding.0.weight"].shape[1],
        "freq_dim": weights["time_embedding.0.weight"].shape[1],
        "ffn_dim": weights["blocks.0.ffn.0.weight"].shape[0],
        "num_layers": 1 + max(int(key.split(".")[1]) for key in weights if key.startswith("blocks.")),
        "cross_attn_norm": config.get("cross_attn_norm", True),
        "qk_norm": "rms_norm_across_heads",
        "eps": config.get("eps", 1e-6),
        "image_dim": weights["img_emb.proj.0.weight"].shape[0] if takes_pictures else None,
        "added_kv_proj_dim": width if takes_pictures else None,
        "rope_max_seq_len": 1024,
    }


def split(weights, config):
    """VideoX-Fun's weights -> (diffusers' transformer, its camera encoder)."""
    if any(key.startswith(REFERENCE_CONVOLUTION) for key in weights):
        # It adds the tokens of a reference frame even where there is none; packs have no input for that.
        raise SystemExit("this checkpoint has a reference convolution (ref_conv), which packs do not know")
    adapter = {key.removeprefix(ADAPTER): value for key, value in weights.items() if key.startswith(ADAPTER)}
    others = {key: value for key, value in weights.items() if not key.startswith(ADAPTER)}
    with torch.device("meta"):
        transformer = WanTransformer3DModel(**transformer_config(config, others))
        downscale = config.get("downscale_factor_control_adapter", 8)
        width, channels = adapter["conv.weight"].shape[:2]
        blocks = 1 + max(int(key.split(".")[1]) for key in adapter if key.startswith("residual_blocks."))
        encoder = CameraEncoder(channels // downscale**2, width, blocks, downscale)
    transformer = whole(transformer, {renamed(key): value for key, value in others.items()})
    return transformer, whole(encoder, adapter)


def whole(module, weights):
    """Every name must find its place; the rotary tables, which have none, are computed anew."""
    module.load_state_dict(weights, strict=True, assign=True)
    if hasattr(module, "rope"):
        module.rope = type(module.rope)(module.config.attention_head_dim, module.config.patch_size, module.config.rope_max_seq_len)
    return module.eval().requires_grad_(False)


def convert(source, like, target):
    source, like, target = Path(source), Path(like), Path(target)
    weights = {}
    for file in sorted(source.glob("diffusion_pytorch_model*.safetensors")):
        weights |= load_file(file)
    transformer, encoder = split(weights, json.loads((source / "config.json").read_text(encoding="utf-8")))
    shutil.copytree(like, target, ignore=shutil.ignore_patterns("transformer", "transformer_2"))
    transformer.save_pretrained(target / "transformer")
    folder = target / "camera_encoder"
    folder.mkdir()
    save_file(encoder.state_dict(), folder / "diffusion_pytorch_model.safetensors")
    sizes = {"channels": encoder.conv.in_channels // encoder.downscale**2, "width": encoder.conv.out_channels}
    sizes |= {"blocks": len(encoder.residual_blocks), "downscale": encoder.downscale}
    (folder / "config.json").write_text(json.dumps(sizes, indent=2) + "\n", encoding="utf-8")


def load_camera_encoder(folder, dtype=torch.float32):
    folder = Path(folder)
    encoder = CameraEncoder(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    encoder.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    return encoder.to(dtype).eval().requires_grad_(False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True)
    parser.add_argument("--like", required=True)
    parser.add_argument("--to", required=True)
    options = parser.parse_args()
    convert(options.source, options.like, options.to)
