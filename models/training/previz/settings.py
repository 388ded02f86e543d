"""Sizes of a run. `cpu` fits one core in about two hours; `gpu` is for one data-centre card."""

SETTINGS = {
    "cpu": {
        "images": 40_000, "clips": 14_000, "longClips": 1_200, "heldout": 256,
        "imageBatch": 40, "clipBatch": 10, "minutes": 160, "imageShare": 0.4, "decoderMinutes": 7, "decoderClips": 400, "decoderBatch": 4,
        "model": {"fine": 96, "coarse": 224, "depth": 5, "heads": 7},
    },
    "gpu": {
        "images": 100_000, "clips": 100_000, "longClips": 10_000, "heldout": 1_024,
        "imageBatch": 512, "clipBatch": 128, "minutes": 60, "imageShare": 0.15, "decoderMinutes": 10, "decoderClips": 2_000, "decoderBatch": 16,
        "model": {"fine": 128, "coarse": 320, "depth": 8, "heads": 10},
    },
}
