"""A card with a person's initials on the organisation's colour: for those who give no photo.

The typeface is cut by `make fonts` (fonts/initials.ttf: Latin, Greek, Cyrillic). Where that was not done the
letters of Pillow's own typeface stand in, with accents drawn from its signs.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .brief import EngineError
from .master import Action, Master
from .plain import nominal

ENGINE, STYLE = "initials:1", "initials"
SIDE = 1024
FONT = Path(__file__).parent / "fonts" / "initials.ttf"
MOST = 3
HIGH = {1: 0.42, 2: 0.34, 3: 0.27}
"""Height of a capital, share of the side, by the number of letters; and the widest that they may be: a round
avatar and an upright CV photo (0.78 as wide as high) still show all of them."""
WIDE = 0.60
WHITE, INK = (255, 255, 255), (7, 19, 26)
ACCENTS = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u030a": "°", "\u0308": ".."}
BELOW = {"\u0327": ","}
"""Combining marks and the signs that stand in for them, above and below a letter."""

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont


def draw(text: str, colour: Colour, font: Path = FONT) -> Master:
    """(SIDE, SIDE) card. EngineError `initials_count` for none or more than three letters,
    `initials_unknown` for what is no letter or none that the typeface has."""
    letters = read(text)
    mask = _drawn(letters, _face(font, 200), font)
    share = mask[..., None].astype(np.float32) / 255
    ground, ink = np.array(colour, np.float32), np.array(readable(colour), np.float32)
    pixels = ground * (1 - share) + ink * share
    return Master(
        pixels=np.rint(pixels).astype(np.uint8),
        matte=None,
        geometry=nominal(SIDE),
        engine=ENGINE,
        style=STYLE,
        seed=0,
        scale=1.0,
        source_type="algorithmicMedia",
        actions=(Action("c2pa.created", "Drew initials on the organisation's colour; no photo was used"),),
        report={"scale": 1.0},
        given=True,
    )


def read(text: str) -> list[str]:
    """The one to three letters that were typed, each with its accents, composed (NFC)."""
    letters: list[str] = []
    for sign in unicodedata.normalize("NFC", "".join(text.split())):
        if unicodedata.category(sign) == "Mn" and letters:
            letters[-1] += sign
        elif unicodedata.category(sign).startswith("L"):
            letters.append(sign)
        else:
            raise EngineError("initials_unknown", f"U+{ord(sign):04X} is no letter")
    if not 0 < len(letters) <= MOST:
        raise EngineError("initials_count", f"{len(letters)} letters")
    return letters


def readable(colour: Colour) -> Colour:
    """White where it reads (WCAG 2.2: 3 to 1 for letters so large; a little more is asked), else near
    black, which then does."""
    return WHITE if contrast(WHITE, colour) >= 3.5 else INK


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio as WCAG defines it, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _face(font: Path, size: int) -> Font:
    if font.is_file():
        return ImageFont.truetype(str(font), size)
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


def _drawn(letters: list[str], small: Font, font: Path) -> NDArray[np.uint8]:
    """(SIDE, SIDE) how much of each pixel is letter, 0..255: as large as fits, capitals in the middle."""
    parts = [_known(letter, small) for letter in letters]
    _, wide, cap = _row(parts, small)
    size = int(small.size * min(HIGH[len(letters)] * SIDE / cap, WIDE * SIDE / wide))
    row, _, cap = _row(parts, _face(font, size))
    columns = np.flatnonzero(row.max(0))
    high = np.flatnonzero(row.max(1))[0]
    base = row.shape[0] // 2
    # Capitals stand in the middle; an accent above them moves the word down by a quarter of itself.
    over = max(0.0, base - high - cap)
    top = round(SIDE / 2 + cap / 2 + over / 4) - base
    left = round(SIDE / 2 - (columns[0] + columns[-1]) / 2)
    card = Image.new("L", (SIDE, SIDE))
    card.paste(Image.fromarray(row), (left, top))
    return np.asarray(card)


def _row(parts: list[tuple[str, str]], face: Font) -> tuple[NDArray[np.uint8], float, float]:
    """The letters in one line, their base line in the middle row; their width and a capital's height."""
    room = round(face.size * (len(parts) + 1) * 1.5)
    image = Image.new("L", (room, round(face.size) * 4))
    pen = ImageDraw.Draw(image)
    base, x = image.height // 2, face.size / 2
    stroke = 0 if _cut(face) else round(face.size * 0.012)  # the stand-in has one weight, a light one
    text = "".join(letter for letter, _ in parts)
    for place, (letter, marks) in enumerate(parts):
        at = x + face.getlength(text[:place])
        pen.text((at, base), letter, 255, face, anchor="ls", stroke_width=stroke)
        if marks:
            _accents(pen, face, at, base, letter, marks, stroke)
    capital = -face.getbbox("H", anchor="ls")[1]
    columns = np.flatnonzero(np.asarray(image).max(0))
    return np.asarray(image), float(columns[-1] - columns[0] + 1), float(capital)


def _accents(
    pen: ImageDraw.ImageDraw, face: Font, at: float, base: int, letter: str, marks: str, stroke: int
) -> None:
    """The signs of the stand-in typeface, put over a letter that it has only bare."""
    left, top, right, _ = face.getbbox(letter, anchor="ls")
    for mark in marks:
        sign = BELOW.get(mark) or ACCENTS[mark]
        box = _ink(face, sign)
        x = at + (left + right) / 2 - (box[0] + box[2]) / 2
        y = base + (-box[1] if mark in BELOW else top - face.size * 0.05 - box[3])
        pen.text((x, y), sign, 255, face, anchor="ls", stroke_width=stroke)


def _ink(face: Font, sign: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn, from the start of the base line."""
    room = round(2 * face.size)
    image = Image.new("L", (2 * room, 2 * room))
    ImageDraw.Draw(image).text((room, room), sign, 255, face, anchor="ls")
    left, top, right, bottom = image.getbbox() or (room, room, room, room)
    return left - room, top - room, right - room, bottom - room


def _known(letter: str, face: Font) -> tuple[str, str]:
    """The letter as the typeface has it, and the marks that must be drawn on it. EngineError
    `initials_unknown`."""
    if all(_has(face, sign) for sign in letter):
        return letter, ""
    apart = unicodedata.normalize("NFD", letter)
    bare, marks = apart[0], apart[1:]
    if _has(face, bare) and not _cut(face) and set(marks) <= set(ACCENTS | BELOW):
        return bare, marks
    raise EngineError(
        "initials_unknown", f"the typeface has no {' '.join(f'U+{ord(s):04X}' for s in letter)}"
    )


def _has(face: Font, sign: str) -> bool:
    """Whether it is drawn otherwise than a sign that no typeface has."""
    return _shape(face, sign) != _shape(face, "\ue000")


def _shape(face: Font, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(sign)
    return mask.size, bytes(mask)


def _cut(face: Font) -> bool:
    """Not the stand-in."""
    return face.getname()[0] != "Aileron"
