"""What was changed of a person, as a layer to lay over the marked preview: flat colours, not a picture.

The layer holds no pixel of the photo: three colours of our own and how strongly each shows. So it carries no
marks of a picture; the preview under it does.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faceproof import finishing, formats
from faceproof.engines import Master
from faceproof.engines.master import CHANGE_STEP, CHANGES_SIDE, NO_CHANGE
from faceproof.finishing import Wish

LIGHTER, DARKER, OTHER_COLOUR = (0, 114, 178), (230, 97, 0), (170, 51, 136)
"""sRGB of what became lighter, darker, of another colour: told apart with every kind of colour vision (after
Okabe and Ito). The page's legend has the same."""
SHOWN, FULL = 0.6, 5.0
"""Change in units of CIE L*a*b* from which a cell shows at all, and from which it shows most."""
STRONGEST = 170
"""Opacity of the strongest change, 0..255: the picture under it is still seen."""
SIDE = 320
AS_MADE = Wish()


def overlay(master: Master, format_name: str = "preview", wish: Wish = AS_MADE) -> bytes:
    """PNG, RGBA, covering the same part of the master as the format does; empty when no changes are told."""
    layer = np.zeros((SIDE, SIDE, 4), np.uint8)
    if master.changes is not None:
        cut = finishing.cut(master, formats.get(format_name), wish)
        unit = np.array([CHANGES_SIDE / master.pixels.shape[1], CHANGES_SIDE / master.pixels.shape[0]])
        layer = _painted(
            master.changes[2:] if len(master.changes) > 2 and not wish.retouch else master.changes[:2],
            np.array([cut.left, cut.top]) * unit,
            np.array([cut.width, cut.height]) * unit,
        )
    written = io.BytesIO()
    Image.fromarray(layer, "RGBA").save(written, "PNG", optimize=True)
    return written.getvalue()


def _painted(
    changes: NDArray[np.uint8], corner: NDArray[np.float64], size: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """(SIDE, SIDE, 4) of the cells from `corner`, `size` of them across and down."""
    scale = size / SIDE
    matrix = np.array([[scale[0], 0, corner[0]], [0, scale[1], corner[1]]])
    matrix[:, 2] += scale / 2 - 0.5  # centres of pixels on centres of cells
    still = np.array([NO_CHANGE, 0], np.float32)
    planes = (np.moveaxis(changes, 0, -1).astype(np.float32) - still) * np.float32(CHANGE_STEP)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    drawn = cv2.warpAffine(planes, matrix, (SIDE, SIDE), flags=how, borderMode=cv2.BORDER_REPLICATE)
    light, colour = drawn[..., 0], drawn[..., 1]
    amount = np.maximum(np.abs(light), colour)
    kind = np.where(colour > np.abs(light), 2, np.where(light > 0, 0, 1))
    layer = np.empty((SIDE, SIDE, 4), np.uint8)
    layer[..., :3] = np.array([LIGHTER, DARKER, OTHER_COLOUR], np.uint8)[kind]
    layer[..., 3] = np.clip((amount - SHOWN) / (FULL - SHOWN), 0, 1) * STRONGEST
    layer[layer[..., 3] == 0] = 0
    return layer
