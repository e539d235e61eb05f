"""Draws every symbol of every upright sans or monospaced font found, at one cap height, into one archive.

    python3 glyph_atlas.py ATLAS.npz
"""
import glob
import os
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"
CAP_PX, BASELINE, HEIGHT, WIDTH = 52, 74, 100, 120
# Faces in which no card is etched or printed: slanted, hairline, with serifs, or without Latin letters of their own.
UNLIKE_CARDS = (
    "italic oblique thin hairline ultralight extralight serif roman tinos math symbol emoji smallcaps chorus z003 d050 "
    "p052 c059 bookman pagella termes schola bonum freeserif arabic minus dingbat lightita"
).split()
NOTO = "NotoMono-Regular NotoSans-Bold. NotoSans-Regular NotoSansDisplay- NotoSansMono-Bold NotoSansMono-Regular".split()


def font_files():
    seen = {}
    for path in sorted(glob.glob("/usr/share/fonts/**/*.?tf", recursive=True)):
        name = os.path.basename(path)
        if any(word in name.lower() for word in UNLIKE_CARDS):
            continue
        if "noto" in path.lower() and not any(word in name for word in NOTO):
            continue
        seen.setdefault(name, path)
    return seen


def at_cap_height(path):
    size = int(CAP_PX / 0.7)
    for _ in range(6):
        font = ImageFont.truetype(path, size)
        cap = -font.getbbox("H", anchor="ls")[1]
        if cap == CAP_PX:
            break
        size = max(10, round(size * CAP_PX / max(1, cap)))
    return font


def drawn(font):
    """(cells [symbols, HEIGHT, WIDTH], advances, left bearings), or None for a font that lacks or repeats symbols."""
    cells = np.zeros((len(SYMBOLS), HEIGHT, WIDTH), np.uint8)
    advances = np.zeros(len(SYMBOLS), np.float32)
    lefts = np.zeros(len(SYMBOLS), np.int16)
    for i, symbol in enumerate(SYMBOLS):
        left, _, right, _ = font.getbbox(symbol, anchor="ls")
        if not 2 < right - left <= WIDTH - 4:
            return None
        cell = Image.new("L", (WIDTH, HEIGHT), 0)
        ImageDraw.Draw(cell).text((2 - left, BASELINE), symbol, font=font, fill=255, anchor="ls")
        cells[i], advances[i], lefts[i] = np.asarray(cell), font.getlength(symbol), left
    return (cells, advances, lefts) if len({cell.tobytes() for cell in cells}) >= len(SYMBOLS) - 4 else None


def main(out):
    fonts = [(name, drawn(at_cap_height(path))) for name, path in font_files().items()]
    kept = [(name, glyphs) for name, glyphs in fonts if glyphs is not None]
    cells, advances, lefts = (np.stack(part) for part in zip(*(glyphs for _, glyphs in kept)))
    np.savez_compressed(out, cells=cells, advances=advances, lefts=lefts, names=np.array([n for n, _ in kept]))
    print(f"{len(kept)} fonts of {len(fonts)}")


if __name__ == "__main__":
    main(sys.argv[1])
