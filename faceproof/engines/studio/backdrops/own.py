"""The photo's own background, out of focus. Every colour in it was photographed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import disc, enlarge, fill, grow, reduce
from faceproof.imaging.colour import display, linear

from .lens import bokeh
from .scene import Scene

Floats = NDArray[np.float32]
QUARTER = 4


def soften(scene: Scene) -> Floats:
    """Person removed by filling from around, blurred like a lens does (a disc, in linear light)."""
    side = scene.side
    small = side // QUARTER
    known = 1 - grow((scene.alpha > 0.02).astype(np.uint8), 0.012 * side)
    known &= cv2.erode(scene.inside, disc(max(1, side // 200)), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    weight = reduce(known.astype(np.float32), (small, small))
    light = linear(reduce(scene.picture, (small, small)))
    light = light * weight[..., None] + fill(light, weight) * (1 - weight[..., None])
    light = bokeh(light, small * scene.number("blur") * 1.6)
    light = cv2.GaussianBlur(light, (0, 0), small * 0.010)
    grey = light.mean(-1, keepdims=True)
    light = (light + (grey - light) * np.float32(scene.number("neutral"))) * np.float32(scene.number("gain"))
    return np.clip(enlarge(display(light).astype(np.float32), (side, side)), 0, 1)
