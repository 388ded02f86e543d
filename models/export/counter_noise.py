"""The engine's noise (src/engine/sampling/noise.ts) in numpy: Philox4x32-10, then Box-Muller on pairs of words.

With it a golden vector starts from the noise that a seed means in the engine, so that a test can run the whole engine.
"""

import numpy as np
import torch

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = 0x9E3779B9, 0xBB67AE85
KEY_TAG = 0x53484F54
LOW = np.uint64(0xFFFFFFFF)


def philox(counter, key):
    """counter: four uint64 arrays of 32-bit values; key: two ints -> four arrays."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]
        c0, c1, c2, c3 = (
            (p1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0),
            p1 & LOW,
            (p0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1),
            p0 & LOW,
        )
        k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
    return c0, c1, c2, c3


def gaussian(shape, seed, stream=0):
    """Stream 0 is the noise that a clip starts from; a step i that draws again uses stream i + 1."""
    count = int(np.prod(shape))
    block = np.arange((count + 3) // 4, dtype=np.uint64)
    zero = np.zeros_like(block)
    words = philox((block & LOW, block >> np.uint64(32), zero + np.uint64(stream), zero), (seed, KEY_TAG))
    uniform = [(w.astype(np.float64) + 0.5) / 2**32 for w in words]
    quads = []
    for first, second in (uniform[:2], uniform[2:]):
        radius, angle = np.sqrt(-2 * np.log(first)), 2 * np.pi * second
        quads += [radius * np.cos(angle), radius * np.sin(angle)]
    values = np.stack(quads, axis=1).reshape(-1)[:count].astype(np.float32)
    return torch.from_numpy(values.reshape(shape))
