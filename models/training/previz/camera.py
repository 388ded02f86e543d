"""Camera paths, their plane homographies, and the four dense channels of docs/pack-format.md."""
import numpy as np

KINDS = ["static", "pan", "tilt", "roll", "zoom", "truck", "pedestal", "dolly", "orbit", "mix"]
ODDS = [0.16, 0.1, 0.08, 0.05, 0.1, 0.1, 0.06, 0.1, 0.1, 0.15]
SUBJECT_DISTANCE = 4.0
HALFWAY = 3 * SUBJECT_DISTANCE  # the middle layers of the scenes
T = 4


def rotation(yaw, pitch, roll):
    """Camera-to-world, axes X right, Y up, Z forward; yaw right, pitch up and roll clockwise are positive (radians)."""
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    yaw_m = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch_m = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    roll_m = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return yaw_m @ pitch_m @ roll_m


class Path:
    """Poses as functions of time in frames: position (m), yaw, pitch, roll (rad), focal length (half long side)."""

    def __init__(self, frames, focal, yaw=0.0, pitch=0.0, roll=0.0, zoom=1.0, move=(0, 0, 0), orbit=0.0, ease=False):
        self.frames, self.focal, self.ease = frames, focal, ease
        self.end = dict(yaw=yaw, pitch=pitch, roll=roll, zoom=zoom, move=np.asarray(move, float), orbit=orbit)

    def at(self, frame):
        s = frame / max(1, self.frames - 1)
        s = s * s * (3 - 2 * s) if self.ease else s
        e = self.end
        a = e["orbit"] * s
        position = e["move"] * s + SUBJECT_DISTANCE * np.array([np.sin(a), 0, 1 - np.cos(a)])
        r = rotation(e["yaw"] * s - a, e["pitch"] * s, e["roll"] * s)
        return position, r, self.focal * e["zoom"] ** s

    def is_static(self):
        e = self.end
        return not (e["yaw"] or e["pitch"] or e["roll"] or e["orbit"] or np.any(e["move"])) and e["zoom"] == 1.0


def sample_path(rng, frames):
    kind = str(rng.choice(KINDS, p=ODDS))
    focal = float(np.exp(rng.uniform(np.log(1.2), np.log(3.2))))
    path = dict(ease=bool(rng.random() < 0.4))
    kinds = [str(k) for k in rng.choice(KINDS[1:9], size=2, replace=False)] if kind == "mix" else [kind]
    half = 0.6 if kind == "mix" else 1.0
    for k in kinds:
        reach = float(rng.uniform(0.15, 0.95)) * half * (1 if rng.random() < 0.5 else -1)
        if k == "pan": path["yaw"] = np.arctan(reach / focal)
        if k == "tilt": path["pitch"] = np.arctan(0.6 * reach / focal)
        if k == "roll": path["roll"] = 0.5 * reach
        if k == "zoom": path["zoom"] = float(np.exp(0.75 * reach))
        move = np.array(path.get("move", (0, 0, 0)), float)
        if k == "truck": path["move"] = move + [reach * SUBJECT_DISTANCE / focal, 0, 0]
        if k == "pedestal": path["move"] = move + [0, 0.45 * reach * SUBJECT_DISTANCE / focal, 0]
        if k == "dolly": path["move"] = move + [0, 0, 0.5 * reach * SUBJECT_DISTANCE]
        if k == "orbit": path["orbit"] = 1.0 * reach / focal
    return Path(frames, focal, **path)


def homography(path, frame, depth):
    """3x3 matrix taking (u, v, 1) of `frame` to frame 0's (u, v) of the plane Z = depth (inf: the far plane)."""
    p, r, f = path.at(frame)
    f0 = path.at(0)[2]
    d = r @ np.array([[1, 0, 0], [0, -1, 0], [0, 0, f]], float)
    if np.isinf(depth):
        x = d
        z = d[2]
    else:
        x = (np.outer(p, d[2]) + (depth - p[2]) * d) / depth
        z = d[2]
    return np.stack([f0 * x[0], -f0 * x[1], z])


def cell_grid(height, width):
    """Centred coordinates u, v of the cells of a height x width grid, in half the longer side."""
    long = max(height, width)
    u = (2 * (np.arange(width) + 0.5) - width) / long
    v = (2 * (np.arange(height) + 0.5) - height) / long
    return np.meshgrid(u, v)


def channels(path, latent_frames, height, width):
    """float32 [4, F', H', W'] as docs/pack-format.md defines it."""
    u, v = cell_grid(height, width)
    rays = np.stack([u.ravel(), v.ravel(), np.ones(u.size)])
    out = np.zeros((4, latent_frames, height, width), np.float32)
    for i in range(latent_frames):
        frame = 0 if i == 0 else T * i - (T - 1) / 2
        for pair, depth in enumerate((np.inf, SUBJECT_DISTANCE)):
            x = homography(path, frame, depth) @ rays
            out[2 * pair, i] = (x[0] / x[2]).reshape(u.shape) - u
            out[2 * pair + 1, i] = (x[1] / x[2]).reshape(u.shape) - v
    return np.clip(out, -4, 4)
