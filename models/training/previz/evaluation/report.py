"""The evaluation as a page for people: target, measured, ceiling, met or by how much not."""

TITLES = {"setting": "Setting", "time": "Time of day", "shot": "Shot size", "subject": "Subject", "colour": "Colour", "direction": "Camera direction right",
          "move": "Camera move (16 kinds)", "magnitude": "Camera magnitude within 30 %", "flicker": "Temporal flicker", "seams": "Seams (8-pixel grid)"}


def interval(share, of):
    """Half the width of the 95 % Wilson interval."""
    z = 1.96
    return z / (1 + z * z / of) * ((share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5)


def share_row(key, result):
    target, measured, ceiling = result["targets"][key], result["measured"][key], result["ceiling"][key]
    short = target - measured["share"]
    verdict = "met" if short <= 0 else f"missed by {short:.3f}"
    return f"| {TITLES[key]} | ≥ {target:.2f} | **{measured['share']:.3f}** ± {interval(measured['share'], measured['of']):.2f} | {ceiling['share']:.3f} | {verdict} |"


def steadiness_row(key, result):
    row = result["steadiness"][key]
    over = row["median"] / row["realPercentile95"] - 1
    verdict = "met" if over < 0 else f"missed by {over:.0%}"
    return (f"| {TITLES[key]} | < {row['realPercentile95']:.3f} (real 95th percentile) | **{row['median']:.3f}** median, {row['percentile95']:.3f} 95th percentile; "
            f"{row['shareBelow']:.0%} of clips below | {row['realMedian']:.3f} median | {verdict} |")


def breakdown(result):
    return [f"- **{TITLES[k]}**: " + ", ".join(f"{v} {n}" for v, n in result["right"][k].items()) for k in ("setting", "time", "shot", "subject", "colour", "move")]


def write_report(result, file):
    pack = result["pack"]
    lines = [
        "# Evaluation of the embedded pack", "",
        f"Written by `npm run eval:previz`; numbers of every clip are in `evaluation.json`. {result['prompts']} held-out prompts with one seed each, {result['frames']} frames, three frame shapes, "
        f"made by the studio's engine with the pack's own steps and guidance. Pack {pack['version']}: {pack['hours']} hours of training, {pack['steps']} steps, on {pack['hardware']}.", "",
        "| | target | measured | ceiling (real clips) | |", "|---|---|---|---|---|",
        *[share_row(k, result) for k in result["targets"] if k in result["measured"]], *[steadiness_row(k, result) for k in result["steadiness"]], "",
        "± is half of the 95 % interval. The ceiling is the same measurement on rendered clips of the same scenes and cameras that went through the pack's codec and the same video files: "
        "what the measuring instrument loses by itself.", "",
        "## How", "",
        "- **Prompts**: `models/training/previz/evaluation/held-out.json`. Each combination of setting, time of day and shot size once; no scene of the training clips (of the `cpu` setting, mirrored ones included).",
        "- **Setting, time, shot size, subject, colour**: a small convolutional net on pictures, trained on other rendered scenes that went through the codec. Shot size from frame 0, the rest from five frames.",
        "- **Camera**: later frames are sought in earlier ones, moved as planes at the depths of such a scene would be (docs/pack-format.md) by moves of all kinds and sizes; the lens and the kind of scene are told, the move is not. "
        "Move: the likeliest kind. Direction and magnitude: the likeliest size of the kind that was asked for; a camera that hardly moves has no direction. Static clips count for the move alone.",
        "- **Flicker**: mean difference (of 255) of each frame from its two neighbours, moved onto it by optical flow. A frozen picture has none, so read it together with the camera's rows.",
        "- **Seams**: gradient energy across the codec's 8-pixel grid over that elsewhere; 1 is none. For both, the target is met where the middle clip is below the real clips' 95th percentile.", "",
        "## What was right", "", *breakdown(result), "",
    ]
    text = "\n".join(lines)
    with open(file, "w") as out:
        out.write(text)
    return "\n".join(line for line in lines if line.startswith("|"))
