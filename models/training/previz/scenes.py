"""Renders a captioned scene: flat-shaded layers at real depths, seen by an exact camera path."""
import numpy as np

import camera as cam
import subjects
from canvas import Canvas, mix, over

D = cam.SUBJECT_DISTANCE
HILLS, MID, GROUND, NEAR = 10 * D, 3 * D, 1.7 * D, 0.62 * D
SKY = {"day": ((0.3, 0.6, 0.95), (0.72, 0.88, 0.98)), "sunset": ((0.4, 0.2, 0.46), (1.0, 0.52, 0.2)),
       "night": ((0.02, 0.03, 0.1), (0.09, 0.12, 0.28)), "dawn": ((0.55, 0.6, 0.86), (1.0, 0.76, 0.74))}
TINT = {"day": (1, 1, 1), "sunset": (0.95, 0.62, 0.48), "night": (0.24, 0.3, 0.5), "dawn": (0.9, 0.78, 0.84)}
FOG = {"day": (0.84, 0.87, 0.9), "sunset": (0.86, 0.62, 0.5), "night": (0.2, 0.23, 0.32), "dawn": (0.88, 0.78, 0.8)}
GREY = {"day": (0.62, 0.65, 0.7), "sunset": (0.56, 0.42, 0.42), "night": (0.08, 0.09, 0.13), "dawn": (0.64, 0.58, 0.62)}
LAND = {  # far, mid, ground, foreground
    "desert": ((0.78, 0.5, 0.34), (0.88, 0.62, 0.36), (0.94, 0.74, 0.44), (0.97, 0.8, 0.52)),
    "forest": ((0.2, 0.42, 0.32), (0.1, 0.34, 0.2), (0.2, 0.42, 0.16), (0.28, 0.5, 0.2)),
    "city": ((0.5, 0.54, 0.64), (0.38, 0.4, 0.48), (0.46, 0.46, 0.48), (0.34, 0.34, 0.37)),
    "beach": ((0.12, 0.46, 0.72), (0.16, 0.56, 0.78), (0.96, 0.88, 0.66), (0.98, 0.91, 0.72)),
    "mountains": ((0.46, 0.5, 0.62), (0.34, 0.42, 0.4), (0.44, 0.52, 0.36), (0.5, 0.56, 0.38)),
    "field": ((0.5, 0.68, 0.42), (0.44, 0.66, 0.26), (0.5, 0.74, 0.24), (0.58, 0.8, 0.28)),
    "snow": ((0.72, 0.8, 0.9), (0.8, 0.87, 0.94), (0.9, 0.94, 0.98), (0.96, 0.98, 1.0)),
    "room": ((0.86, 0.78, 0.64), (0.86, 0.78, 0.64), (0.55, 0.36, 0.22), (0.6, 0.4, 0.25)),
}


