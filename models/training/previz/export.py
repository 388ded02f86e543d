"""Writes the pack: ONNX graphs checked against torch, tokenizer, lexicon and manifest (docs/pack-format.md)."""
import hashlib
import json
import os
import time

import numpy as np
import onnx
import onnxruntime
import torch
from torch.export import Dim

import codec
import grammar
from dataset import SIZES, load_pca
from lexicon_words import SYNONYMS
from model import MAX_TOKENS, TEXT_DIM
from train import SHIFT, VOCABULARY, load_trained
from train_decoder import load_decoder

OPSET = 20
VERSION = "1.1.0"
GUIDANCE = 3.0
FILES = {"tokenizer": "tokenizer.json", "textEncoder": "text_encoder.onnx", "transformer": "transformer.onnx",
         "vaeEncoder": "vae_encoder.onnx", "vaeDecoder": "vae_decoder.onnx", "lexicon": "lexicon.json"}


def write_graph(module, inputs, output, shapes, path):
    names = list(inputs)
    program = torch.onnx.export(module, tuple(inputs.values()), dynamo=True, opset_version=OPSET, input_names=names,
                                output_names=[output], dynamic_shapes=tuple(shapes[n] for n in names), verbose=False)
    program.save(path, external_data=False)
    strip_notes(path)


def strip_notes(path):
    """Removes what the exporter notes on every node (stack traces, with the paths of the machine it ran on): the graph computes the same."""
    model = onnx.load(path)
    graphs = [model.graph] + [f for f in model.functions]
    for part in (model, *graphs):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    while graphs:
        graph = graphs.pop()
        for node in graph.node:
            node.ClearField("metadata_props")
            node.ClearField("doc_string")
            graphs += [a.g for a in node.attribute if a.HasField("g")] + [g for a in node.attribute for g in a.graphs]
        for value in (*getattr(graph, "value_info", ()), *(graph.input if isinstance(graph, onnx.GraphProto) else ()), *(graph.output if isinstance(graph, onnx.GraphProto) else ()), *getattr(graph, "initializer", ())):
            if not isinstance(value, str):
                value.ClearField("metadata_props")
                value.ClearField("doc_string")
    onnx.save(model, path)


def denoiser_inputs(frames, height, width, batch=1, tokens=MAX_TOKENS):
    g = torch.Generator().manual_seed(frames * height + batch)
    draw = lambda *shape: torch.randn(*shape, generator=g)
    timestep = torch.full((batch, frames), 700.0)
    timestep[:, 0] = 0
    return {"hidden_states": draw(batch, codec.CHANNELS, frames, height, width), "timestep": timestep,
            "encoder_hidden_states": draw(batch, tokens, TEXT_DIM), "camera": 0.3 * draw(batch, 4, frames, height, width)}


def write_graphs(folder, denoiser, text_encoder, pca, decoder):
    batch, frames, tokens = Dim("batch", max=64), Dim("latent_frames", min=2, max=64), Dim("tokens", max=MAX_TOKENS)
    h, w = 2 * Dim("half_height", min=2, max=256), 2 * Dim("half_width", min=2, max=256)
    video = {0: batch, 2: frames, 3: h, 4: w}
    # example shapes avoid equal or unit sizes, which the exporter would freeze
    write_graph(denoiser, denoiser_inputs(5, 12, 20, 2), "velocity",
                {"hidden_states": video, "timestep": {0: batch, 1: frames}, "encoder_hidden_states": {0: batch, 1: tokens}, "camera": video},
                os.path.join(folder, FILES["transformer"]))
    ids = torch.ones(2, 30, dtype=torch.long)
    write_graph(text_encoder, {"input_ids": ids, "attention_mask": ids.clone()}, "last_hidden_state",
                {n: {0: batch, 1: tokens} for n in ("input_ids", "attention_mask")}, os.path.join(folder, FILES["textEncoder"]))
    pixels = {0: batch, 2: 4 * Dim("groups", min=1, max=64) + 1, 3: 8 * Dim("rows", min=2, max=256), 4: 8 * Dim("columns", min=2, max=256)}
    write_graph(codec.Encoder(pca).eval(), {"frames": torch.randn(2, 3, 17, 96, 160)}, "latents", {"frames": pixels}, os.path.join(folder, FILES["vaeEncoder"]))
    rows, columns = Dim("latent_rows", min=2, max=256), Dim("latent_columns", min=2, max=256)
    write_graph(decoder, {"latents": torch.randn(2, codec.CHANNELS, 5, 12, 20)}, "frames",
                {"latents": {0: batch, 2: frames, 3: rows, 4: columns}}, os.path.join(folder, FILES["vaeDecoder"]))


