"""Others beside the person whom the net takes for persons too, rightly: faces, hands, a crowd's shoulders.

The look at head and shoulders alone leaves them out, where the looks at photo and canvas see people. Hair,
ears and a raised hand of the person's own are seen by all looks, though all may be unsure of them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face

from .crop import CHIN
from .fields import blur, disc, grow

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SOLID = 0.97
"""Probability from which the person's own body is sure: inside it the net says 0.98 and more."""
EMPTY = 0.02
"""Probability up to which nobody is there."""
THICK = 0.028
"""Width of the thinnest part that may be somebody else, as a share of the field: no edge is so broad."""
LEAST = 0.002
"""Area of the smallest, as a share of the field. By eye on 100 photos: hands are 0.04, a head 0.15."""
ABOVE = 0.1
"""How far above the chin such a part must begin, in head heights: lower corners are the person's own
shoulders, which end at the rim of the closer look and are unsure there."""
MOST = 0.5
"""Of what the net is sure of; if more would go, the closer look is the one that errs."""
SIDE = 0.02
"""Others stand at a side: the part comes within this share of the field to it."""
EAR = 0.16
"""How far from the face, in head heights, the person's ears reach at the most."""
NECK = 0.3
"""Half the width of neck and chin, in head heights: farther out, low down, the person wears cloth."""
ASKED = 96
"""Colours that each side is known by."""
RIM = 0.02
"""How far the soft rim of a part reaches, as a share of the field."""


def left_out(person: Floats, close: Floats, points: Floats, canvas: NDArray[np.uint8]) -> Floats:
    """person (m, m) 0..1 without others; close (m, m): the closer look, and `person` where it does not reach;
    points (478, >= 2) in pixels of the field; canvas (n, n, 3) is asked for the colour of the person's cloth.

    About 1 ms where nobody else is found.
    """
    side = person.shape[0]
    head = 1.6 * float(points[CHIN, 1] - points[:468, 1].min())
    sure = _body(person, points)
    unsure = (person > 0.25) & (~sure | (close < 0.5))
    kernel = disc(max(1, round(THICK * side / 2)))
    thick = np.asarray(cv2.morphologyEx(unsure.view(np.uint8), cv2.MORPH_OPEN, kernel), np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(thick)
    left, top, width, _high, area = boxes.T
    found = (area >= LEAST * side * side) & (top < points[CHIN, 1] - ABOVE * head)
    found &= (left <= SIDE * side) | (left + width >= side * (1 - SIDE))
    found[0] = False
    for part in np.flatnonzero(found):
        found[part] = float(close[labels == part].mean()) < 0.5
    if not found.any():
        return person
    gone = grow(found[labels].astype(np.uint8), RIM * side) > 0
    gone &= (~sure | (close < 0.5)) & ~((close >= 0.5) & _ears(points, side, head))
    rows = np.arange(side)[:, None]
    low = rows > points[CHIN, 1] - ABOVE * head
    colours = np.asarray(cv2.resize(canvas, (side, side), interpolation=cv2.INTER_NEAREST), np.uint8)
    apart = np.abs(np.arange(side)[None] - points[:468, 0].mean()) > NECK * head
    gone &= ~_cloth(
        colours, gone & low, sure & ~gone & (rows > points[CHIN, 1]) & apart, gone & ~low, person < EMPTY
    )
    if gone.sum() > MOST * sure.sum():
        return person
    return np.where(gone, 0, person).astype(np.float32)


def doubted(person: Floats, close: Floats) -> bool:
    """Whether the closer look denies as much of the person as a hand is."""
    return int(((person > 0.5) & (close < 0.6)).sum()) > LEAST * person.size


def face_in(person: Floats, points: Floats, canvas: NDArray[np.uint8]) -> bool:
    """Whether another face is seen in what is kept as the person. About 20 ms, for doubtful cuts.

    (Of 9 made photos in which much of a neighbour stayed it tells 2, and nobody in 32 others.)
    """
    side, scale = person.shape[0], person.shape[0] / canvas.shape[0]
    own = points[:468]
    for found in face.detect(canvas):
        x, y = (found.box[:2] + found.box[2:]) / 2 * scale
        inside = (own.min(0)[:2] < (x, y)).all() and ((x, y) < own.max(0)[:2]).all()
        if not inside and person[int(np.clip(y, 0, side - 1)), int(np.clip(x, 0, side - 1))] > 0.5:
            return True
    return False


def _body(person: Floats, points: Floats) -> Mask:
    """Where the net is sure of the part that the face is in."""
    _, labels = cv2.connectedComponents((person >= SOLID).view(np.uint8), connectivity=4)
    x, y = np.clip(points[:468].mean(0)[:2].astype(int), 0, person.shape[0] - 1)
    return np.asarray((labels == labels[y, x]) & (labels > 0))


def _cloth(colours: NDArray[np.uint8], asked: Mask, own: Mask, *others: Mask) -> Mask:
    """Where of `asked` the colour is rather that of `own` than that of any of `others`, in parts."""
    result = np.zeros(asked.shape, np.float32)
    if not all(place.any() for place in (asked, own, *others)):
        return result > 0
    here = colours[asked].astype(np.float32)
    far = []
    for place in (own, *others):
        known = colours[place].astype(np.float32)
        known = known[:: max(1, len(known) // ASKED)]
        # |h - k|^2 without |h|^2, which is the same for all.
        far.append(((known * known).sum(1) - 2 * here @ known.T).min(1))
    result[asked] = far[0] < np.min(far[1:], 0)
    cover = blur(asked.astype(np.float32), 2.0)
    return np.asarray(asked & (blur(result, 2.0) > 0.5 * cover))


def _ears(points: Floats, side: int, head: float) -> Mask:
    """Where the person's ears may be: beside the face from the brows to the upper lip."""
    hull = np.zeros((side, side), np.uint8)
    ring = cv2.convexHull(np.ascontiguousarray(points[:468, :2]))
    cv2.fillConvexPoly(hull, np.round(ring).astype(np.int32), 1)
    rows = np.arange(side, dtype=np.float32)[:, None]
    chin, eyes = float(points[CHIN, 1]), float(points[[468, 473], 1].mean())
    level = (rows > eyes - 0.15 * head) & (rows < (chin + eyes) / 2 + 0.05 * head)
    return np.asarray((cv2.distanceTransform(1 - hull, cv2.DIST_L2, 5) < EAR * head) & level)
