"""Is it still the same face? Distance of dlib's identity net between the photo and what was made of it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .faces import beautified
from .people import Portrait
from .second import Second
from .whole import ENHANCERS

GOAL_MEDIAN, GOAL_P95 = 0.10, 0.16


def of(portrait: Portrait, second: Second) -> dict[str, float]:
    """Distances from the plain crop (levelled and cut, nothing else) by what was done: each look, each
    enhancer, `beauty filter`; and `photo to crop`, which is the jitter of the measure itself.

    A master stands as its crop does, so the points found on the crop serve both: what a new search for them
    would add is the jitter of the measure. Empty where dlib finds no face.
    """
    canvas = portrait.canvas
    before, seen = second.look(portrait.pixels), second.look(canvas)
    if before is None or seen is None:
        return {}
    known = second.identity(canvas, seen)

    def away(pixels: NDArray[np.uint8]) -> float:
        size = (canvas.shape[1], canvas.shape[0])
        if pixels.shape != canvas.shape:
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        return float(np.linalg.norm(known - second.identity(pixels, seen)))

    photo = second.identity(portrait.pixels, before)
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
