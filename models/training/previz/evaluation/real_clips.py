"""The real clips that generated ones are compared with: the held-out scenes and cameras rendered, then through the pack's own codec."""
import os
import sys

import cv2
import numpy as np

import camera
from canvas import over
from evaluation import held_out
from sample import Pack
from scenes import NEAR, Scene

PACK = os.environ.get("SHOTWRIGHT_EVAL_PACK") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "packs", "previz")
THREADS = int(os.environ.get("SHOTWRIGHT_EVAL_THREADS", os.cpu_count() or 1))


class Codec:
    """The pack's encoder and decoder alone: a blur that the codec makes is no fault of a picture."""

    def __init__(self, folder=PACK, threads=THREADS):
        self.pack = Pack(folder, threads)
        noise = np.random.default_rng(3).standard_normal((1, self.pack.mean.shape[1], 2, 12, 20)).astype(np.float32)
        self.fingerprint = self.pack.decode(noise)[:, ::4, ::4].astype(np.int16)

    def is_same(self, fingerprint):
        """Whether a codec decodes as this one does, exported anew or not."""
        return fingerprint.shape == self.fingerprint.shape and np.abs(fingerprint - self.fingerprint).max() <= 2

    def round_trip(self, frames):
        return self.pack.decode(self.pack.encode(frames))


def render(spec, path, size, times, rng, frames=held_out.FRAMES):
    """uint8 [len(times), H, W, 3]: the frames of a scene at the given times of a clip of `frames` frames."""
    scene = Scene(spec, *size, rng)
    pictures = []
    for t in times:
        look = lambda canvas, depth, replicate, shift=(0.0, 0.0): canvas.warp(camera.homography(path, t, depth), *size, replicate, shift)
        image = None
        for depth, canvas in scene.layers:
            layer = look(canvas, depth, True)
            image = layer if image is None else over(image, layer)
        if scene.subject is not None:
            canvas = scene.subject[(int(t) // 2) % len(scene.subject)]
            image = over(image, look(canvas, camera.SUBJECT_DISTANCE, False, scene.offset(t, frames)))
        if scene.near is not None:
            image = over(image, look(scene.near, NEAR, False))
        pictures.append(image[..., :3])
    return np.stack(pictures)


def main(count, folder):
    cv2.setNumThreads(1)
    os.makedirs(folder, exist_ok=True)
    codec, note = Codec(), os.path.join(folder, "codec.npy")
    if not (os.path.exists(note) and codec.is_same(np.load(note))):
        for stale in os.listdir(folder):
            os.remove(os.path.join(folder, stale))
        np.save(note, codec.fingerprint)
    for entry in held_out.load(count):
        target = os.path.join(folder, f"{entry['id']}.rendered.rgb")
        if os.path.exists(target):
            continue
        scene = Scene(entry["spec"], entry["width"], entry["height"], np.random.default_rng(entry["seed"]))
        codec.round_trip(scene.render(held_out.path_of(entry["camera"]), entry["frames"])).tofile(target + ".part")
        os.replace(target + ".part", target)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
