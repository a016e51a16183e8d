"""Places drawn by the program: a recipe, a seed, and the lens that photographs it far out of focus."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

from . import city, greenery, library, office, optics
from .scene import Scene

Floats = NDArray[np.float32]
RECIPES = {"office": office.draw, "library": library.draw, "city": city.draw, "greenery": greenery.draw}
MIDDLE = {"office": 0.23, "library": 0.13, "city": 0.17, "greenery": 0.16}
"""Radiance that the median of a picture is brought towards; 0.18 is a mid grey."""


def paint(scene: Scene) -> Floats:
    """The place of the style's kind. The same seed and wishes give the same place at every size."""
    wishes = tuple(sorted(scene.wishes.items()))
    small = _photographed(scene.kind, scene.seed, wishes)
    size = (scene.side, scene.side)
    return f32(np.clip(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), 0, 1))


@lru_cache(maxsize=6)
def _photographed(kind: str, seed: int, wishes: tuple[tuple[str, float | tuple[float, ...]], ...]) -> Floats:
    """(SIDE, SIDE, 3) 0..1, 1.2 MB each: what is kept is small, so that a worker may keep a few."""
    numbers = {key: float(value) for key, value in wishes if not isinstance(value, tuple)}
    more = {key: numbers[key] for key in ("dusk",) if key in numbers}
    place = RECIPES[kind](np.random.default_rng(seed), **more)
    middle = MIDDLE[kind] * (1 - 0.6 * more.get("dusk", 0))
    light = place.photograph(numbers["blur"])
    result = optics.expose(light, brightness=numbers["brightness"], warmth=numbers["warmth"], middle=middle)
    result.setflags(write=False)
    return result
