"""Level the head and choose the canvas: a loose square from which every format can be cut."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.brief import EngineError

from .dolly import Lens

Floats = NDArray[np.float64]

CHIN, FACE_LEFT, FACE_RIGHT, IRIS_LEFT, IRIS_RIGHT = 152, 234, 454, 468, 473
HEAD_SHARE = 0.47
"""Hair top to chin as a share of the canvas, when the photo holds enough around it."""
LEAST_ABOVE = 1.0
"""Of the way from eyes to chin: a bald head gets no larger on the canvas than others, so that faces match."""
TIGHTEST = 1.42
"""Above 1 hair is cut: still better than a straight cut through cheeks that touch both sides of the photo."""
CHIN_ROOM = 0.04
"""Below the chin, as a share of the canvas, at the very least."""
TOP_MARGIN = 0.15
"""Above the hair, as a share of the canvas: room for every format's own margin."""
FULL_LEVEL = 6.0
"""Degrees: up to here eyes are levelled completely, beyond by 70 %: more would slope the shoulders."""
PART_LEVEL = 0.7
UNLEVEL = 0.6
"""Price of leaving the whole tilt, in the currency of `_solve`: worth a cut of 1.5 % of the canvas."""
CLEAN = 0.01
HOPELESS = 0.12
"""A straight cut through the person so deep inside the canvas is no portrait: another photo is asked for."""
GRID, LARGE, WIDE_GRID = 8, 1280, 32
"""Pixels: the canvas has a side that is a multiple of GRID, of WIDE_GRID above LARGE: a large one is enlarged
from a small one in bands (full.py), which is cheap where the two sides have much in common."""
SMALLEST = 160
"""Pixels: a canvas below this is no portrait."""


def _product(*axes: Floats) -> Floats:
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], -1)


_GRID = _product(
    np.arange(HEAD_SHARE, TIGHTEST, 0.025),
    np.array([-0.26, -0.18, -0.11, -0.05, 0.02, 0.06, 0.10, TOP_MARGIN]),
    np.linspace(-0.24, 0.24, 13),
)
"""(n, 3) candidates in shares of the canvas: the head, room above the hair, sideways shift."""
_NEAR = _product(*[np.linspace(-1, 1, 5)] * 3)
_STEPS = [np.array([0.025, 0.04, 0.04]) / 3**turn for turn in range(3)]
_ALONG = np.linspace(0, 1, 21)
_RIM = np.concatenate(
    [[_ALONG, _ALONG * 0 + 1], [_ALONG * 0, _ALONG], [_ALONG * 0 + 1, _ALONG], [_ALONG, _ALONG * 0]], 1
)
"""(2, 84) points of a unit square's bottom, left, right and top edge."""
_AT_ONCE = 96


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the canvas lies on the photo."""

    matrix: Floats
    """(2, 3) photo pixels -> canvas pixels: rotation, one scale <= 1, shift."""
    side: int
    """Pixels of the canvas, a multiple of 8, of 32 above 1280."""
    scale: float
    """Photo pixels per canvas pixel, >= 1."""
    turned: float
    """Degrees the photo is turned by, counter-clockwise positive."""
    cut: float
    """How far the person is cut by a photo edge inside the canvas, as a share of it; 0 is clean."""
    lens: Lens | None = None
    """When there is one, `matrix` speaks of the photo as it is after it (perspective.py)."""


def levelling(roll: float) -> float:
    """Degrees to turn by for an eye line that rises by `roll` degrees (image y down)."""
    if abs(roll) <= FULL_LEVEL:
        return roll
    return math.copysign(max(FULL_LEVEL, PART_LEVEL * abs(roll)), roll)


@dataclass(frozen=True, slots=True)
class Head:
    """The head in photo pixels, along its own axes after levelling."""

    centre: Floats
    """Between the irises, sideways half-way to the middle of the face."""
    angle: float
    """Radians that the levelled up axis is turned by."""
    above: float
    """Eye line to the top of hair, hat or wrap; at least what a head of ordinary hair has."""
    below: float
    """Eye line to chin."""


def measure(
    points: NDArray[np.float32], person: NDArray[np.float32], shape: tuple[int, int], strength: float = 1.0
) -> Head:
    """Find the head. points (478, 3) photo px; person (m, m) 0..1 over the whole photo; shape (h, w);
    strength 0..1 of the levelling."""
    left, right = (points[i, :2].astype(np.float64) for i in (IRIS_LEFT, IRIS_RIGHT))
    middle = (left + right) / 2
    roll = math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
    angle = math.radians(levelling(roll) * strength)
    up, across = np.array([math.sin(angle), -math.cos(angle)]), np.array([math.cos(angle), math.sin(angle)])
    below = float(abs((points[CHIN, :2] - middle) @ up))
    width = float(np.linalg.norm(points[FACE_RIGHT, :2] - points[FACE_LEFT, :2]))
    steps = np.arange(0.3, 3.0, 0.03) * below
    offsets = np.linspace(-0.45, 0.45, 13) * width
    samples = middle + across * offsets[:, None, None] + up * steps[:, None]
    inside = (samples >= 0).all(-1) & (samples < [shape[1], shape[0]]).all(-1)
    seen = np.where(inside, _at(person, samples, shape), 0.0) >= 0.5
    runs = np.where(seen.all(1), len(steps) - 1, np.argmin(seen, 1))
    above = max(float(steps[runs.max()]), LEAST_ABOVE * below)
    centre = (
        middle
        + across * float(((points[:468, :2].min(0) + points[:468, :2].max(0)) / 2 - middle) @ across) / 2
    )
    return Head(centre, angle, above, below)


def _at(field: NDArray[np.float32], where: Floats, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Values of a field over the whole photo at photo pixels (..., 2), clamped to it."""
    rows = np.clip(where[..., 1] * field.shape[0] / shape[0], 0, field.shape[0] - 1).astype(int)
    columns = np.clip(where[..., 0] * field.shape[1] / shape[1], 0, field.shape[1] - 1).astype(int)
    return np.asarray(field[rows, columns], np.float32)


