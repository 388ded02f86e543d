"""Pluecker maps in numpy, from camera matrices and an intrinsic matrix, and golden vectors of them: pluecker.py.

Axes: X right, Y down, Z forward. Written apart from src/core/camera/pluecker.ts, from the definition that CameraCtrl and
Wan Fun share: lines through pixel centres, poses relative to the first, moment before direction.
"""

import math

import numpy as np
import torch


def pluecker_frames(camera_to_world, focals, width, height):
    """Lists of 4x4 matrices and focal lengths in pixels -> float32 [F, 6, H, W]."""
    world_to_first = np.linalg.inv(camera_to_world[0])
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.stack((columns + 0.5, rows + 0.5, np.ones((height, width))))
    frames = []
    for matrix, focal in zip(camera_to_world, focals):
        pose = world_to_first @ matrix
        intrinsics = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
        rays = np.einsum("ij,jhw->ihw", np.linalg.inv(intrinsics), pixels)
        rays = np.einsum("ij,jhw->ihw", pose[:3, :3], rays / np.linalg.norm(rays, axis=0))
        moment = np.cross(pose[:3, 3][:, None, None], rays, axis=0)
        frames.append(np.concatenate((moment, rays)))
    return torch.from_numpy(np.stack(frames).astype(np.float32))


def fold(frames, every=4):
    """[F, 6, H, W] -> [1, 6 every, F', H, W]: the first frame `every` times, then groups; channel = component * every + k."""
    padded = torch.cat((frames[:1].repeat(every - 1, 1, 1, 1), frames))
    groups = padded.unflatten(0, (-1, every)).transpose(1, 2)
    return groups.flatten(1, 2).transpose(0, 1)[None]


def rotation(yaw, pitch, roll):
    """Degrees, about Y (right), X (up), Z (clockwise), in axes whose Y points up: the engine's convention."""
    y, p, r = (math.radians(a) for a in (yaw, pitch, roll))
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    about_z = np.array([[math.cos(r), math.sin(r), 0], [-math.sin(r), math.cos(r), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def main():
    from make_golden import Golden

    width, height, count = 24, 16, 9
    distance, units = 4.0, 2.5
    flip = np.diag([1.0, -1.0, 1.0])
    poses, matrices, focals = [], [], []
    for i in range(count):
        turn = rotation(3 * i, -1.5 * i, 2 * i)
        place = np.array([0.1 * i, 0.05 * i * i / 8, -0.2 * i])
        focal_mm = 35 + 2 * i
        poses.append({"position": place.tolist(), "rotation": turn.flatten().tolist(), "focalLengthMm": focal_mm})
        matrix = np.eye(4)
        matrix[:3, :3] = flip @ turn @ flip
        matrix[:3, 3] = flip @ place * units / distance
        matrices.append(matrix)
        focals.append(focal_mm / 36 * width)
    golden = Golden(
        "pluecker",
        {"width": width, "height": height, "subjectDistanceM": distance, "subjectDistanceUnits": units, "temporalCompression": 4},
    )
    golden.body |= {"poses": poses, "maps": golden.tensor(fold(pluecker_frames(matrices, focals, width, height)))}
    golden.write()


if __name__ == "__main__":
    main()
