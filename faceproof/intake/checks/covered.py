"""Is there something in front of the mouth? It is told and never refused: a veil or a medical mask may have
to stay, and nobody is turned away for what they wear.

A mouth is looked for, not a mask: the dark line between the lips, lips that differ from the skin around them,
and a lower face whose colour goes with the forehead. Beards, makeup, every complexion and every light keep at
least one of the first two; a plain cloth keeps none.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.face import LIPS
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

LINE = 4.0
"""L* by which the line between the lips is darker than what lies above and below. 5.8 at least in 435
official portraits (median 20); 2.2 in the middle of 333 photos of masked people."""
LIPS_APART = 4.0
"""CIE76 between the lips and the skin around them; 1.4 at least in those portraits, median 11."""
OTHER_COLOUR = 14.0
"""Distance in a*b* between lower face and forehead from which fainter signs of a mouth are not believed:
folds of a cloth have 4-10 of `LINE`. None of the portraits with so faint a mouth reaches 10."""
FAINT_LINE, FAINT_LIPS = 10.0, 6.0
SMALLEST = 60.0
"""Pixels between the irises, below which a mouth is too few pixels to be missed."""
FOREHEAD, LOWER = (151, 108, 337), (200, 214, 434, 18)
BETWEEN = (13, 14)


def check(view: View) -> Iterator[Finding]:
    if view.face is None or view.face.iod < SMALLEST:
        return
    line, apart, colour = _line(view), _apart(view), _colour(view)
    if line < LINE and apart < LIPS_APART:
        yield Finding("face_covered", "warn", line, LINE)
    elif colour > OTHER_COLOUR and line < FAINT_LINE and apart < FAINT_LIPS:
        yield Finding("face_covered", "warn", colour, OTHER_COLOUR)


def _line(view: View) -> float:
    """How much darker the darkest row is, in the middle of the columns through the mouth."""
    light = cv2.GaussianBlur(view.lab[..., 0], (0, 0), 0.015 * view.scale)
    x, y = view.points[list(BETWEEN)].mean(axis=0)
    tall, wide = int(0.16 * view.scale), int(0.22 * view.scale)
    part = light[max(0, int(y - tall)) : int(y + tall), max(0, int(x - wide)) : int(x + wide)]
    return float(np.median(np.median(part, axis=0) - part.min(axis=0))) if part.size else 0.0


def _apart(view: View) -> float:
    """Distance between the median colours of the lips and of a ring around them."""
    lips = np.zeros(view.lab.shape[:2], np.uint8)
    cv2.fillPoly(lips, [np.round(view.points[LIPS]).astype(np.int32)], 1)
    near, far = (cv2.dilate(lips, _disc(share * view.scale)).astype(bool) for share in (0.02, 0.10))
    ring = far & ~near & view.skin
    if lips.sum() < 20 or ring.sum() < 20:
        return float("inf")
    return float(np.linalg.norm(_median(view.lab[lips.astype(bool)]) - _median(view.lab[ring])))


def _colour(view: View) -> float:
    """Distance in a*b* between what lies under the mouth and the forehead."""
    upper, lower = (_median(np.array([view.spot(point) for point in each])) for each in (FOREHEAD, LOWER))
    return float(np.linalg.norm((upper - lower)[1:]))


def _median(colours: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(np.median(colours, axis=0), np.float64)


def _disc(radius: float) -> NDArray[np.uint8]:
    return np.ones((2 * int(radius) + 1,) * 2, np.uint8)