def solve(
    points: NDArray[np.float32],
    person: NDArray[np.float32],
    pixels: NDArray[np.uint8],
    max_side: int,
    lens: Lens | None = None,
) -> Placement:
    """The loosest canvas whose bottom lies inside the photo and in which no photo edge cuts the person.

    Tries every combination of tightness, height and sideways shift at once; each violated rule costs far more
    than any deviation from the wanted composition, so rules give way only where no canvas can keep them.
    With a lens, points and person are those of the photo after it.
    """
    shape = (int(pixels.shape[0]), int(pixels.shape[1]))
    best: tuple[float, Placement] | None = None
    for strength in (1.0, 0.5, 0.0):
        price, placement = _solve(measure(points, person, shape, strength), person, shape, max_side, lens)
        price += (1 - strength) * UNLEVEL
        if best is None or price < best[0]:
            best = (price, placement)
        if best[1].cut < CLEAN:
            # A turn takes the corners of a tight photo away; only then is a little slope the lesser evil.
            break
    assert best is not None
    if best[1].cut > HOPELESS:
        raise EngineError("head_cut_off", f"the photo's edge cuts {best[1].cut:.0%} of the canvas off")
    if best[1].side < SMALLEST:
        raise EngineError("too_few_pixels", f"the canvas is {best[1].side} pixels, {SMALLEST} are needed")
    return best[1]


def _solve(
    head: Head, person: NDArray[np.float32], shape: tuple[int, int], max_side: int, lens: Lens | None = None
) -> tuple[float, Placement]:
    """The best canvas for one levelling, and its price: a grid, then ever finer round the best."""
    best = _cheapest(head, _GRID, person, shape)
    for step in _STEPS:
        near = np.clip(best[0] + step * _NEAR, (HEAD_SHARE, -1, -1), (TIGHTEST, TOP_MARGIN, 1))
        best = min(best, _cheapest(head, near, person, shape), key=lambda found: found[1])
    (share, top, aside), price, cut = best
    side = (head.above + head.below) / share
    corner = np.array([-(0.5 + aside) * side, -(top * side + head.above)])
    return price, _place(head, corner, float(side), cut, max_side, lens)


