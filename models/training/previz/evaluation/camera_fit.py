"""Camera moves measured from pictures: sparse optical flow, explained by the flow of planes at the depths that scenes have.

A clip's tracks (four frames long) are compared with what each move of each size would do to points of each plane; a plane is
likelier where scenes of that kind have it. The two planes of docs/pack-format.md (far and subject) are among the planes; those
between them and the near one are there because scenes have them. Only the lens and the scene's kind are told, never the move.
"""
import cv2
import numpy as np

import camera
import grammar
from evaluation import held_out
from scenes import GROUND, HILLS, MID, NEAR, Scene

D = camera.SUBJECT_DISTANCE
OUTDOOR, INDOOR = [np.inf, HILLS, MID, GROUND, D, NEAR], [2.2 * D, D]
STRIDE = 4  # frames a track
ENLARGE = 3
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

    def __init__(self, scenes=12):
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


def contrasted(clip):
    """Enlarged grey frames, stretched to the clip's own range: night is as good to track as day."""
    grey = clip.astype(np.float32) @ np.float32([0.35, 0.4, 0.25])
    low, high = np.percentile(grey, (1, 99))
    grey = np.clip((grey - low) / max(12.0, high - low) * 255, 0, 255).astype(np.uint8)
    return [cv2.resize(g, None, fx=ENLARGE, fy=ENLARGE, interpolation=cv2.INTER_CUBIC) for g in grey]


def tracks(clip):
    """(start frame, end frame, [n, 2] places in px at the start, [n, 2] at the end) for each stretch of the clip."""
    frames, found = contrasted(clip), []
    options = dict(winSize=(21, 21), maxLevel=3, criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.02))
    for start in range(0, len(clip) - STRIDE, STRIDE):
        corners = cv2.goodFeaturesToTrack(frames[start], 120, 0.004, 5 * ENLARGE / 2)
        if corners is None:
            continue
        at, alive = corners, np.ones(len(corners), bool)
        for t in range(start, start + STRIDE):
            at, ok, _ = cv2.calcOpticalFlowPyrLK(frames[t], frames[t + 1], at, None, **options)
            alive &= ok.ravel() > 0
        back = at
        for t in range(start + STRIDE, start, -1):
            back, ok, _ = cv2.calcOpticalFlowPyrLK(frames[t], frames[t - 1], back, None, **options)
            alive &= ok.ravel() > 0
        alive &= np.linalg.norm(back - corners, axis=-1).ravel() < 0.8 * ENLARGE
        to_px = lambda p: (p.reshape(-1, 2)[alive] + 0.5) / ENLARGE - 0.5
        if alive.any():
            found.append((start, start + STRIDE, to_px(corners), to_px(at)))
    return found


def to_uv(px, width, height):
    return (2 * px + 1 - np.array([width, height])) / max(width, height)


def project(h, uv):
    x = h @ np.concatenate([uv, np.ones((len(uv), 1))], 1).T
    z = np.where(np.abs(x[2]) < 1e-6, 1e-6, x[2])
    return (x[:2] / z).T


def log_likelihood(found, path, planes, layout, width, height):
    """How well a camera path explains the tracks; residuals in px, heavy-tailed, with a share of outliers (moving subjects)."""
    total, long = 0.0, max(width, height)
    for start, end, a, b in found:
        uv_a, uv_b = to_uv(a, width, height), to_uv(b, width, height)
        density = np.full(len(a), OUTLIER)
        for plane, depth in enumerate(planes):
            here = project(camera.homography(path, start, depth), uv_a)
            there = project(np.linalg.inv(camera.homography(path, end, depth)), here)
            residual = np.linalg.norm(there - uv_b, axis=1) * long / 2
            sigma = 0.35 + 0.04 * np.linalg.norm(b - a, axis=1)
            cell = lambda value, extent: np.clip(((value * long / extent + 1) / 2 * GRID).astype(int), 0, GRID - 1)
            here = np.clip(np.nan_to_num(here), -9, 9)
            prior = layout[plane, cell(here[:, 1], height), cell(here[:, 0], width)]
            density += prior / (sigma * (1 + (residual / sigma) ** 2) ** 1.5)
        total += float(np.log(density).sum())
    return total


def path_at(kind, reach, lens):
    return held_out.signed_path(kind, held_out.amount_of(kind, reach, lens), lens)


class CameraFit:
    """What the pictures say: the likeliest move of all, and the likeliest size of one kind of move."""

    def __init__(self, clip, entry, layouts):
        width, height = entry["width"], entry["height"]
        found, lens = tracks(clip), entry["camera"]["lensMm"]
        layout, planes = layouts.of(entry["spec"], width, height), planes_of(entry["spec"])
        self.tracks = sum(len(f[2]) for f in found)
        score = lambda kind, reach: log_likelihood(found, path_at(kind, reach, lens), planes, layout, width, height)
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
    result = {"asked": held_out.label_of(move), "seen": fit.move(), "tracks": fit.tracks}
    result["move"] = result["asked"] == result["seen"]
    if move["preset"] == "static":
        return result
    ratio = fit.best[move["preset"]][1] / asked_reach(move)
    is_moving = abs(fit.best[move["preset"]][1]) >= LEAST_REACH
    return {**result, "ratio": round(float(ratio), 3), "direction": bool(ratio > 0 and is_moving), "magnitude": bool(abs(ratio - 1) <= 0.3)}
