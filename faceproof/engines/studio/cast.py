"""Light that the backdrop would throw on the person: a little of its colour and direction, at the rim."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import REC709, linear

from .backdrops.scene import Scene
from .fields import at_most_one, blur, enlarge, f32, reduce, rows
from .masks import Masks

Floats = NDArray[np.float32]
STEPS = 96
"""Side of the field; light that fits has no detail."""
RIM, MOST, ON_SKIN = 0.045, 0.06, 0.015
"""Width of the rim, share of the canvas; bounds of the change as exp(±) of display values, on hair and cloth
and on skin, where 0.015 in one channel is about one CIEDE2000."""


def light(scene: Scene, alpha: Floats, backdrop: Floats, masks: Masks) -> Floats:
    """(STEPS, STEPS, 3) gain on the person, display values; all 1 where the photo's own place stays.

    Skin takes only colour and direction: its mean luma is not moved.
    """
    if scene.kind == "own":
        return np.ones((STEPS, STEPS, 3), np.float32)
    around = linear(reduce(np.ascontiguousarray(backdrop[::8, ::8]), (24, 24)))
    around = enlarge(f32(blur(around, 24 * 0.22)), (STEPS, STEPS))
    power = around @ REC709
    level = np.clip(np.log((power + 0.02) / (power.mean() + 0.02)), -0.6, 0.6)[..., None]
    tint = np.clip(np.log((around + 0.02) / (power[..., None] + 0.02)), -0.7, 0.5)
    small = reduce(alpha, (STEPS, STEPS))
    rim = np.clip(2 * (1 - blur(small, STEPS * RIM)), 0, 1)[..., None]
    skin = np.clip(blur(reduce(masks.skin, (STEPS, STEPS)), 1.0), 0, 1)[..., None]
    change = rim * (0.08 * level + 0.06 * tint) + 0.01 * level + 0.0125 * tint
    mean = float((change @ REC709 * skin[..., 0]).sum() / (skin.sum() + 1e-3))
    bound = MOST + (ON_SKIN - MOST) * np.clip(1.6 * skin, 0, 1)
    return f32(np.exp(np.clip(change - mean * skin, -bound, bound)))


def fall(colours: Floats, cast: Floats, top: int = 0) -> Floats:
    """Whole rows (h, n, 3) of the person, the first of them row `top`, in that light."""
    if (cast == 1).all():
        return colours
    height, side = colours.shape[:2]
    return at_most_one(f32(cv2.multiply(colours, rows(cast, side, top, top + height))))
