"""A drawing surface in scene coordinates: premultiplied RGBA, filled anti-aliased shapes, warps by homography."""
import cv2
import numpy as np

cv2.setNumThreads(1)
SHIFT = 4


class Canvas:
    """Covers u in [-reach_u, reach_u] and v in [-reach_v, reach_v] (half the longer frame side = 1), v down."""

    def __init__(self, pixels_per_unit, reach_u=2.7, reach_v=2.3, fill=None):
        self.scale, self.reach_u, self.reach_v = pixels_per_unit, reach_u, reach_v
        width, height = int(2 * reach_u * pixels_per_unit), int(2 * reach_v * pixels_per_unit)
        self.image = np.zeros((height, width, 4), np.uint8)
        if fill is not None:
            self.image[:] = rgba(fill)

    def points(self, uv):
        uv = np.asarray(uv, np.float64).reshape(-1, 2)
        px = (uv + [self.reach_u, self.reach_v]) * self.scale - 0.5
        return np.round(px * (1 << SHIFT)).astype(np.int32)

    def poly(self, uv, colour):
        cv2.fillPoly(self.image, [self.points(uv)], rgba(colour), cv2.LINE_AA, SHIFT)

    def rect(self, u0, v0, u1, v1, colour):
        self.poly([(u0, v0), (u1, v0), (u1, v1), (u0, v1)], colour)

    def ellipse(self, u, v, ru, rv, colour, start=0, end=2 * np.pi):
        a = np.linspace(start, end, 28)
        self.poly(np.stack([u + ru * np.cos(a), v + rv * np.sin(a)], 1), colour)

    def circle(self, u, v, r, colour):
        self.ellipse(u, v, r, r, colour)

    def line(self, u0, v0, u1, v1, width, colour):
        d = np.array([u1 - u0, v1 - v0], float)
        n = np.array([-d[1], d[0]]) / (np.hypot(*d) + 1e-9) * width / 2
        a, b = np.array([u0, v0]), np.array([u1, v1])
        self.poly([a + n, b + n, b - n, a - n], colour)

    def below(self, us, vs, colour):
        """Fills everything under the line through (us, vs)."""
        uv = list(zip(us, vs))
        self.poly([(us[0], self.reach_v + 1)] + uv + [(us[-1], self.reach_v + 1)], colour)

    def gradient(self, v0, colour0, v1, colour1):
        v = (np.arange(self.image.shape[0]) + 0.5) / self.scale - self.reach_v
        s = np.clip((v - v0) / (v1 - v0), 0, 1)[:, None]
        row = np.asarray(colour0)[None] * (1 - s) + np.asarray(colour1)[None] * s
        self.image[..., :3] = np.clip(row * 255 + 0.5, 0, 255).astype(np.uint8)[:, None]
        self.image[..., 3] = 255

    def warp(self, to_canonical, width, height, replicate, shift=(0.0, 0.0)):
        """The canvas seen in a width x height frame whose pixel (u, v, 1) maps to canvas coordinates by `to_canonical`."""
        long = max(width, height)
        pixel_to_uv = np.array([[2 / long, 0, (1 - width) / long], [0, 2 / long, (1 - height) / long], [0, 0, 1]])
        uv_to_canvas = np.array([[self.scale, 0, (self.reach_u - shift[0]) * self.scale - 0.5],
                                 [0, self.scale, (self.reach_v - shift[1]) * self.scale - 0.5], [0, 0, 1]])
        matrix = uv_to_canvas @ to_canonical @ pixel_to_uv
        border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
        return cv2.warpPerspective(self.image, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border)


def rgba(colour):
    r, g, b = (int(round(255 * min(1.0, max(0.0, float(c))))) for c in colour)
    return (r, g, b, 255)


def over(back, front):
    """Premultiplied front over back."""
    keep = cv2.cvtColor(255 - front[..., 3], cv2.COLOR_GRAY2BGRA)
    return cv2.add(cv2.multiply(back, keep, scale=1 / 255.0), front)


def mix(a, b, t):
    return np.asarray(a, float) * (1 - t) + np.asarray(b, float) * t
