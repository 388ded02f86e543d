"""Runs from anywhere: `pytest models/export/tests`. One thread, so that results do not depend on the machine."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def diffusers_folder(tmp_path_factory):
    """A whole tiny Wan checkpoint in the layout of a diffusers folder, with a SentencePiece tokenizer alone."""
    from checkpoint import write_wan

    return write_wan(tmp_path_factory.mktemp("checkpoint"))