def open_graph(path, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@torch.no_grad()
def check(folder, denoiser, text_encoder, pca, decoder):
    """Largest difference between onnxruntime and torch over sizes, lengths and batches; fails at 1e-4 (relative to unit scale)."""
    worst = {}
    session = {k: open_graph(os.path.join(folder, FILES[k])) for k in ("transformer", "textEncoder", "vaeEncoder", "vaeDecoder")}
    for frames in (5, 13):
        for width, height in SIZES:
            h, w = height // 8, width // 8
            x = denoiser_inputs(frames, h, w, batch=1 if frames == 13 else 2)
            pairs = [("transformer", denoiser, x)]
            z = torch.randn(1, codec.CHANNELS, frames, h, w, generator=torch.Generator().manual_seed(1)) * torch.from_numpy(pca["scale"]).view(1, -1, 1, 1, 1)
            pairs.append(("vaeDecoder", decoder, {"latents": z}))
            pairs.append(("vaeEncoder", codec.Encoder(pca), {"frames": torch.rand(1, 3, 4 * frames - 3, height, width) * 2 - 1}))
            for name, module, inputs in pairs:
                expected = module(*inputs.values()).numpy()
                got = session[name].run(None, {k: v.numpy() for k, v in inputs.items()})[0]
                assert got.shape == expected.shape, (name, got.shape, expected.shape)
                worst[name] = max(worst.get(name, 0.0), float(np.abs(got - expected).max() / max(1.0, np.abs(expected).std())))
    for batch, length in ((1, 32), (2, 7)):
        ids = torch.randint(0, len(VOCABULARY), (batch, length))
        mask = torch.ones_like(ids)
        mask[:, length // 2:] = 0
        got = session["textEncoder"].run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
        worst["textEncoder"] = max(worst.get("textEncoder", 0.0), float(np.abs(got - text_encoder(ids, mask).numpy()).max()))
    assert max(worst.values()) < 1e-4, worst
    return worst


def time_graphs(folder, threads, steps=20):
    """Seconds of `steps` steps with guidance for 160x96x17, and of one decode."""
    transformer, decoder = (open_graph(os.path.join(folder, FILES[k]), threads) for k in ("transformer", "vaeDecoder"))
    feed = {k: v.numpy() for k, v in denoiser_inputs(5, 12, 20).items()}
    transformer.run(None, feed)
    start = time.time()
    for _ in range(2 * steps):
        transformer.run(None, feed)
    denoise = time.time() - start
    latents = {"latents": feed["hidden_states"]}
    decoder.run(None, latents)
    start = time.time()
    decoder.run(None, latents)
    return {"denoise": round(denoise, 2), "decode": round(time.time() - start, 2)}


def write_tokenizer(path):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    # WordPiece without continuation pieces is a word-level model: a word is in the vocabulary or it is [UNK].
    # (Tokenizers.js 0.2.0 gives no id at all to the unknown words of a "WordLevel" model.)
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(VOCABULARY)}, unk_token=grammar.UNK))
    tokenizer.add_special_tokens([grammar.PAD, grammar.EOS, grammar.UNK])
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    eos = VOCABULARY.index(grammar.EOS)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {grammar.EOS}", special_tokens=[(grammar.EOS, eos)])
    tokenizer.save(path)