def _turn(angle: float) -> Floats:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _cheapest(
    head: Head, candidates: Floats, person: NDArray[np.float32], shape: tuple[int, int]
) -> tuple[Floats, float, float]:
    """The best of (n, 3) candidates (share, top, aside), its price and its cut by the photo's edges.

    Composition and the bottom edge cost nearly nothing to price and the rest can only add to it: candidates
    are looked at from the cheapest on, until no other can win. That is a tenth of them in most photos.
    """
    share, top, aside = candidates.T
    side = (head.above + head.below) / share
    corner = np.stack([-(0.5 + aside) * side, -(top * side + head.above)], -1)
    wanted = np.minimum(TOP_MARGIN, (1 - share) * 0.45)
    least = np.maximum(top + share + CHIN_ROOM - 1, 0) * 200
    least += (share - HEAD_SHARE) * 1.5 + np.abs(aside) * 1.2 + np.abs(top - wanted) * 2.0
    # Nothing stands in for a body that was not photographed.
    sine, cosine = math.sin(head.angle), math.cos(head.angle)
    lower = head.centre[1] + np.maximum(corner[:, 0] * sine, (corner[:, 0] + side) * sine)
    below = np.maximum(lower + (corner[:, 1] + side) * cosine - (shape[0] - 1), 0) / side
    least += below * 80
    order = np.argsort(least, kind="stable")
    best = (candidates[order[0]], math.inf, 0.0)
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        if least[some[0]] >= best[1]:
            break
        more, cut = _edges(head, corner[some], side[some], person, shape)
        price = least[some] + more
        found = int(np.argmin(price))
        if price[found] < best[1]:
            best = candidates[some[found]], float(price[found]), float(max(cut[found], below[some[found]]))
    return best


def _edges(
    head: Head, corner: Floats, side: Floats, person: NDArray[np.float32], shape: tuple[int, int]
) -> tuple[Floats, Floats]:
    """What each candidate's four edges cost, and how far the photo cuts the person in it."""
    size = side[:, None]
    x, y = corner[:, :1] + size * _RIM[0], corner[:, 1:] + size * _RIM[1]
    sine, cosine = math.sin(head.angle), math.cos(head.angle)
    across, down = head.centre[0] + x * cosine - y * sine, head.centre[1] + x * sine + y * cosine
    last = (shape[1] - 1, shape[0] - 1)
    columns, rows = np.clip(across, 0, last[0]), np.clip(down, 0, last[1])
    outside = np.maximum(np.abs(across - columns), np.abs(down - rows)) / size
    there = _at(person, np.stack([columns, rows], -1), shape)
    # The photo ends inside the canvas and the person reaches its edge: a straight cut through them.
    through = (outside * there).reshape(len(side), 4, -1).max(-1)
    # The canvas ends inside the photo and takes a piece of hair, hat or ear with it.
    taken = (there * (outside == 0) * (y < head.below * 0.6)).reshape(len(side), 4, -1).max(-1)
    return through.sum(1) * 40 + taken.sum(1) * 2.0, through.max(1)


def _place(
    head: Head, corner: Floats, side: float, cut: float, max_side: int, lens: Lens | None = None
) -> Placement:
    """Snap the canvas to whole pixels: native scale exactly 1 unless the limit asks for less, or a lens
    stretched what it is made of."""
    angle = head.angle if abs(head.angle) > math.radians(0.3) else 0.0
    native = max(_snapped(side), GRID)
    held = native if lens is None else int(native / lens.stretch)
    pixels = max(_snapped(min(held, max_side)), GRID)
    scale = native / pixels
    rotation = _turn(-angle) / scale
    # Shrinking to the grid keeps the bottom edge where it is, inside the photo.
    start = corner + np.array([(side - native) / 2, side - native])
    shift = -(rotation @ head.centre) - start / scale
    if angle == 0 and scale == 1:
        shift = np.ceil(shift)
    matrix = np.hstack([rotation, shift[:, None]])
    return Placement(matrix, pixels, scale, math.degrees(angle), cut, lens)


def _snapped(side: float) -> int:
    """The largest side of the grid that is no larger."""
    grid = GRID if side < LARGE + GRID else WIDE_GRID
    return int(side // grid * grid)


def inverse(placement: Placement) -> Floats:
    """(2, 3) canvas pixels -> photo pixels."""
    return np.asarray(cv2.invertAffineTransform(placement.matrix), np.float64)
