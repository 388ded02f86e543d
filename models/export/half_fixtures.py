"""Writes tests/fixtures/packs/tiny-wan-half: the models of tiny-wan as the exporter makes large packs, for the engine's tests.

float16 and MultiHeadAttention in the transformer, int8 text, a float16 VAE, a preview decoder; beside them
`transformer-cuda.onnx`, the same transformer with the opset-23 Attention. The widths of the preview decoder are tiny.
"""

import copy
import shutil

import torch

import make_fixtures as fixtures
import taehv
import tiny_models as tiny
import wan_export as wan
from onnx_graph import Build
from quantise import quantise
from text_export import export_text_encoder

FOLDER = fixtures.PACKS / "tiny-wan-half"
HALF = Build("fp16", "plain")


def preview_decoder():
    torch.manual_seed(tiny.SEED + 30)
    model = taehv.TinyDecoder(16, 1, (16, 8, 8, 8)).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.mul_(2)  # a picture with contrast
    return model


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    torch.manual_seed(0)
    shutil.copyfile(fixtures.PACKS / "tiny-wan" / "tokenizer.json", FOLDER / "tokenizer.json")
    export_text_encoder(tiny.text_encoder(tiny.tokenizer().get_vocab_size()), FOLDER / "text_encoder.onnx", 16, HALF)
    quantise(FOLDER / "text_encoder.onnx", "int8")
    transformer = tiny.wan_transformer(16, 12, tiny.SEED + 4)
    for name, provider in (("transformer.onnx", "webgpu"), ("transformer-cuda.onnx", "cuda")):
        build = Build("fp16", provider)
        wan.export_transformer(copy.deepcopy(transformer), FOLDER / name, (3, 4, 2), tokens=16, build=build)
    wan.export_vae_encoder(tiny.vae16(), FOLDER / "vae_encoder.onnx", 9, 64, 32, build=HALF)
    wan.export_vae_decoder(tiny.vae16(), FOLDER / "vae_decoder.onnx", 3, 4, 2, build=HALF)
    manifest = fixtures.wan_pack() | {
        "id": "tiny-wan-half",
        "name": "Tiny Wan, half",
        "description": "The weights of Tiny Wan in float16 with fused attention, int8 text and a preview decoder.",
    }
    taehv.export_preview_decoder(preview_decoder(), FOLDER / "preview_decoder.onnx", manifest)
    wan.write_pack(FOLDER, manifest)
    for file in sorted(FOLDER.iterdir()):
        print(file.name, file.stat().st_size)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
