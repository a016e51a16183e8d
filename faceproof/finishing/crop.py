"""Where to cut: the crop of a format from the geometry of a master, always inside the master."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faceproof.formats import Format

Point = tuple[float, float]

# What a deviation costs, in shares of the crop's size: being tighter than asked, off centre, off the eye
# line. Found by looking: a head a little too large is seen later than a head off centre, and cut hair is
# seen first of all.
TIGHTER, SIDEWAYS, VERTICAL, HAIR = 1.5, 2.0, 1.5, 8.0
TIGHTEST = 0.86  # head share beyond which a picture is a face, not a portrait
HEADROOM = 0.03  # share of the height that should stay free above the hair
STEPS = 48
LEAN = 0.08  # of the head's height: how far lopsided hair may pull the crop away from the face
SEEN = 0.02  # a deviation smaller than this share is not worth a word


class FinishingError(Exception):
    """Code `too_few_pixels` (the master cannot fill the format) or `does_not_fit` (no crop holds the
    face).
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


class HeadGeometry(Protocol):
    """Four points in pixels of the master, (x, y) from its upper left corner."""

    @property
    def left_eye(self) -> Point: ...
    @property
    def right_eye(self) -> Point: ...
    @property
    def chin(self) -> Point: ...
    @property
    def crown(self) -> Point: ...


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle in pixels of the master (fractions allowed) and what came of the wishes.

    head_share, eye_line: as in Format, but as achieved. notes: `tightened` (the master ends where the format
    wants to begin), `recentred` (moved to stay inside), `hair_cut` (the hair did not fit).
    """

    left: float
    top: float
    width: float
    height: float
    head_share: float
    eye_line: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    crown: float
    eyes: float
    chin: float
    middle: float

    @property
    def height(self) -> float:
        return self.chin - self.crown


def solve(
    size: tuple[int, int], geometry: HeadGeometry, fmt: Format, matte: NDArray[np.uint8] | None = None
) -> Crop:
    """The best crop of a (width, height) master; FinishingError `does_not_fit` if none holds eyes and chin.

    matte: (height, width) how much of each pixel is the person, 0..255; lopsided hair is given room with it.
    """
    head = _head(geometry, matte)
    full_h = head.height / fmt.head_share
    full_w = full_h * fmt.aspect
    fits = min(1.0, size[0] / full_w, size[1] / full_h)
    # Who asks for all there is gets the largest rectangle; the others may get a tighter, better placed one.
    tightest = fits if fmt.fit == "largest" else min(fits, fmt.head_share / TIGHTEST)
    best, least = None, math.inf
    for step in range(STEPS + 1):
        scale = fits + (tightest - fits) * step / STEPS
        crop, cost = _placed(size, head, (full_w * scale, full_h * scale), fmt)
        if cost < least - 1e-9:
            best, least = crop, cost
    if best is None or not best.top < head.eyes < head.chin <= best.top + best.height + 1:
        raise FinishingError("does_not_fit", f"{fmt.name}: no crop of {size[0]} x {size[1]} holds the face")
    return best


def _head(geometry: HeadGeometry, matte: NDArray[np.uint8] | None) -> _Head:
    (lx, ly), (rx, ry) = geometry.left_eye, geometry.right_eye
    crown, eyes, chin = geometry.crown[1], (ly + ry) / 2, geometry.chin[1]
    # In a turned head the eyes sit off the middle, the chin less so: the mean of both reads as centred.
    face = ((lx + rx) / 2 + geometry.chin[0]) / 2
    if not all(map(math.isfinite, (crown, eyes, chin, face))) or not crown < eyes < chin:
        raise FinishingError("does_not_fit", "crown, eyes and chin are not in this order")
    lean = 0.0 if matte is None else (_hair_middle(matte, crown, eyes, face) - face) / 2
    limit = LEAN * (chin - crown)
    return _Head(crown, eyes, chin, face + min(max(lean, -limit), limit))


def _hair_middle(matte: NDArray[np.uint8], crown: float, eyes: float, face: float) -> float:
    """Middle of what the person covers between crown and eyes; the face's own middle if that is nothing."""
    rows = matte[max(int(crown), 0) : max(int(eyes), 0) + 1]
    covered = np.flatnonzero((rows > 127).mean(axis=0) > 0.15) if len(rows) else rows
    return float(covered[0] + covered[-1]) / 2 if covered.size else face


def _placed(size: tuple[int, int], head: _Head, crop: tuple[float, float], fmt: Format) -> tuple[Crop, float]:
    """A crop of this size as near to the wish as the master allows, and its cost."""
    width, height = crop
    want_left, want_top = head.middle - width / 2, head.eyes - fmt.eye_line * height
    left = max(0.0, min(want_left, size[0] - width))
    top = max(0.0, min(want_top, size[1] - height))
    sideways, vertical = abs(left - want_left) / width, abs(top - want_top) / height
    share = head.height / height
    # Only hair that the master holds can be asked for.
    missing = max(0.0, HEADROOM - (max(head.crown, HEADROOM * height) - top) / height)
    cost = TIGHTER * max(0.0, share - fmt.head_share) + HAIR * missing
    cost += SIDEWAYS * sideways + VERTICAL * vertical
    notes = []
    if share > fmt.head_share * (1 + SEEN) and fmt.fit == "exact":
        notes.append("tightened")
    if max(sideways, vertical) > SEEN and fmt.fit == "exact":
        notes.append("recentred")
    if top > head.crown + SEEN * head.height / 4:
        notes.append("hair_cut")
    eye_line = (head.eyes - top) / height
    return Crop(left, top, width, height, share, eye_line, tuple(notes)), cost
