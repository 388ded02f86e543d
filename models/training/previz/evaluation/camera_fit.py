"""Camera moves measured from pictures: which path moves the planes of such a scene so that earlier frames become later ones.

Each pixel of a later frame is sought in an earlier one, moved as each plane would be by moves of every kind and size; a plane is
likelier where scenes of that kind have it. The two planes of docs/pack-format.md (far and subject) are among the planes; those
between them and the near one are there because scenes have them. Only the lens and the scene's kind are told, never the move.
"""
from functools import lru_cache

import cv2
import numpy as np

import camera
import grammar
from evaluation import held_out
from scenes import GROUND, HILLS, MID, NEAR, Scene

D = camera.SUBJECT_DISTANCE
OUTDOOR, INDOOR = [np.inf, HILLS, MID, GROUND, D, NEAR], [2.2 * D, D]
# Frame 0 and the third of the four frames of each latent frame; pairs of them (indices) are compared. A small model may move in
# steps from latent frame to latent frame and change a subject's outline on the way: following corners loses what the eye still sees.
TIMES = (0, 3, 7, 11, 15)
PAIRS = ((0, 2), (2, 4), (1, 3), (0, 4))
SHRINK = 3
NOISE = 14.0  # of 255
GRID = 24  # cells a side of a layout
LEAST_REACH = 0.12  # half long sides; less than this is a camera at rest (moves asked for are 0.4 or more)
REACHES = np.round(np.arange(-1.2, 1.2001, 0.15), 3)
KINDS = held_out.SIGNED + ["orbit"]
OUTLIER = 0.02


def planes_of(spec):
    return INDOOR if spec["setting"] == "room" else OUTDOOR


def plane_map(scene):
    """Which plane each cell of a scene's frame 0 shows, [GRID, GRID]."""
    planes, size = planes_of(scene.spec), (scene.width, scene.height)
    ids = np.zeros((scene.height, scene.width), int)
    shown = list(scene.layers)
    if scene.subject is not None:
        shown.append((D, scene.subject[0]))
    if scene.near is not None:
        shown.append((NEAR, scene.near))
    for depth, canvas in shown:
        ids[canvas.warp(np.eye(3), *size, False)[..., 3] > 127] = planes.index(depth)
    rows, columns = ((np.arange(GRID) + 0.5) * n / GRID for n in (scene.height, scene.width))
    return ids[rows.astype(int)][:, columns.astype(int)]


class Layouts:
    """How likely each plane is at each place of frame 0, for each kind of scene; from rendered scenes."""

    def __init__(self, scenes=10):
        self.scenes, self.known = scenes, {}

    def of(self, spec, width, height):
        setting = spec["setting"]
        kind = (setting, spec["shot"], spec["subject"] in ("house", "tree", "car", "boat"), width, height)
        if kind not in self.known:
            rng = np.random.default_rng(77)
            count = np.zeros((len(planes_of(spec)), GRID, GRID))
            for _ in range(self.scenes):
                drawn = {**grammar.sample_spec(rng), "setting": setting, "shot": spec["shot"], "subject": spec["subject"], "place": spec["place"]}
                ids = plane_map(Scene(drawn, width, height, rng))
                for plane in range(len(count)):
                    count[plane] += ids == plane
            count = np.stack([cv2.GaussianBlur(c, (5, 5), 1.0) for c in count]) / self.scenes
            self.known[kind] = 0.9 * count / count.sum(0) + 0.1 / len(count)
        return self.known[kind]


