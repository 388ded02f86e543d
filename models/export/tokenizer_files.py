"""tokenizer.json of a pack: copied, or converted from a SentencePiece file."""

import shutil

from transformers import AutoTokenizer


def write_tokenizer(folder, path):
    """folder: a checkpoint's tokenizer folder with tokenizer.json, or with spiece.model and tokenizer_config.json."""
    if (folder / "tokenizer.json").is_file():
        shutil.copyfile(folder / "tokenizer.json", path)
        return
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True).backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()  # the engine pads and cuts
    tokenizer.save(str(path))
