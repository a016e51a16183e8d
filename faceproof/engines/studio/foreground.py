"""The person's own colours at soft edges, free of the background that shone through."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import matte
from faceproof.imaging.colour import REC709, luma

from .fields import blur, enlarge, f32, fill, reduce

Floats = NDArray[np.float32]
SPILL = 0.95
"""Share of the background's hue taken out where a soft edge still carries it."""


def recover(picture: Floats, alpha: Floats) -> Floats:
    """(n, n, 3) 0..1 colours of the person: the picture itself, but for soft edges and what is near them."""
    side = picture.shape[0]
    colours, near, far, wide = matte.foreground(picture, alpha, fill, radius=max(8, side // 22))
    return _despill(colours, near, far, enlarge(wide, (side, side)), alpha)


def _despill(colours: Floats, near: Floats, far: Floats, wide: Floats, alpha: Floats) -> Floats:
    """Pull colours near soft edges that lean towards the background back to the person's own.

    Brightness only where the matte is soft; hue also some pixels further in, where pockets between curls were
    taken for hair: their hue gives them away, and hair keeps its highlights. Hue is compared with the
    person's widely, for close by the person's colours may be such pockets'; what leans towards the background
    loses its whole difference in hue, for lenses make fringes more vivid than the wall they are from.
    """
    side = alpha.shape[0]
    quarter = reduce(alpha, (side // 4, side // 4))
    soft = enlarge(np.clip(16 * blur(quarter * (1 - quarter), 1.2), 0, 1), (side, side))
    soft *= np.clip((1 - alpha) * 6, 0, 1)
    rim = enlarge(np.clip(6 * blur(1 - quarter, side * 0.0035), 0, 1), (side, side))
    where = np.flatnonzero((rim > 0.02) & (alpha > 0))
    here, before, behind, own = (x.reshape(-1, 3).take(where, 0) for x in (colours, near, far, wide))
    rim, soft = rim.ravel().take(where), soft.ravel().take(where)
    axis, away = behind - before, here - before
    grey, lean_grey = axis @ REC709, away @ REC709
    tint, lean = behind - own, here - own
    tint -= (tint @ REC709)[:, None]
    lean -= (lean @ REC709)[:, None]
    # 0.01: a tint of a tenth is told from noise, less is left alone.
    every = np.ones(3, np.float32)
    hue = ((lean * tint) @ every) / ((tint * tint) @ every + 0.01)
    light = lean_grey * grey / (grey * grey + 0.01)
    hue, light = np.clip(hue, 0, 1) * rim * SPILL, np.clip(light, 0, 1) * soft * SPILL
    here -= hue[:, None] * lean + (light * grey)[:, None]
    result = colours.copy()
    result.reshape(-1, 3)[where] = np.clip(here, 0, 1)
    return result


def grain_level(picture: Floats) -> float:
    """Standard deviation of the photo's noise, 0..1: a low percentile of local high-pass energy."""
    grey = luma(picture)
    fine = grey - f32(cv2.GaussianBlur(grey, (0, 0), 1.0))
    fine *= fine
    blocks = max(4, picture.shape[0] // 16)
    level = reduce(fine, (blocks, blocks))
    return float(np.sqrt(np.percentile(level, 12)) * 1.15)
