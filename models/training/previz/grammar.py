"""The closed world of the clips: what a scene can be, and the many ways a caption can say it."""
import numpy as np

SETTINGS = ["desert", "forest", "city", "beach", "mountains", "field", "snow", "room"]
TIMES = ["day", "sunset", "night", "dawn"]
WEATHERS = ["clear", "fog", "overcast"]
SUBJECTS = ["person", "car", "dog", "house", "tree", "boat", "robot", "ball"]
COLOURS = ["red", "blue", "green", "yellow", "white", "purple"]
MOVEMENTS = ["still", "left", "right", "jump"]
SHOTS = ["wide", "medium", "close"]
PLACES = ["left", "centre", "right"]
MOVEMENTS_OF = {"house": ["still"], "tree": ["still"], "boat": ["still", "left", "right"], "car": ["still", "left", "right"]}

SHOT_WORDS = {"wide": ["wide shot", "wide", "long shot"], "medium": ["medium shot", "medium"], "close": ["close-up", "close-up shot", "close up"]}
SETTING_WORDS = {
    "desert": ["in a desert", "in the desert", "desert"], "forest": ["in a forest", "in the forest", "forest"],
    "city": ["in a city", "in the city", "on a city street", "city"], "beach": ["on a beach", "at the beach", "beach", "by the sea"],
    "mountains": ["in the mountains", "mountains", "on a mountain"], "field": ["in a field", "in a green field", "field"],
    "snow": ["in the snow", "in a snow field", "snow"], "room": ["in a room", "in the room", "indoor room", "in an indoor room", "indoor"],
}
TIME_WORDS = {
    "day": ["at day", "during the day", "day", "in daylight", "at noon"], "sunset": ["at sunset", "sunset", "during sunset"],
    "night": ["at night", "night", "by night"], "dawn": ["at dawn", "dawn", "at sunrise"],
}
WEATHER_WORDS = {"clear": ["clear sky", "clear", "under a clear sky"], "fog": ["fog", "in fog", "in the fog"],
                 "overcast": ["overcast", "overcast sky", "under an overcast sky", "grey sky"]}
MOVE_WORDS = {
    "still": ["standing still", "standing", "still", ""],
    "left": ["moving left", "moves left", "moving to the left", "going left", "walking left"],
    "right": ["moving right", "moves right", "moving to the right", "going right", "walking right"],
    "jump": ["jumping", "jumps", "jumping up"],
}
PLACE_WORDS = {"left": ["on the left", "left side"], "centre": ["in the middle", "", "", "", ""], "right": ["on the right", "right side"]}
FILLERS = ["and", "with", "there is", "scene", "picture", "of", "is", "very", "small", "big", "a lonely", "."]

PAD, EOS, UNK = "[PAD]", "[EOS]", "[UNK]"


def split_words(text):
    """The tokenizer's own rule (lower case, runs of letters or digits, runs of punctuation)."""
    import re
    return re.findall(r"\[UNK\]|\w+|[^\w\s]+", text.lower().replace("[unk]", UNK))


def vocabulary():
    words = set(SUBJECTS) | set(COLOURS) | {"a", "an", "the", ",", ".", "-", "in", "on", "at"}
    for table in (SHOT_WORDS, SETTING_WORDS, TIME_WORDS, WEATHER_WORDS, MOVE_WORDS, PLACE_WORDS):
        for phrases in table.values():
            for phrase in phrases:
                words |= set(split_words(phrase))
    for phrase in FILLERS:
        words |= set(split_words(phrase))
    return [PAD, EOS, UNK] + sorted(words)


def sample_spec(rng):
    """One scene as a plain dict of choices; everything the picture depends on but the random details."""
    subject = str(rng.choice(SUBJECTS))
    setting = str(rng.choice(SETTINGS))
    moves = MOVEMENTS_OF.get(subject, MOVEMENTS)
    if rng.random() < 0.06:
        subject = "none"
    movement = "still" if subject == "none" or rng.random() < 0.25 else str(rng.choice(moves))
    place = "centre" if rng.random() < 0.6 else str(rng.choice(["left", "right"]))
    if movement in ("left", "right"):
        place = "centre"
    return {
        "subject": subject, "setting": setting, "time": str(rng.choice(TIMES)),
        "weather": str(rng.choice(WEATHERS, p=[0.5, 0.25, 0.25])), "colour": str(rng.choice(COLOURS)),
        "movement": movement, "shot": str(rng.choice(SHOTS, p=[0.3, 0.45, 0.25])), "place": place,
    }


def flip_spec(spec):
    swap = {"left": "right", "right": "left"}
    return {**spec, "movement": swap.get(spec["movement"], spec["movement"]), "place": swap.get(spec["place"], spec["place"])}


def join(*parts):
    return " ".join(p for p in parts if p)


def caption(spec, rng, plain=False):
    """A caption for a scene. `plain` gives the canonical full wording, used by the evaluation."""
    def pick(table, key):
        return table[key][0] if plain else str(rng.choice(table[key]))

    def kept(probability):
        return plain or rng.random() < probability

    subject = ""
    if spec["subject"] != "none":
        colour = spec["colour"] + " " if kept(0.93) else ""
        article = "a " if plain or rng.random() < 0.75 else str(rng.choice(["the ", ""]))
        place = pick(PLACE_WORDS, spec["place"]) if spec["place"] != "centre" or not plain else ""
        move = pick(MOVE_WORDS, spec["movement"])
        subject = join(article + colour + spec["subject"], move if kept(0.95) else "", place if kept(0.9) else "")
    setting = pick(SETTING_WORDS, spec["setting"]) if kept(0.94) else ""
    time = pick(TIME_WORDS, spec["time"]) if kept(0.92) else ""
    weather = pick(WEATHER_WORDS, spec["weather"]) if kept(0.85) else ""
    shot = pick(SHOT_WORDS, spec["shot"]) if kept(0.92) else ""
    everything = join(subject, setting, time)
    clauses = [
        [shot, everything, weather],
        [shot, subject, setting, time, weather],
        [shot, join(setting, time), weather, subject],
        [join(subject, setting), weather, time, shot],
        [f"{shot} of {everything}" if shot and everything else shot + everything, weather],
        [time, shot, setting, subject, weather],
    ][0 if plain else int(rng.choice(6, p=[0.45, 0.2, 0.12, 0.1, 0.08, 0.05]))]
    text = (", " if kept(0.85) else " ").join(c for c in clauses if c)
    if plain:
        return text
    words = split_words(text)
    if rng.random() < 0.4:
        for _ in range(int(rng.integers(1, 4))):
            extra = [UNK] * int(rng.integers(1, 3)) if rng.random() < 0.7 else split_words(str(rng.choice(FILLERS)))
            at = int(rng.integers(0, len(words) + 1))
            words[at:at] = extra
    return " ".join(words)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    for _ in range(12):
        print(caption(sample_spec(rng), rng))
    print(len(vocabulary()), "words")
