"""Is it still the same face? Distance of dlib's identity net between the photo and what was made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .faces import beautified
from .people import Portrait
from .second import Second
from .whole import ENHANCERS

GOAL_MEDIAN, GOAL_P95 = 0.10, 0.16


def of(portrait: Portrait, second: Second) -> dict[str, float]:
    """Distances from the plain crop (levelled and cut, nothing else) by what was done: each look, each enhancer,
    `beauty filter`; and `photo to crop`, which is the jitter of the measure itself.

    Empty where dlib finds no face in the photo; a made picture that it finds no face in counts as 1.
    """
    canvas = portrait.canvas
    photo, known = second.identity(portrait.pixels), second.identity(canvas)
    if photo is None or known is None:
        return {}

    def away(pixels: NDArray[np.uint8]) -> float:
        found = second.identity(pixels)
        return 1.0 if found is None else float(np.linalg.norm(known - found))

    found = {"photo to crop": float(np.linalg.norm(known - photo))}
    found |= {f"look {master.style}": away(master.pixels) for master in portrait.masters()}
    found |= {name: away(enhance(canvas)) for name, enhance in ENHANCERS.items()}
    found["beauty filter"] = away(beautified(canvas, portrait.front["points"]))
    return found


def summed_up(rows: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Median, 95th percentile and largest by what was done; the looks also together."""
    table: dict[str, Any] = {}
    names = list(dict.fromkeys(name for row in rows for name in row))
    every = [value for row in rows for name, value in row.items() if name.startswith("look ")]
    for name in ("all looks", *names):
        values = every if name == "all looks" else [row[name] for row in rows if name in row]
        if values:
            table[name] = {
                "median": float(np.median(values)),
                "p95": float(np.percentile(values, 95)),
                "largest": float(max(values)),
            }
    return table
