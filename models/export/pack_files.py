"""The files of a pack: hashes, external data, shards and pack.json."""

import hashlib
import json
from pathlib import Path

import onnx

FILES = {
    "tokenizer": "tokenizer.json",
    "textEncoder": "text_encoder.onnx",
    "glyphEncoder": "glyph_encoder.onnx",
    "imageEncoder": "image_encoder.onnx",
    "transformer": "transformer.onnx",
    "transformer2": "transformer_2.onnx",
    "cameraEncoder": "camera_encoder.onnx",
    "vaeEncoder": "vae_encoder.onnx",
    "vaeDecoder": "vae_decoder.onnx",
    "previewDecoder": "preview_decoder.onnx",
    "lexicon": "lexicon.json",
}
CHUNK = 1 << 24


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def plain_entry(path):
    return {"file": Path(path).name, "bytes": Path(path).stat().st_size, "sha256": sha256(path)}


def file_entry(path):
    """One component: its file, and the weight files beside it that its graph names."""
    path = Path(path)
    beside = external_files(path) if path.suffix == ".onnx" else []
    return plain_entry(path) | {"externalData": [plain_entry(path.parent / name) for name in beside]}


def external_tensors(model):
    for tensor in model.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            yield tensor, {entry.key: entry.value for entry in tensor.external_data}


def external_files(path):
    model = onnx.load(str(path), load_external_data=False)
    return sorted({where["location"] for _, where in external_tensors(model)})


def shard(path, shard_bytes):
    """Splits a graph's weight file into files of at most shard_bytes (one tensor at least), `NAME.onnx.data-00001`…"""
    path = Path(path)
    model = onnx.load(str(path), load_external_data=False)
    old = external_files(path)
    number, used, target = 0, None, None
    for tensor, where in external_tensors(model):
        length = int(where["length"])
        padding = 0 if used is None else -used % 4096  # onnxruntime maps tensors that start at a page
        if used is None or used + padding + length > shard_bytes:
            if target:
                target.close()
            number, used, padding = number + 1, 0, 0
            target = open(path.parent / f"{path.name}.data-{number:05d}", "wb")  # noqa: SIM115
        target.write(b"\0" * padding)
        with open(path.parent / where["location"], "rb") as source:
            source.seek(int(where.get("offset", 0)))
            copy(source, target, length)
        del tensor.external_data[:]
        location = {"location": Path(target.name).name, "offset": used + padding, "length": length}
        for key, value in location.items():
            tensor.external_data.add(key=key, value=str(value))
        used += padding + length
    if target:
        target.close()
        onnx.save(model, str(path))
        for name in old:
            (path.parent / name).unlink()
    return number


def copy(source, target, length):
    while length:
        chunk = source.read(min(CHUNK, length))
        if not chunk:
            raise EOFError(f"{source.name} ends {length} bytes early")
        target.write(chunk)
        length -= len(chunk)


def write_pack(folder, manifest, extra=()):
    """Fills `components` from the files that are present and writes pack.json. extra: more (component, file) pairs."""
    folder = Path(folder)
    files = {**FILES, **dict(extra)}
    components = {name: file_entry(folder / file) for name, file in files.items() if (folder / file).exists()}
    ordered = {}
    for key, value in manifest.items():
        ordered[key] = value
        if key == "licence":
            ordered["components"] = components
    (folder / "pack.json").write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return ordered