def write_lexicon(path):
    known = [w for w in VOCABULARY if w[0].isalpha()]
    for target in SYNONYMS.values():
        unknown = [w for w in grammar.split_words(target) if w not in VOCABULARY]
        assert not unknown, (target, unknown)
    synonyms = {k: v for k, v in sorted(SYNONYMS.items()) if k not in known}
    with open(path, "w") as file:
        json.dump({"known": known, "synonyms": synonyms}, file, ensure_ascii=False, indent=1)


def component(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    return {"file": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "externalData": []}


def write_manifest(folder, pca, provenance):
    ones = [round(float(s), 6) for s in pca["scale"]]
    manifest = {
        "formatVersion": 1, "id": "previz", "name": "Previz", "version": VERSION, "family": "wan",
        "description": "A small model that draws rough animated storyboards in seconds on a processor. It knows eight settings, four times of day, three kinds of weather, eight subjects in six colours, three shot sizes and any camera path. Its decoder looks one latent frame ahead (it is not causal).",
        "licence": {"spdx": "Apache-2.0", "name": "Apache License 2.0", "url": None, "excludedRegions": []},
        "components": {k: component(folder, v) for k, v in FILES.items()},
        "text": {"maxTokens": MAX_TOKENS, "dimension": TEXT_DIM, "cleanup": "wan", "padTokenId": VOCABULARY.index(grammar.PAD)},
        "latent": {"channels": codec.CHANNELS, "temporalCompression": codec.T, "spatialCompression": codec.S, "patch": [1, 2, 2],
                   "mean": [0.0] * codec.CHANNELS, "std": ones},
        "frames": {"min": 17, "max": 49, "rate": {"num": 8, "den": 1}},
        "sizes": [{"width": w, "height": h, "memoryBytes": 400_000_000} for w, h in SIZES],
        "schedule": {"solver": "flow-match-euler", "shift": SHIFT, "steps": 20, "timestep": "frames", "timestepType": "float32"},
        "guidance": {"scale": GUIDANCE, "negativePrompt": ""},
        "abilities": {"firstFrame": True, "lastFrame": True, "latentMask": True, "negativePrompt": True},
        "camera": {"kind": "flow"}, "promptDialect": "previz", "provenance": provenance,
    }
    with open(os.path.join(folder, "pack.json"), "w") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=2)


def export(work, folder):
    torch.set_num_threads(1)
    os.makedirs(folder, exist_ok=True)
    denoiser, text_encoder, log, seconds = load_trained(work)
    pca, (decoder, decoder_seconds) = load_pca(work), load_decoder(work)
    with torch.no_grad():
        write_graphs(folder, denoiser, text_encoder, pca, decoder)
    worst = check(folder, denoiser, text_encoder, pca, decoder)
    write_tokenizer(os.path.join(folder, FILES["tokenizer"]))
    write_lexicon(os.path.join(folder, FILES["lexicon"]))
    count = lambda m: sum(p.numel() for p in m.parameters())
    hardware = "one CUDA device" if torch.cuda.is_available() else "two shared x86-64 CPU cores (one used for training)"
    provenance = {
        "recipe": "models/training/previz", "recipeVersion": VERSION, "trainedOn": "synthetic captioned clips rendered by the recipe; no photographs, videos or other models",
        "hours": round((seconds + decoder_seconds) / 3600, 2), "hardware": hardware, "steps": log[-1]["step"],
        "parameters": {"transformer": count(denoiser), "textEncoder": count(text_encoder), "vaeDecoder": count(decoder)},
        "validationLoss": log[-1]["validation"], "largestDifferenceFromTorch": {k: float(f"{v:.1e}") for k, v in worst.items()}, "evaluation": {},
    }
    write_manifest(folder, pca, provenance)
    return worst


def add_evaluation(folder, result):
    """Records the evaluation in the manifest's provenance."""
    path = os.path.join(folder, "pack.json")
    with open(path) as file:
        manifest = json.load(file)
    manifest["provenance"]["evaluation"] = result
    with open(path, "w") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=2)