def contrasted(clip, width, height):
    """The frames at TIMES, small, blurred and stretched to the clip's own range: night counts as much as day."""
    frames = clip[list(TIMES)].astype(np.float32)
    low, high = np.percentile(frames, (1, 99))
    frames = (frames - low) / max(24.0, high - low) * 255
    return [cv2.resize(cv2.GaussianBlur(f, (0, 0), 1.5), (width // SHRINK, height // SHRINK), interpolation=cv2.INTER_AREA) for f in frames]


@lru_cache(maxsize=4_000)
def homographies(kind, reach, lens, planes):
    """To frame 0 and back, [times, planes, 3, 3] each, at the frames where tracks start and end."""
    path = held_out.signed_path(kind, held_out.amount_of(kind, reach, lens), lens)
    to_start = np.stack([[camera.homography(path, t, depth) for depth in planes] for t in TIMES])
    return to_start, np.linalg.inv(to_start)


def project(h, rays):
    x = h @ rays
    return x[:2] / np.where(np.abs(x[2]) < 1e-6, 1e-6, x[2])


class Likelihood:
    """How well a camera path explains the frames: each pixel of a later frame is sought in an earlier one, moved as each plane would be."""

    def __init__(self, clip, planes, layout, width, height):
        self.frames = contrasted(clip, width, height)
        rows, columns = self.frames[0].shape[:2]
        long = max(rows, columns)
        u, v = camera.cell_grid(rows, columns)
        self.rays = np.stack([u.ravel(), v.ravel(), np.ones(u.size)])
        self.planes, self.layout = tuple(planes), layout
        self.scale, self.middle = long / 2, np.array([[columns - 1], [rows - 1]]) / 2
        self.extent, self.size = np.array([[long / columns], [long / rows]]), (columns, rows)

    def of(self, kind, reach, lens):
        to_start, from_start = homographies(kind, round(float(reach), 3), lens, self.planes)
        return float(np.mean([self.pair(a, b, to_start[b], from_start[a]) for a, b in PAIRS]))

    def pair(self, a, b, to_start, from_start):
        columns, rows = self.size
        density, inside = np.full(columns * rows, OUTLIER), np.zeros(columns * rows)
        for plane in range(len(self.planes)):
            here = project(to_start[plane], self.rays)
            there = project(from_start[plane] @ to_start[plane], self.rays) * self.scale + self.middle
            cell = ((np.clip(np.nan_to_num(here), -9, 9) * self.extent + 1) / 2 * GRID).astype(int).clip(0, GRID - 1)
            prior = self.layout[plane, cell[1], cell[0]]
            x, y = (c.reshape(rows, columns).astype(np.float32) for c in there)
            moved = cv2.remap(self.frames[a], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            residual = np.linalg.norm((moved - self.frames[b]).reshape(-1, 3), axis=1) / NOISE
            density += prior / (1 + residual ** 2) ** 1.5
            inside += prior * ((there[0] >= 0) & (there[0] <= columns - 1) & (there[1] >= 0) & (there[1] <= rows - 1))
        return (inside * np.log(density)).sum() / max(inside.sum(), 0.25 * len(inside))


class CameraFit:
    """What the pictures say: the likeliest move of all, and the likeliest size of one kind of move."""

    def __init__(self, clip, entry, layouts):
        width, height = entry["width"], entry["height"]
        lens = entry["camera"]["lensMm"]
        layout, planes = layouts.of(entry["spec"], width, height), planes_of(entry["spec"])
        likelihood = Likelihood(clip, planes, layout, width, height)
        score = lambda kind, reach: likelihood.of(kind, reach, lens)
        self.best = {kind: self.fit(kind, score) for kind in KINDS}

    def fit(self, kind, score):
        """(log likelihood, reach) of the best size of a move."""
        coarse = [(score(kind, r), r) for r in REACHES]
        middle = max(coarse)[1]
        return max([(score(kind, r), r) for r in np.arange(middle - 0.12, middle + 0.121, 0.03)] + coarse)

    def move(self):
        """One of held_out.MOVES."""
        kind = max(self.best, key=lambda k: self.best[k][0])
        reach = self.best[kind][1]
        if abs(reach) < LEAST_REACH:
            return "static"
        return kind if kind == "orbit" else kind + ("+" if reach > 0 else "-")


def asked_reach(move):
    """Signed reach of an entry's camera: the inverse of held_out.amount_of."""
    kind, amount, lens = move["preset"], move["amount"], move["lensMm"]
    unit = held_out.amount_of(kind, 1.0, lens)
    if kind == "zoom":
        return float(np.log(amount) / np.log(unit))
    if kind in ("pan", "tilt"):
        return float(np.tan(np.radians(amount)) / np.tan(np.radians(unit)))
    return float(amount / unit)


def verdict(fit, move):
    """What was right of a move: {move}, and for cameras that were to move {direction, magnitude, ratio}."""
    result = {"asked": held_out.label_of(move), "seen": fit.move()}
    result["move"] = result["asked"] == result["seen"]
    if move["preset"] == "static":
        return result
    ratio = fit.best[move["preset"]][1] / asked_reach(move)
    is_moving = abs(fit.best[move["preset"]][1]) >= LEAST_REACH
    return {**result, "ratio": round(float(ratio), 3), "direction": bool(ratio > 0 and is_moving), "magnitude": bool(abs(ratio - 1) <= 0.3)}
