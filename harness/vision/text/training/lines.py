"""Random lines of card text: what stands there, where the camera sees it, and what each frame is called."""
import math

import numpy as np
import torch

from glyph_atlas import BASELINE as ATLAS_BASELINE
from glyph_atlas import CAP_PX as ATLAS_CAP
from glyph_atlas import SYMBOLS
from network import BASELINE, CAP_PX, HEIGHT, STRIDE
from noise import chance, field, uniform

WIDTH = 320
# A line is composed at the atlas's scale, 2.6 times the network's.
CANVAS_HEIGHT, CANVAS_WIDTH, CANVAS_BASELINE = 80, 832, 66
CAPITALS, DIGITS = SYMBOLS[10:36], SYMBOLS[:10]
BASE58 = "".join(symbol for symbol in SYMBOLS[:62] if symbol not in "0OIl")
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
WITHOUT_LOOK_ALIKES = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
# Frames this near to a character's middle bear its name, those farther than the second are «none» (parts of its advance).
NAMED_WITHIN, NONE_BEYOND = 0.27, 0.40


def _text(random):
    """Serials, passphrases, addresses and anything, without any language in them."""

    def pick(symbols, count):
        return "".join(symbols[i] for i in random.integers(0, len(symbols), count))

    kind = random.random()
    if kind < 0.04:
        return ""
    if kind < 0.22:
        hyphen = "-" if random.random() < 0.15 else ""
        return pick(CAPITALS, int(random.integers(1, 4))) + hyphen + pick(DIGITS, int(random.integers(4, 9)))
    if kind < 0.60:
        symbols = WITHOUT_LOOK_ALIKES if random.random() < 0.5 else DIGITS + CAPITALS
        return "-".join(pick(symbols, 4) for _ in range(int(random.integers(1, 5))))
    if kind < 0.80:
        return pick(BASE58, int(random.integers(6, 18)))
    if kind < 0.90:
        return pick(BECH32, int(random.integers(6, 16)))
    return pick(SYMBOLS[:62], int(random.integers(2, 16)))


class Composer:
    """Sets random lines in the fonts of an atlas."""

    def __init__(self, atlas, random):
        self.cells, self.advances, self.lefts = atlas["cells"], atlas["advances"], atlas["lefts"]
        self.random = random
        names = [str(name) for name in atlas["names"]]
        families = [name.split("-")[0].split(" ")[0] for name in names]
        # Thirty cuts of one face are not thirty faces; engravers like fixed pitch.
        weights = np.array([1 / math.sqrt(families.count(family)) for family in families])
        weights[[i for i, name in enumerate(names) if any(word in name for word in ("Mono", "OCR", "Narrow"))]] *= 2
        self.weights = weights / weights.sum()

    def line(self):
        """(mask [CANVAS_HEIGHT, CANVAS_WIDTH] 0..255, [(class, left edge, advance)] in canvas px)."""
        random = self.random
        font = int(random.choice(len(self.weights), p=self.weights))
        text = _text(random)
        tracking = float(random.choice([0, 0, random.uniform(-2, 8), random.uniform(0, 20)]))
        advances = [float(self.advances[font][SYMBOLS.index(symbol)]) + tracking for symbol in text]
        while text and sum(advances) > CANVAS_WIDTH - 40:
            text, advances = text[:-1], advances[:-1]
        free = CANVAS_WIDTH - sum(advances)
        x = random.uniform(10, max(11, min(60, free - 10) if random.random() < 0.5 else free - 10))
        mask = np.zeros((CANVAS_HEIGHT, CANVAS_WIDTH), np.uint8)
        characters = []
        for symbol, advance in zip(text, advances):
            i = SYMBOLS.index(symbol)
            top = ATLAS_BASELINE - CANVAS_BASELINE
            glyph = self.cells[font][i][top : top + CANVAS_HEIGHT]
            left = int(round(x + self.lefts[font][i])) - 2
            low, high = max(0, left), min(CANVAS_WIDTH, left + glyph.shape[1])
            if high > low:
                np.maximum(mask[:, low:high], glyph[:, low - left : high - left], out=mask[:, low:high])
            characters.append((i + 1, x, advance))
            x += advance
        return mask, characters


ROWS, COLUMNS = torch.meshgrid(torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")


def geometry(count):
    """For every pixel of each line its place on the canvas, x from its left edge and y from its baseline, network px."""
    angle = uniform(count, -2.5, 2.5) * math.pi / 180 * chance(count, 0.7)
    shear = uniform(count, -0.12, 0.12) * chance(count, 0.6)
    tall, wide = uniform(count, 0.82, 1.25), uniform(count, 0.75, 1.25)
    y = (ROWS - BASELINE + uniform(count, -3.5, 3.5)) / tall
    x = COLUMNS + uniform(count, -12, 12)
    y = y * (1 + uniform(count, -0.1, 0.1) * (x / WIDTH - 0.5)) - torch.tan(angle) * (x - WIDTH / 2)
    y = y + uniform(count, 0, 0.6) * field(count, HEIGHT, WIDTH, 40, 60) * chance(count, 0.3)
    x = x / wide + shear * y
    return x[:, 0], y[:, 0]


def frame_labels(lines, x):
    """[lines, frames] class of each frame; -1 where it is not scored."""
    middle = int(BASELINE - CAP_PX / 2)
    places = x[:, middle, STRIDE // 2 :: STRIDE][:, : WIDTH // STRIDE] * (ATLAS_CAP / CAP_PX)
    labels = torch.zeros(len(lines), WIDTH // STRIDE, dtype=torch.long)
    for line, characters in enumerate(lines):
        at = places[line].numpy()
        row = np.zeros(len(at), np.int64)
        for symbol, left, advance in characters:
            off = np.abs(at - (left + advance / 2)) / advance
            row[off < NONE_BEYOND] = -1
            row[off < NAMED_WITHIN] = symbol
        labels[line] = torch.from_numpy(row)
    return labels
