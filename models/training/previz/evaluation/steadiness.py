"""Two faults of pictures, each as one number a clip: temporal flicker and seams on the codec's 8-pixel grid."""
import cv2
import numpy as np

CELL = 8


def flow(a, b):
    """Dense optical flow from a to b, both grey uint8."""
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    return search.calc(a, b, None)


def flicker(clip):
    """Mean difference (0-255) of each frame from the mean of its two neighbours, both moved onto it by optical flow."""
    grey = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in clip]
    height, width = grey[0].shape
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    differences = []
    for t in range(1, len(clip) - 1):
        moved, inside = [], np.ones((height, width), bool)
        for neighbour in (t - 1, t + 1):
            shift = flow(grey[t], grey[neighbour])
            x, y = columns + shift[..., 0], rows + shift[..., 1]
            inside &= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
            moved.append(cv2.remap(clip[neighbour], x, y, cv2.INTER_LINEAR).astype(np.float32))
        difference = np.abs(clip[t] - (moved[0] + moved[1]) / 2).mean(-1)
        differences.append(float(difference[inside].mean()) if inside.any() else 0.0)
    return float(np.mean(differences))


def seams(clip):
    """Gradient energy across the lines of the 8-pixel grid, over that between all other neighbours; 1 is no seam at all."""
    x = clip.astype(np.float32)
    on, off = 0.0, 0.0
    for axis in (1, 2):
        energy = (np.diff(x, axis=axis) ** 2).mean(axis=tuple(a for a in range(4) if a != axis))
        is_seam = np.arange(1, len(energy) + 1) % CELL == 0
        on, off = on + energy[is_seam].mean(), off + energy[~is_seam].mean()
    return float(on / max(off, 1e-6))


def rough(clip):
    """High-frequency energy of the pictures: mean squared difference from a blurred copy. Confetti has much of it."""
    return float(np.mean([((f.astype(np.float32) - cv2.GaussianBlur(f, (5, 5), 1.2)) ** 2).mean() for f in clip]))
