"""Runs a pack with onnxruntime exactly as docs/pack-format.md describes: the recipe's own check of the contract."""
import json
import os

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import camera as cam


def euler_sigmas(steps, shift):
    """FlowMatchEuler: sigmas linspaced between the already shifted ends, shifted again, then 0."""
    move = lambda s: shift * s / (1 + (shift - 1) * s)
    return np.append(move(np.linspace(1.0, move(0.001), steps)), 0.0)


class Pack:
    def __init__(self, folder, threads=1):
        with open(os.path.join(folder, "pack.json")) as file:
            self.manifest = json.load(file)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        files = {k: os.path.join(folder, c["file"]) for k, c in self.manifest["components"].items()}
        self.graphs = {k: onnxruntime.InferenceSession(p, options, providers=["CPUExecutionProvider"]) for k, p in files.items() if p.endswith(".onnx")}
        self.tokenizer = Tokenizer.from_file(files["tokenizer"])
        latent = self.manifest["latent"]
        self.mean, self.std = (np.asarray(latent[k], np.float32).reshape(1, -1, 1, 1, 1) for k in ("mean", "std"))

    def run(self, name, **inputs):
        return self.graphs[name].run(None, inputs)[0]

    def encode_text(self, text):
        """[1, maxTokens, D] with rows beyond the text zeroed."""
        size = self.manifest["text"]["maxTokens"]
        ids = self.tokenizer.encode(text).ids
        ids = ids[:size] if len(ids) <= size else ids[: size - 1] + ids[-1:]
        mask = np.array([[1] * len(ids) + [0] * (size - len(ids))], np.int64)
        padded = np.array([ids + [self.manifest["text"]["padTokenId"]] * (size - len(ids))], np.int64)
        return self.run("textEncoder", input_ids=padded, attention_mask=mask) * mask[..., None].astype(np.float32)

    def encode(self, frames):
        """uint8 [F, H, W, 3] -> normalised latents."""
        x = frames.transpose(3, 0, 1, 2)[None].astype(np.float32) / 127.5 - 1
        return (self.run("vaeEncoder", frames=x) - self.mean) / self.std

    def decode(self, z):
        x = self.run("vaeDecoder", latents=z * self.std + self.mean)[0]
        return np.clip(x.transpose(1, 2, 3, 0) * 127.5 + 128, 0, 255).astype(np.uint8)

    def sample(self, prompt, width=160, height=96, frames=17, path=None, seed=0, steps=None, scale=None, shift=None, known=None, negative=""):
        """Normalised latents. `known`: (latents [1, C, F', H', W'], bool [F'] of the frames to keep)."""
        schedule, latent = self.manifest["schedule"], self.manifest["latent"]
        scale = self.manifest["guidance"]["scale"] if scale is None else scale
        f, h, w = (frames - 1) // latent["temporalCompression"] + 1, height // 8, width // 8
        camera = np.zeros((1, 4, f, h, w), np.float32) if path is None else cam.channels(path, f, h, w)[None]
        x = np.random.default_rng(seed).standard_normal((1, latent["channels"], f, h, w)).astype(np.float32)
        text, empty = self.encode_text(prompt), self.encode_text(negative)
        sigmas = euler_sigmas(steps or schedule["steps"], shift or schedule["shift"])
        keep = np.zeros(f, bool) if known is None else known[1]
        for now, after in zip(sigmas[:-1], sigmas[1:]):
            if known is not None:
                x[:, :, keep] = known[0][:, :, keep]
            t = np.where(keep, 0, now * 1000).astype(np.float32)[None]
            go = lambda words: self.run("transformer", hidden_states=x, timestep=t, encoder_hidden_states=words, camera=camera)
            v = go(text)
            if scale > 1:
                u = go(empty)
                v = u + scale * (v - u)
            x = (x + np.float32(after - now) * v).astype(np.float32)
        if known is not None:
            x[:, :, keep] = known[0][:, :, keep]
        return x
