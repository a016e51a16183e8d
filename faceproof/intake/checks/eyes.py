"""Are the eyes open, and can they be seen? Told, never refused: the mesh is not sure enough of narrow eyes to
turn anybody away, and dark glasses may be worn for a reason. A medical patch hides one eye: nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from faceproof.imaging import topology as at
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

CLOSED = 0.10
"""Height over width of the wider eye. Of 406 official portraits, narrow and laughing eyes among them, none is
below it (the lowest 0.12); nine people with closed eyes have 0.03-0.11."""
UNIFORM = 2.0
"""L*: standard deviation along the rows of an eye; iris and white make it 8 at least in the better eye, 4.6
in deep shadow. Opaque lenses have 1.2 at most."""
DARKER = -12.0
"""L* of the eye over that of the cheeks."""
SMALLEST = 60.0
"""Pixels between the irises, below which lids are a matter of two pixels."""
CHEEKS = (50, 280, 117, 346)
ROWS, COLUMNS = 12, 36


def check(view: View) -> Iterator[Finding]:
    if view.face is None or view.face.iod < SMALLEST:
        return
    widest = max(view.face.eye_openness)
    if widest < CLOSED:
        yield Finding("eyes_closed", "warn", widest, CLOSED)
        return
    cheek = float(np.median([view.spot(point)[0] for point in CHEEKS]))
    eyes = [_eye(view, corners) for corners in (at.CORNERS_L, at.CORNERS_R)]
    uniform = max(change for change, _ in eyes)
    if uniform < UNIFORM and max(light for _, light in eyes) - cheek < DARKER:
        yield Finding("dark_glasses", "warn", uniform, UNIFORM)


def _eye(view: View, corners: tuple[int, int]) -> tuple[float, float]:
    """Change of lightness along the rows of the eye's middle, and its lightness, both L*."""
    first, last = view.points[list(corners)]
    along = last - first
    across = np.array([-along[1], along[0]])
    x, y = np.meshgrid(np.linspace(-0.38, 0.38, COLUMNS), np.linspace(-0.12, 0.12, ROWS))
    places = (first + last) / 2.0 + x[..., None] * along + y[..., None] * across - 0.5
    light = cv2.remap(
        np.ascontiguousarray(view.lab[..., 0]),
        places[..., 0].astype(np.float32),
        places[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return float(np.std(light - light.mean(axis=1, keepdims=True))), float(np.median(light))
