"""Hot spots of the skin a little softer, towards the same skin beside them.

Shine is light that never entered the skin: it has the lamp's colour, not the skin's (Shafer 1985, the
dichromatic model). It is taken as what is both brighter than the skin around and whiter than it, so noses and
cheekbones that are only lit are not shine. On dark skin shine is what shows the face's form: a soft knee
leaves most of it, on every skin. Burnt pixels hold no colour to go back to and stay as they are; so do eyes
and what glasses reflect.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import luma

from .crop import IRIS_LEFT, IRIS_RIGHT
from .fields import blur, enlarge, f32, reduce
from .masks import COARSER, Masks

Floats = NDArray[np.float32]

AROUND = 0.22
"""Sigma in eye distances over which the skin beside a hot spot is taken."""
FORM = 1.12
"""Light above the skin around that is still its form and not shine, as a factor."""
KNEE = 0.15
"""Light (0..1, linear) of shine of which half of the policy's share is taken; less of less."""
MOST = 0.18
"""Largest share of a place's light that is taken: exp(-0.2), as everywhere in this studio."""
SPARKLE = 0.02
"""Sigma in eye distances: what is finer (pores, drops, jewels) keeps its sparkle."""
BURNT = (0.93, 0.98)
"""Display value of the brightest channel at which softening begins to give way, and has ended."""
GLASSES = (0.46, 0.40)
"""Half axes, in eye distances, of the place round each eye that may be behind a lens."""


def soften(
    colours: Floats, masks: Masks, points: Floats, policy: Mapping[str, float | tuple[float, ...]]
) -> tuple[Floats, float]:
    """(n, n, 3) 0..1, and the share of the skin from which more than a hundredth of the light was taken.
    policy: shine, 0..0.5, as in styles/schema.py; 0 gives the very same array back."""
    share = float(policy["shine"])  # type: ignore[arg-type]
    top, bottom, left, right = masks.box
    if share == 0:
        return colours, 0.0
    part = np.s_[top:bottom, left:right]
    wide, high = masks.working()
    size, iod = (max(1, wide // COARSER), max(1, high // COARSER)), masks.iod / masks.step / COARSER
    small, cover = reduce(colours[part], size), reduce(masks.skin[part], size)
    found = _shine(small, cover, iod)
    where = (
        cover * _away_from_eyes(f32(masks.local(points) / COARSER), iod, cover.shape) * _unburnt(small, iod)
    )
    light = luma(small * small)
    taken = np.minimum(share * found * found / (found + np.float32(KNEE)), MOST * light) * where
    taken = blur(f32(taken), iod * SPARKLE)
    marked = taken > 0.01 * light
    if not marked.any():
        return colours, 0.0
    change = np.sqrt(np.maximum(small * small - taken[..., None], 0)) - small
    change *= np.clip(cover * 4, 0, 1)[..., None]
    result = colours.copy()
    # Light is only taken away, and less than there is.
    result[part] += enlarge(f32(change), (right - left, bottom - top))
    np.maximum(result[part], 0, out=result[part])
    return result, float(cover[marked].sum() / max(1.0, float(cover.sum())))


def _shine(small: Floats, cover: Floats, iod: float) -> Floats:
    """(h, w) light, linear, that is brighter and whiter than the skin around."""
    light = small * small
    grey = luma(light)
    weight = cover + np.float32(1e-3)
    around = _mean(light, weight, iod)
    # Once more without what was above it: the skin beside a hot spot, not the hot spot.
    weight = weight * np.where(grey > luma(around), np.float32(0.1), np.float32(1))
    around = _mean(light, weight, iod)
    level = luma(around)
    brighter = grey - np.float32(FORM) * level
    red, _, blue = (f32(plane) for plane in cv2.split(light))
    skin_red, _, skin_blue = (f32(plane) for plane in cv2.split(around / (level[..., None] + 1e-4)))
    # The pixel as so much of the skin's colour and so much of white, from its red and its blue.
    whiter = (blue * skin_red - red * skin_blue) / np.maximum(skin_red - skin_blue, np.float32(0.15))
    return np.maximum(blur(f32(np.minimum(brighter, whiter)), iod * SPARKLE), 0)


def _mean(light: Floats, weight: Floats, iod: float) -> Floats:
    return f32(blur(light * weight[..., None], iod * AROUND) / blur(weight, iod * AROUND)[..., None])


def _away_from_eyes(points: Floats, iod: float, shape: tuple[int, ...]) -> Floats:
    mask = np.ones(shape, np.float32)
    for index in (IRIS_LEFT, IRIS_RIGHT):
        centre = (round(float(points[index, 0])), round(float(points[index, 1])))
        axes = (round(GLASSES[0] * iod), round(GLASSES[1] * iod))
        cv2.ellipse(mask, centre, axes, 0.0, 0.0, 360.0, 0.0, -1)
    return blur(mask, iod * 0.05)


def _unburnt(small: Floats, iod: float) -> Floats:
    low, high = BURNT
    peak = cv2.dilate(f32(small.max(2)), np.ones((3, 3), np.uint8))
    return blur(np.clip((high - f32(peak)) * np.float32(1 / (high - low)), 0, 1), iod * 0.015)