class Scene:
    """All layers of one spec, drawn once; `render` looks at them through a path."""

    def __init__(self, spec, width, height, rng):
        self.spec, self.width, self.height = spec, width, height
        self.m = min(width, height) / max(width, height)
        self.ppu = max(width, height) / 2 * 1.15
        self.rng = rng
        room = spec["setting"] == "room"
        self.tint = np.asarray(TINT[spec["time"]])
        if spec["weather"] == "overcast":
            self.tint = mix(self.tint, self.tint.mean() * 0.85, 0.6)
        if room:
            self.tint = mix(self.tint, (1, 0.9, 0.75), 0.55)
        self.horizon = float(rng.uniform(-0.02, 0.16)) * self.m
        self.layers = [(np.inf, self.sky())] if not room else []
        self.layers += self.room() if room else self.land()
        self.subject = None if spec["subject"] == "none" else self.place_subject()
        self.near = None if room or spec["shot"] == "close" else self.near_layer()

    def lit(self, colour, haze=0.0, amount=1.0):
        colour = np.asarray(colour) * mix((1, 1, 1), self.tint, amount)
        if self.spec["weather"] == "fog" and self.spec["setting"] != "room":
            return mix(colour, FOG[self.spec["time"]], haze)
        return colour

    def canvas(self, **options):
        return Canvas(self.ppu, **options)

    def sky(self):
        spec, rng, m = self.spec, self.rng, self.m
        top, low = SKY[spec["time"]]
        if spec["weather"] == "fog":
            top, low = mix(top, FOG[spec["time"]], 0.8), np.asarray(FOG[spec["time"]])
        if spec["weather"] == "overcast":
            top, low = mix(top, GREY[spec["time"]], 0.85), mix(low, GREY[spec["time"]], 0.75)
        c = self.canvas()
        c.gradient(self.horizon - 1.1 * m, top, self.horizon, low)
        if spec["weather"] == "clear":
            if spec["time"] == "night":
                for u, v in rng.uniform((-2.6, -2.2), (2.6, 0), (70, 2)):
                    c.circle(u, v, 0.014, (0.85, 0.88, 1))
            u, r = float(rng.uniform(-0.8, 0.8)), 0.15 * m
            u *= 1 if self.width >= self.height else m
            v = self.horizon - (0.1 if spec["time"] in ("sunset", "dawn") else 0.68) * m
            body = {"day": (1, 0.96, 0.6), "sunset": (1, 0.85, 0.35), "night": (0.95, 0.95, 0.85), "dawn": (1, 0.9, 0.75)}[spec["time"]]
            glow = {"day": 0.0, "sunset": 0.4, "night": 0.12, "dawn": 0.3}[spec["time"]]
            if glow:
                c.circle(u, v, r * 1.9, mix(low, body, glow))
            c.circle(u, v, r * (1.3 if spec["time"] == "sunset" else 1), body)
        if spec["weather"] != "fog":
            grey = spec["weather"] == "overcast"
            cloud = mix(low, (1, 1, 1), 0.14 if grey else 0.5) if spec["time"] != "night" else mix(low, (0.4, 0.45, 0.6), 0.25)
            for i in range(9 if grey else 4):
                u, v = rng.uniform(-2.4, 2.4), self.horizon - rng.uniform(0.3, 1.5) * m
                for k in (-1, 0, 1):
                    c.ellipse(u + 0.2 * k * m, v, 0.26 * m, (0.11 if k == 0 else 0.07) * m, cloud)
        return c

    def ridge(self, base, amplitude, step, jagged=True):
        us = np.arange(-3, 3 + step, step)
        vs = base - self.rng.uniform(0.25 if jagged else 0.6, 1, len(us)) * amplitude
        if jagged:
            vs[1::2] = base - self.rng.uniform(0, 0.3, len(vs[1::2])) * amplitude
            return us, vs
        fine = np.linspace(-3, 3, 90)
        return fine, np.interp(fine, us, vs) if step > 5 else base - amplitude * (0.55 + 0.3 * np.sin(fine * 2.2 / step * 0.6 + self.rng.uniform(0, 6)) + 0.15 * np.sin(fine * 5 / step * 0.6 + self.rng.uniform(0, 6)))

    def land(self):
        s, m, h, rng = self.spec["setting"], self.m, self.horizon, self.rng
        far_c, mid_c, ground_c, _ = LAND[s]
        far, mid, ground = self.canvas(), self.canvas(), self.canvas()
        fc, mc, gc = self.lit(far_c, 0.72), self.lit(mid_c, 0.5), self.lit(ground_c, 0.3)
        if s == "mountains":
            us, vs = self.ridge(h, 0.72 * m, 0.42 * m)
            far.below(us, vs, fc)
            for u, v in zip(us[::2], vs[::2]):
                k = (h - v) * 0.3
                far.poly([(u, v), (u + k * 0.55, v + k), (u, v + k * 0.7), (u - k * 0.55, v + k)], self.lit((0.95, 0.96, 1), 0.7))
        elif s == "city":
            u = -3.0
            while u < 3:
                w = rng.uniform(0.16, 0.32) * m
                top = h - rng.uniform(0.25, 0.85) * m
                far.rect(u, top, u + w, h + 0.4, fc * rng.uniform(0.88, 1.08))
                u += w
        elif s == "beach":
            far.below([-3, 3], [h, h], fc)
        else:
            far.below(*self.ridge(h + 0.02, {"desert": 0.3, "forest": 0.25, "field": 0.16, "snow": 0.34}[s] * m, 0.9 * m, False), fc)
        line = h + 0.1 * m
        if s == "forest":
            us = np.arange(-3, 3, 0.2 * m) + rng.uniform(-0.05, 0.05)
            for u in us:
                t = h - rng.uniform(0.35, 0.6) * m
                mid.poly([(u, t), (u + 0.16 * m, line + 0.1), (u - 0.16 * m, line + 0.1)], mc * rng.uniform(0.85, 1.15))
        elif s == "city":
            u = -3.0
            while u < 3:
                w, top = rng.uniform(0.3, 0.5) * m, h - rng.uniform(0.05, 0.5) * m
                tone = mc * rng.uniform(0.85, 1.15)
                mid.rect(u, top, u + w * 0.94, h + 0.5, tone)
                window = (0.98, 0.88, 0.5) if self.spec["time"] in ("night", "sunset") else tone * 1.4
                for wu in np.arange(u + 0.06 * m, u + w * 0.8, 0.11 * m):
                    for wv in np.arange(top + 0.06 * m, h, 0.13 * m):
                        mid.rect(wu, wv, wu + 0.05 * m, wv + 0.07 * m, window)
                u += w * rng.uniform(1, 1.5)
        elif s == "beach":
            mid.below([-3, 3], [h + 0.12 * m] * 2, mc)
            for u, v in rng.uniform((-2.6, h + 0.14 * m), (2.6, h + 0.2 * m), (14, 2)):
                mid.rect(u, v, u + 0.2 * m, v + 0.015, mix(mc, (1, 1, 1), 0.4))
        elif s == "snow":
            for u in rng.uniform(-2.6, 2.6, 9):
                t = h - rng.uniform(0.1, 0.3) * m
                mid.poly([(u, t), (u + 0.1 * m, line), (u - 0.1 * m, line)], self.lit((0.2, 0.36, 0.34), 0.5))
            mid.below(*self.ridge(line, 0.05 * m, 0.8 * m, False), mc)
        elif s == "desert":
            mid.below(*self.ridge(line, 0.14 * m, 0.7 * m, False), mc)
            for u in rng.uniform(-2.5, 2.5, 5):
                g, w = self.lit((0.25, 0.5, 0.26), 0.5), 0.05 * m
                mid.rect(u - w / 2, h - 0.28 * m, u + w / 2, h + 0.06 * m, g)
                mid.rect(u - 2.2 * w, h - 0.2 * m, u - 1.4 * w, h - 0.08 * m, g)
                mid.rect(u - 2.2 * w, h - 0.11 * m, u, h - 0.06 * m, g)
        else:
            mid.below(*self.ridge(line, 0.1 * m, 0.8 * m, False), mc)
            for u in rng.uniform(-2.6, 2.6, 5):
                mid.circle(u, h - 0.02 * m, 0.09 * m, mc * 0.7)
        depth = 0.3 if s == "beach" else 0.14
        ground.below(*self.ridge(h + depth * m, 0.03 * m, 0.9 * m, False), gc)
        return [(HILLS, far), (MID, mid), (GROUND, ground)]

    def room(self):
        m, h, rng = self.m, self.horizon, self.rng
        wall_c, _, floor_c, _ = LAND["room"]
        wall = self.canvas(fill=self.lit(wall_c))
        top, low = SKY[self.spec["time"]]
        sky = mix(top, low, 0.5) if self.spec["weather"] == "clear" else np.asarray((GREY if self.spec["weather"] == "overcast" else FOG)[self.spec["time"]])
        side = 1 if rng.random() < 0.5 else -1
        u, v = side * float(rng.uniform(0.35, 0.6)) * m, h - 0.35 * m
        wall.rect(u - 0.3 * m, v - 0.3 * m, u + 0.3 * m, v + 0.26 * m, self.lit((0.98, 0.97, 0.94)))
        for a, b in ((-0.26, -0.02), (0.02, 0.26)):
            wall.rect(u + a * m, v - 0.26 * m, u + b * m, v + 0.22 * m, sky)
        p = -side * float(rng.uniform(0.3, 0.6)) * m
        wall.rect(p - 0.15 * m, h - 0.5 * m, p + 0.15 * m, h - 0.2 * m, self.lit((0.42, 0.28, 0.2)))
        wall.rect(p - 0.12 * m, h - 0.47 * m, p + 0.12 * m, h - 0.23 * m, self.lit((0.72, 0.42, 0.38)))
        wall.below([-3, 3], [h + 0.2 * m] * 2, self.lit((0.93, 0.9, 0.84)))
        wall.below([-3, 3], [h + 0.25 * m] * 2, self.lit(floor_c))
        return [(2.2 * D, wall)]

    def place_subject(self):
        s, m, rng = self.spec, self.m, self.rng
        height = {"wide": 0.72, "medium": 1.2, "close": 2.3}[s["shot"]] * m * float(rng.uniform(0.93, 1.07))
        feet = {"wide": 0.48, "medium": 0.8, "close": 1.05}[s["shot"]] * m
        tall = subjects.HEIGHT[s["subject"]]
        if s["shot"] == "close" and tall > 0.9:
            feet = 1.72 * m
        height *= tall
        wide_frame = self.width / max(self.width, self.height)
        u = {"centre": 0.0, "left": -0.48, "right": 0.48}[s["place"]] * wide_frame + float(rng.uniform(-0.05, 0.05)) * m
        if s["movement"] in ("left", "right"):
            u = (0.38 if s["movement"] == "left" else -0.38) * wide_frame
        facing = {"left": -1, "right": 1}.get(s["movement"], 1 if rng.random() < 0.5 else -1)
        strip = self.canvas()
        colour = LAND[s["setting"]][3] if s["subject"] != "boat" or s["setting"] == "room" else (0.2, 0.55, 0.75)
        if s["setting"] != "room":
            strip.below(*self.ridge(feet - 0.1 * m, 0.03 * m, 0.9 * m, False), self.lit(colour, 0.12))
        if s["movement"] == "still":
            strip.ellipse(u, feet, height * 0.42, 0.05 * m, self.lit(np.asarray(colour) * 0.72, 0.12))
        self.layers.append((D, strip))
        phases = [0.0] if s["movement"] in ("still", "jump") else [-1.0, -0.35, 0.35, 1.0]
        if s["movement"] in ("left", "right") and s["subject"] in ("car", "house", "tree", "boat"):
            phases = [0.0]
        images = []
        for k in phases:
            c = self.canvas()
            subjects.draw(s["subject"], c, u, feet, height, s["colour"], lambda col: self.lit(col, 0.12, 0.55), facing, k)
            images.append(c)
        return images

    def near_layer(self):
        m, rng, s = self.m, self.rng, self.spec["setting"]
        c = self.canvas()
        colour = self.lit(np.asarray({"desert": (0.66, 0.44, 0.28), "city": (0.2, 0.2, 0.24), "snow": (0.7, 0.78, 0.88), "beach": (0.8, 0.68, 0.46)}.get(s, (0.12, 0.3, 0.12))), 0.05)
        for side in (-1, 1):
            u = side * float(rng.uniform(0.85, 1.1)) * self.width / max(self.width, self.height)
            c.ellipse(u, 1.06 * self.height / max(self.width, self.height), 0.34 * m, 0.26 * m, colour)
        return c

    def offset(self, frame, frames):
        """Where the subject has moved by `frame`: across 0.76 of the frame during the clip, or hopping twice in 16 frames."""
        move = self.spec["movement"]
        if move == "jump":
            return 0.0, -0.3 * self.m * abs(np.sin(np.pi * frame / 8.0))
        speed = 0.76 * self.width / max(self.width, self.height) / max(16, frames - 1)
        return {"left": -speed, "right": speed}.get(move, 0.0) * frame, 0.0

    def render(self, path, frames):
        """uint8 [frames, height, width, 3]."""
        out = np.zeros((frames, self.height, self.width, 3), np.uint8)
        background = None
        for i in range(frames):
            if background is None or not path.is_static():
                background = None
                for depth, canvas in self.layers:
                    image = canvas.warp(cam.homography(path, i, depth), self.width, self.height, True)
                    background = image if background is None else over(background, image)
            image = background
            if self.subject is not None:
                canvas = self.subject[(i // 2) % len(self.subject)]
                image = over(image, canvas.warp(cam.homography(path, i, D), self.width, self.height, False, self.offset(i, frames)))
            if self.near is not None:
                image = over(image, self.near.warp(cam.homography(path, i, NEAR), self.width, self.height, False))
            out[i] = image[..., :3]
        return out
