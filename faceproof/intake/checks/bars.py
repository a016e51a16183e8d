"""Is it a screenshot? Plain bars along an edge are no part of any photo: a screen puts them there.

Only bars: a print, or a screen photographed without its rim, is not told from a person (docs/intake.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

SAME = 4
"""8-bit levels: what a JPEG makes of one colour."""
PLAIN = 0.85
"""Share of a row that has the bar's colour; the rest may be a clock, a battery, a line of text."""
BROKEN = 0.5
"""Share of the row behind the bar that may still have its colour: a bar ends at once, a backdrop does not."""
THICK = 0.025
"""Of the side. A photo may have a hairline of an edge from a crop."""


def check(view: View) -> Iterator[Finding]:
    pixels = view.frame.pixels
    below = _bar(pixels[::-1])
    left, right = (_bar(np.swapaxes(each, 0, 1)) for each in (pixels, pixels[:, ::-1]))
    # Above a head there may be one plain sky; below it, or on both sides with an edge, there is none.
    thickest = max(below, min(left, right))
    if thickest > THICK:
        yield Finding("screenshot", "warn", thickest, THICK)


def _bar(pixels: NDArray[np.uint8]) -> float:
    """Thickness of the plain bar at the first row, of the height; 0 without one that ends at an edge."""
    colour = np.median(pixels[0], axis=0)
    for row in range(len(pixels) // 2):
        plain = float((np.abs(pixels[row] - colour).max(axis=1) <= SAME).mean())
        if plain < PLAIN:
            return row / len(pixels) if plain < BROKEN else 0.0
    return 0.0
