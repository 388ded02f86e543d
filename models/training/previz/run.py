"""One command for the whole recipe: render, fit latents, train denoiser, train decoder, export, evaluate.

    python run.py                    # picks the gpu setting if there is a CUDA device, otherwise cpu
    python run.py --setting cpu --only export,evaluate

Every stage skips what is already done and training resumes from its last checkpoint.
"""
import argparse
import os

import torch

import dataset
import evaluate
import export
import train
import train_decoder
from settings import SETTINGS

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = ["render", "denoiser", "decoder", "export", "evaluate"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--setting", choices=sorted(SETTINGS), default="gpu" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--work", default=os.path.join(HERE, "work"), help="clips, latents and checkpoints")
    parser.add_argument("--pack", default=os.path.join(HERE, "..", "..", "packs", "previz"), help="where the pack goes")
    parser.add_argument("--sheet", default=os.path.join(HERE, "..", "..", "..", "docs", "previz", "contact-sheet.jpg"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default=",".join(STAGES), help="comma-separated stages: " + ", ".join(STAGES))
    options = parser.parse_args()
    setting, stages = SETTINGS[options.setting], options.only.split(",")
    torch.set_num_threads(options.threads)
    if "render" in stages:
        dataset.build(options.work, setting)
    if "denoiser" in stages:
        train.train(options.work, setting)
    if "decoder" in stages:
        train_decoder.train_decoder(options.work, setting)
    if "export" in stages:
        print("largest differences from torch:", export.export(options.work, options.pack))
    if "evaluate" in stages:
        print("seconds, 20 steps with guidance:", {n: export.time_graphs(options.pack, n) for n in (1, 2)})
        result = evaluate.evaluate(options.work, options.pack, options.sheet)
        export.add_evaluation(options.pack, result)
        print(result)


if __name__ == "__main__":
    main()
