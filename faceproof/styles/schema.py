"""What a style file may say, and how far each number may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Value = float | tuple[float, ...]
LANGUAGES = ("en", "fr")


class StyleError(Exception):
    """A style file that cannot be used. `file` and `key` say where, `detail` says what is wrong."""

    code = "bad_style"

    def __init__(self, file: str, key: str, detail: str) -> None:
        super().__init__(f"{file}: {key}: {detail}")
        self.file, self.key, self.detail = file, key, detail


@dataclass(frozen=True, slots=True)
class Range:
    """Allowed values of one key: `low..high`, a default, and how many numbers (1 = a plain number)."""

    low: float
    high: float
    default: Value
    count: int = 1


_COLOUR = (0.0, 255.0)
_PLACE: Mapping[str, Range] = {
    "brightness": Range(0.4, 1.6, 1.0),
    "warmth": Range(-1, 1, 0.3),
    "blur": Range(0.02, 0.08, 0.043),
}

BACKDROPS: Mapping[str, Mapping[str, Range]] = {
    # Seamless paper: sRGB colour where the light falls and where it does not; centre in shares of the canvas,
    # from the left and the top; reach = the distance at which `outer` is met.
    "paper": {
        "inner": Range(*_COLOUR, (204, 209, 214), 3),
        "outer": Range(*_COLOUR, (133, 140, 150), 3),
        "centre": Range(-1, 2, (0.4, 0.36), 2),
        "reach": Range(0.3, 3, 0.95),
    },
    # Two colours that run into each other: angle in degrees, 0 from the top down, 90 from the left.
    "gradient": {
        "first": Range(*_COLOUR, (200, 206, 212), 3),
        "second": Range(*_COLOUR, (120, 130, 142), 3),
        "angle": Range(-180, 180, 0),
    },
    # The organisation's colour as paper: lightness factors where the light falls and where it does not.
    "brand": {
        "inner": Range(0.2, 3, 1.25),
        "outer": Range(0.1, 2, 0.55),
        "centre": Range(-1, 2, (0.4, 0.36), 2),
        "reach": Range(0.3, 3, 0.95),
    },
    # Places drawn from a seed, far out of focus: brightness, warmth (-1 cool .. 1 warm), blur as the radius
    # of a far point's disc, share of the canvas (0.043 is an 85 mm lens at f/2); dusk from day (0) to the
    # blue hour (1).
    "office": _PLACE,
    "library": _PLACE,
    "city": {**_PLACE, "dusk": Range(0, 1, 0.7)},
    "greenery": _PLACE,
    # The photo's own background: blur as a share of the canvas, share of colour taken out, gain of light.
    "own": {
        "blur": Range(0, 0.08, 0.030),
        "neutral": Range(0, 1, 0.25),
        "gain": Range(0.5, 1.3, 1.0),
    },
}

LIGHT: Mapping[str, Range] = {
    # Where the soft key stands, seen from the face: x right, y down, z away from the camera (so z < 0).
    "key": Range(-1, 1, (-0.45, -0.55, -0.70), 3),
    "add": Range(0, 0.15, 0.08),
    "even": Range(0, 0.7, 0.5),
    # Share of hot spots that is softened; how much (log of light) the shadows of brows and chin are filled.
    "shine": Range(0, 0.5, 0.35),
    "fill": Range(0, 0.12, 0.08),
}
# What may be softened, and how far at most; 0 leaves it. What is not here cannot be asked for: shape, tone,
# moles, scars, freckles, lines. tests/styles and tests/engines/test_studio_marks.py hold this.
RETOUCH: Mapping[str, Range] = {
    # Slight unevenness of lightness and colour; redness of broad patches; small inflamed spots; the gap in
    # lightness under the eyes to the cheek.
    "skin": Range(0, 0.6, 0.40),
    "redness": Range(0, 0.7, 0.50),
    "blemish": Range(0, 0.8, 0.60),
    "under_eye": Range(0, 0.35, 0.25),
    # A cast in the white of the eye, yellow on teeth.
    "eyes": Range(0, 1, 0.6),
    "teeth": Range(0, 1, 0.6),
}
GRADE: Mapping[str, Range] = {
    "contrast": Range(0, 0.15, 0.05),
    "saturation": Range(0.0, 1.1, 1.0),
    "wrap": Range(0, 0.2, 0.012),
}


def read_words(file: str, key: str, data: Mapping[str, Any]) -> Mapping[str, str]:
    """A table of sentences, one in each language of the product."""
    table = data.get(key)
    if not isinstance(table, dict):
        raise StyleError(file, key, f"must be a table with {' and '.join(LANGUAGES)}")
    for language in LANGUAGES:
        if not isinstance(table.get(language), str) or not table[language].strip():
            raise StyleError(file, f"{key}.{language}", "must be a text that is not empty")
    for extra in sorted(set(table) - set(LANGUAGES)):
        raise StyleError(file, f"{key}.{extra}", "unknown language")
    return MappingProxyType(dict(table))


def read_table(file: str, name: str, table: Any, schema: Mapping[str, Range]) -> Mapping[str, Value]:
    """A table of numbers, every key known and in range, absent ones at their default.

    "none" instead of a table stands for nothing at all where nothing can be asked for: retouch and light.
    """
    if table == "none" and name in ("retouch", "light"):
        return MappingProxyType({key: 0.0 if one.count == 1 else one.default for key, one in schema.items()})
    if not isinstance(table, dict):
        raise StyleError(file, name, "must be a table")
    for key in sorted(set(table) - set(schema)):
        raise StyleError(file, f"{name}.{key}", f"unknown key; known are {', '.join(schema)}")
    return MappingProxyType(
        {
            key: _value(file, f"{name}.{key}", table[key], limits) if key in table else limits.default
            for key, limits in schema.items()
        }
    )


def _value(file: str, key: str, found: Any, limits: Range) -> Value:
    numbers = found if limits.count > 1 else [found]
    if not isinstance(numbers, list) or len(numbers) != limits.count:
        raise StyleError(
            file, key, f"must be {limits.count} numbers" if limits.count > 1 else "must be a number"
        )
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise StyleError(file, key, f"{number!r} is not a number")
        if not limits.low <= number <= limits.high:
            raise StyleError(file, key, f"{number} is outside {limits.low:g} to {limits.high:g}")
    return tuple(float(n) for n in numbers) if limits.count > 1 else float(numbers[0])
