"""Put the person before the backdrop: linear light, a little of its light round the edge, grain that
matches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import blur, enlarge, f32, reduce

Floats = NDArray[np.float32]
LEAST_GRAIN, MOST_GRAIN = 0.0022, 0.012
TILE = 512


@lru_cache(maxsize=2)
def _grain(seed: int) -> Floats:
    """(512, 512) film-like grain, standard deviation 1, tileable."""
    noise = np.random.default_rng(seed).standard_normal((TILE, TILE), np.float32)
    noise = f32(cv2.GaussianBlur(np.tile(noise, (2, 2)), (0, 0), 0.6))[
        TILE // 2 : TILE * 3 // 2, TILE // 2 : TILE * 3 // 2
    ]
    return np.asarray(noise / noise.std(), np.float32)


def join(
    colours: Floats, alpha: Floats, backdrop: Floats, grain: float, grade: Mapping[str, float], seed: int
) -> Floats:
    """(n, n, 3) 0..1. With alpha 1 everywhere it returns `colours`. grain: the photo's noise, standard
    deviation."""
    side = alpha.shape[0]
    result = f32(cv2.multiply(colours, colours))
    if grade["wrap"] > 0:
        _wrap(result, alpha, backdrop, grade["wrap"])
    share = alpha[..., None]
    result = np.sqrt(result * share + cv2.multiply(backdrop, backdrop) * (1 - share))
    noise = np.tile(_grain(seed), (-(-side // TILE), -(-side // TILE)))[:side, :side]
    noise = noise * (np.float32(np.clip(grain, LEAST_GRAIN, MOST_GRAIN)) * (1 - alpha))
    return f32(np.clip(result + noise[..., None], 0, 1))


def _wrap(light: Floats, alpha: Floats, backdrop: Floats, amount: float) -> None:
    """Light from the backdrop creeps round the edge, in place. Brighter backdrops give more; dark ones
    nothing."""
    side = alpha.shape[0]
    eighth, quarter = (side // 8, side // 8), (side // 4, side // 4)
    glow = blur(reduce(backdrop, eighth), side * 0.02 / 8)
    glow *= glow
    power = np.clip(glow.mean(-1) * 1.6, 0, 1)
    near = blur(reduce(alpha, quarter), side * 0.0008)
    edge = enlarge(4 * near * (1 - near), (side, side)) * alpha * np.float32(amount)
    edge *= enlarge(power, (side, side))
    light *= (1 - edge)[..., None]
    light += edge[..., None] * enlarge(glow, (side, side))
