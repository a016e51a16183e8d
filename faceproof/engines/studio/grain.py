"""Grain for what was drawn, like a camera's after demosaicing and JPEG: neighbours alike, a little colour."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import f32

Floats = NDArray[np.float32]
TILE = 512
LEAST, MOST = 0.0022, 0.012
"""Standard deviation of luma: the least still dithers 8 bits, so that no paper shows bands."""
BRIGHT, COLOURED, TINT = 0.72, 0.85, 0.8
"""Width in pixels of luma and colour grain (Gaussian) and strength of the colour. Measured on the flattest
backgrounds of 11 development portraits at canvas scale: neighbours correlate by 0.34 to 0.60 (here 0.5),
those two apart by 0.1; blue less green has 1.2 times luma's deviation (here 1) and correlates by 0.6."""


@lru_cache(maxsize=2)
def tile(seed: int) -> Floats:
    """(512, 512, 3) grain that tiles, luma of standard deviation 1."""
    rng = np.random.default_rng(seed)
    luma, red, blue = (_soft(rng, width) for width in (BRIGHT, COLOURED, COLOURED))
    return np.dstack([luma + TINT * red, luma - 0.2 * TINT * red - 0.1 * TINT * blue, luma + TINT * blue])


def strewn(picture: Floats, level: float, seed: int, top: int = 0) -> Floats:
    """Whole rows (h, n, 3) of a canvas, the first of them row `top`, with grain. level: standard deviation of
    the photo's own noise."""
    height, side = picture.shape[:2]
    band, first = tile(seed), top % TILE
    band = band.take(range(first, first + height), 0, mode="wrap") if first + height > TILE else band[first:]
    much = min(max(level, LEAST), MOST)
    result = np.empty_like(picture)
    for left in range(0, side, TILE):
        part = np.s_[:, left : min(left + TILE, side)]
        cv2.scaleAdd(band[:height, : result[part].shape[1]], much, picture[part], result[part])
    return result


def _soft(rng: np.random.Generator, width: float) -> Floats:
    noise = np.tile(rng.standard_normal((TILE, TILE), np.float32), (2, 2))
    noise = f32(cv2.GaussianBlur(noise, (0, 0), width))[TILE // 2 : -TILE // 2, TILE // 2 : -TILE // 2]
    return f32(noise / noise.std())
