"""The fixed list of held-out prompts, cameras and seeds (held-out.json); run as a program it writes the list anew.

Every combination of setting, time of day and shot size occurs exactly once; subjects, colours, weathers, camera moves, lenses
and frame shapes are spread evenly. No scene of the training clips of the `cpu` setting (mirrored ones included) is among them.
"""
import json
import os

import numpy as np

import camera
import dataset
import grammar
from settings import SETTINGS

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "held-out.json")
SEED = 20_261_122
COUNT = len(grammar.SETTINGS) * len(grammar.TIMES) * len(grammar.SHOTS)
FRAMES = 17
SIGNED = ["pan", "tilt", "roll", "truck", "pedestal", "dolly", "zoom"]
# The 16 moves that are told apart: seven with two directions, orbit as one (its direction is measured apart), and static.
MOVES = ["static"] + [f"{kind}{sign}" for kind in SIGNED for sign in "+-"] + ["orbit"]
LENSES = [24, 35, 50]
SIZES = [(160, 96), (96, 160), (160, 96), (128, 128)]
SHOT_SIZES = {"wide": "LS", "medium": "MS", "close": "CU"}


def amount_of(kind, reach, lens):
    """The amount (degrees, metres or ratio, as in the document schema) that sweeps `reach` half long sides of the picture."""
    focal = lens / 18
    distance = camera.SUBJECT_DISTANCE
    return {
        "pan": np.degrees(np.arctan(reach / focal)), "tilt": np.degrees(np.arctan(0.6 * reach / focal)), "roll": np.degrees(0.5 * reach),
        "truck": reach * distance / focal, "pedestal": 0.45 * reach * distance / focal, "dolly": 0.5 * reach * distance,
        "zoom": np.exp(0.75 * reach), "orbit": np.degrees(reach / focal), "static": 0.0,
    }[kind]


def path_of(move, frames=FRAMES):
    """The recipe's camera path of an entry's `camera`."""
    return signed_path(move["preset"], move["amount"], move["lensMm"], frames)


def signed_path(kind, amount, lens, frames=FRAMES):
    turn = np.radians(amount)
    moves = {
        "static": {}, "pan": dict(yaw=turn), "tilt": dict(pitch=turn), "roll": dict(roll=turn), "orbit": dict(orbit=turn), "zoom": dict(zoom=amount),
        "truck": dict(move=(amount, 0, 0)), "pedestal": dict(move=(0, amount, 0)), "dolly": dict(move=(0, 0, amount)),
    }[kind]
    return camera.Path(frames, lens / 18, **moves)


def label_of(move):
    """Which of MOVES it is."""
    kind, amount = move["preset"], move["amount"]
    if kind in ("static", "orbit"):
        return kind
    return kind + ("+" if (amount > 1 if kind == "zoom" else amount > 0) else "-")


def key(spec):
    return tuple(sorted(spec.items()))


def training_scenes():
    """Every scene that the clips of the `cpu` setting show, as they are and mirrored."""
    seen = set()
    for index, (_, _, _, _, count) in enumerate(dataset.plan(SETTINGS["cpu"])):
        for i in range(count):
            spec = grammar.sample_spec(np.random.default_rng(index * 10_000_000 + i))
            seen |= {key(spec), key(grammar.flip_spec(spec))}
    return seen


def spread(rng, values):
    """The values over and over, in a random order within each round."""
    return [values[i] for _ in range(-(-COUNT // len(values))) for i in rng.permutation(len(values))][:COUNT]


def sample_camera(rng, label, lens):
    kind = label.rstrip("+-")
    reach = float(rng.uniform(0.4, 0.85))
    backwards = label.endswith("-") or (kind == "orbit" and rng.random() < 0.5)
    amount = amount_of(kind, reach, lens)
    amount = (1 / amount if kind == "zoom" else -amount) if backwards else amount
    return {"preset": kind, "amount": round(float(amount), 3), "lensMm": lens, "subjectDistanceM": camera.SUBJECT_DISTANCE}


def draw_spec(rng, seen, fixed):
    """A scene that was not seen; where every movement and place of one was, its weather and then its colour change."""
    for attempt in range(1_000):
        free = {"weather"} if attempt > 50 else set()
        free |= {"colour"} if attempt > 150 else set()
        spec = {**grammar.sample_spec(rng), **{k: v for k, v in fixed.items() if k not in free}}
        moves = grammar.MOVEMENTS_OF.get(spec["subject"], grammar.MOVEMENTS)
        if spec["movement"] in moves and key(spec) not in seen:
            seen |= {key(spec), key(grammar.flip_spec(spec))}
            return spec
    raise RuntimeError(f"every scene with {fixed} was trained on")


def make_list():
    rng, seen, entries = np.random.default_rng(SEED), training_scenes(), []
    subjects, colours, weathers = (spread(rng, v) for v in (grammar.SUBJECTS, grammar.COLOURS, ["clear", "fog", "clear", "overcast"]))
    moves, lenses, sizes = (spread(rng, v) for v in (MOVES, LENSES, SIZES))
    cells = [(a, b, c) for c in grammar.SHOTS for b in grammar.TIMES for a in grammar.SETTINGS]
    for i, at in enumerate(rng.permutation(COUNT)):
        setting, time, shot = cells[at]
        spec = draw_spec(rng, seen, {"setting": setting, "time": time, "shot": shot, "subject": subjects[i], "colour": colours[i], "weather": weathers[i]})
        words = grammar.caption(spec, rng, plain=True).split(", ", 1)[1]
        entries.append({
            "id": f"p{i:03d}", "prompt": words, "shotSize": SHOT_SIZES[shot], "spec": spec, "camera": sample_camera(rng, moves[i], lenses[i]),
            "width": sizes[i][0], "height": sizes[i][1], "frames": FRAMES, "seed": int(rng.integers(1, 2**31)),
        })
    return entries


def load(count=None):
    with open(FILE) as file:
        return json.load(file)["prompts"][:count]


def main():
    entries = make_list()
    with open(FILE, "w") as file:
        rows = ",\n  ".join(json.dumps(entry) for entry in entries)
        file.write(f'{{\n "about": "Held-out prompts, cameras and seeds; made by held_out.py from seed {SEED}.",\n "prompts": [\n  {rows}\n ]\n}}\n')
    print(f"{len(entries)} prompts; {len({label_of(e['camera']) for e in entries})} moves")


if __name__ == "__main__":
    main()
