"""The eight subjects, each drawn big, flat and clear in a box: u in [-w/2, w/2] * height, v from -1 (top) to 0 (feet)."""
import numpy as np

RGB = {"red": (0.88, 0.16, 0.14), "blue": (0.16, 0.36, 0.9), "green": (0.13, 0.68, 0.26), "yellow": (0.98, 0.82, 0.12),
       "white": (0.95, 0.95, 0.95), "purple": (0.6, 0.22, 0.78)}
HEIGHT = {"person": 1.0, "car": 0.62, "dog": 0.68, "house": 0.95, "tree": 1.1, "boat": 0.85, "robot": 0.95, "ball": 0.6}
DARK, SKIN, BROWN, GLASS, STEEL = (0.13, 0.13, 0.17), (0.93, 0.72, 0.56), (0.42, 0.27, 0.15), (0.62, 0.85, 0.95), (0.55, 0.58, 0.62)


def draw(name, canvas, u, v, height, colour, light, facing=1, phase=0.0):
    """Draws with feet at (u, v), `height` tall; `light` maps a colour to its lit value; phase in [-1, 1] swings limbs."""
    c = np.asarray(RGB[colour])
    shade = c * 0.72
    h = height

    def P(pts, col):
        canvas.poly([(u + facing * x * h, v + y * h) for x, y in pts], light(col))

    def R(x0, y0, x1, y1, col):
        P([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], col)

    def O(x, y, rx, ry, col):
        canvas.ellipse(u + facing * x * h, v + y * h, rx * h, ry * h, light(col))

    def L(x0, y0, x1, y1, w, col):
        canvas.line(u + facing * x0 * h, v + y0 * h, u + facing * x1 * h, v + y1 * h, w * h, light(col))

    DRAW[name](P, R, O, L, c, shade, phase)


def person(P, R, O, L, c, shade, k):
    L(0, -0.45, 0.15 * k, -0.01, 0.13, DARK)
    L(0, -0.45, -0.15 * k, -0.01, 0.13, (0.2, 0.2, 0.26))
    L(-0.16, -0.76, -0.2 - 0.1 * k, -0.46, 0.1, shade)
    P([(-0.19, -0.8), (0.19, -0.8), (0.16, -0.4), (-0.16, -0.4)], c)
    L(0.16, -0.76, 0.2 + 0.1 * k, -0.46, 0.1, shade)
    O(0, -0.9, 0.115, 0.125, SKIN)
    O(-0.01, -0.97, 0.125, 0.075, BROWN)
    O(0.05, -0.9, 0.018, 0.022, DARK)


def car(P, R, O, L, c, shade, k):
    P([(-0.6, -0.52), (-0.42, -1.0), (0.34, -1.0), (0.62, -0.52)], shade)
    P([(-0.5, -0.54), (-0.36, -0.9), (-0.06, -0.9), (-0.06, -0.54)], GLASS)
    P([(0.02, -0.54), (0.02, -0.9), (0.3, -0.9), (0.5, -0.54)], GLASS)
    P([(-1.05, -0.2), (-1.0, -0.56), (0.66, -0.56), (1.02, -0.46), (1.08, -0.2)], c)
    R(0.94, -0.46, 1.06, -0.34, (1.0, 0.95, 0.6))
    for x in (-0.58, 0.6):
        O(x, -0.21, 0.22, 0.22, DARK)
        O(x, -0.21, 0.1, 0.1, STEEL)


def dog(P, R, O, L, c, shade, k):
    for x, s in ((-0.42, 1), (0.36, -1)):
        L(x, -0.4, x + 0.12 * k * s, 0.0, 0.13, shade)
        L(x + 0.1, -0.4, x + 0.1 - 0.12 * k * s, 0.0, 0.13, c * 0.85)
    L(-0.52, -0.6, -0.78, -0.86, 0.1, c)
    O(-0.02, -0.5, 0.56, 0.2, c)
    L(0.38, -0.5, 0.52, -0.78, 0.24, c)
    O(0.6, -0.82, 0.2, 0.17, c)
    O(0.8, -0.76, 0.15, 0.09, shade)
    O(0.92, -0.79, 0.045, 0.045, DARK)
    P([(0.4, -0.9), (0.5, -1.0), (0.56, -0.7), (0.42, -0.66)], shade)
    O(0.66, -0.87, 0.03, 0.035, DARK)


def house(P, R, O, L, c, shade, k):
    R(0.26, -1.0, 0.38, -0.66, BROWN)
    R(-0.5, -0.62, 0.5, 0, c)
    P([(-0.62, -0.6), (0, -1.0), (0.62, -0.6)], (0.5, 0.24, 0.17))
    R(-0.1, -0.36, 0.12, 0, BROWN)
    for x in (-0.4, 0.24):
        R(x, -0.46, x + 0.18, -0.24, (0.99, 0.93, 0.6))


def tree(P, R, O, L, c, shade, k):
    P([(-0.07, -0.45), (0.07, -0.45), (0.1, 0), (-0.1, 0)], BROWN)
    O(-0.2, -0.52, 0.22, 0.2, shade)
    O(0.2, -0.52, 0.22, 0.2, shade)
    O(0, -0.72, 0.3, 0.28, c)


def boat(P, R, O, L, c, shade, k):
    L(0, -0.96, 0, -0.25, 0.05, BROWN)
    P([(0.05, -0.95), (0.05, -0.36), (0.52, -0.36)], (0.97, 0.95, 0.9))
    P([(-0.05, -0.88), (-0.05, -0.36), (-0.42, -0.36)], (0.86, 0.84, 0.8))
    P([(-0.72, -0.3), (0.78, -0.3), (0.52, 0.02), (-0.5, 0.02)], c)
    P([(-0.58, -0.12), (0.65, -0.12), (0.52, 0.02), (-0.5, 0.02)], shade)


def robot(P, R, O, L, c, shade, k):
    L(-0.1, -0.34, -0.1 - 0.1 * k, -0.02, 0.12, STEEL)
    L(0.1, -0.34, 0.1 + 0.1 * k, -0.02, 0.12, STEEL)
    L(-0.26, -0.64, -0.34, -0.32 - 0.05 * k, 0.09, STEEL)
    L(0.26, -0.64, 0.34, -0.32 + 0.05 * k, 0.09, STEEL)
    R(-0.24, -0.68, 0.24, -0.3, c)
    R(-0.13, -0.58, 0.13, -0.44, shade)
    R(-0.18, -0.93, 0.18, -0.71, c)
    O(-0.075, -0.83, 0.05, 0.05, (0.4, 0.98, 0.95))
    O(0.075, -0.83, 0.05, 0.05, (0.4, 0.98, 0.95))
    L(0, -1.0, 0, -0.93, 0.03, STEEL)


def ball(P, R, O, L, c, shade, k):
    O(0, -0.5, 0.5, 0.5, c)
    a = 0.6 + 1.2 * k
    P([(0.5 * np.cos(t), -0.5 + 0.5 * np.sin(t)) for t in np.linspace(a, a + 1.0, 8)] + [(0, -0.5)], (0.98, 0.97, 0.93))
    P([(0.5 * np.cos(t), -0.5 + 0.5 * np.sin(t)) for t in np.linspace(a + np.pi, a + np.pi + 1.0, 8)] + [(0, -0.5)], shade)


DRAW = {"person": person, "car": car, "dog": dog, "house": house, "tree": tree, "boat": boat, "robot": robot, "ball": ball}
