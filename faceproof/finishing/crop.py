"""Where to cut: the crop of a format from the geometry of a master, always inside the master."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faceproof.formats import Format

Point = tuple[float, float]

HEAD_OF_FACE = 2.0
"""Head height over the way from eyes to chin: the eyes halve the head. Hair top to chin is 2.03 of it in
the mean of our 21 portraits, and 1.75 (shaved) to 2.38 (curls) in single ones: faces of a team are of one
size only when hair and hats are left out."""
# What a deviation costs, in shares of the crop's size: being tighter or looser than asked, off centre, off
# the eye line. Found by looking: a head a little too large is seen later than a head off centre, and cut hair
# is seen first of all. Air above the hair gives way before the eye line does.
TIGHTER, LOOSER, SIDEWAYS, VERTICAL, HAIR, AIR = 1.5, 1.5, 2.0, 1.5, 8.0, 0.6
TIGHTEST = 0.86  # head share beyond which a picture is a face, not a portrait
LOOSEST = 1.15  # how much looser than asked a picture may get, for a hat or hair that does not fit otherwise
HEADROOM = 0.03  # share of the height that should stay free above the hair
LEAST_ROOM = 0.008  # ... and must
STEPS = 48
LEAN = 0.08  # of the head's height: how far lopsided hair may pull the crop away from the face
SEEN = 0.009  # share of the picture: smaller deviations are not worth a word, larger ones always get one
EDGES = ("left", "top", "right", "bottom")


class FinishingError(Exception):
    """Code `too_few_pixels` (the master can fill no such format), `larger_than_held` (only a smaller one,
    which was not allowed) or `does_not_fit` (no crop holds the face). values: width and height of the
    largest true size."""

    def __init__(self, code: str, detail: str, **values: int) -> None:
        self.code, self.detail, self.values = code, detail, values
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

    head_share, eye_line: as in Format, but as achieved. aside, off: how far right of the middle the face
    stands, and the head with its hair, shares of the width. notes: `tightened` (the master ends where the
    format wants to begin), `loosened` (hair or a hat would not have fitted), `recentred` (moved to stay
    inside), `hair_cut` (the hair did not fit). held_by: the edges of the master that the crop touches:
    there the photo held no more.
    """

    left: float
    top: float
    width: float
    height: float
    head_share: float
    eye_line: float
    notes: tuple[str, ...]
    aside: float = 0.0
    off: float = 0.0
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The head along a master's height and width, in its pixels; middle: of the crop, with lopsided hair."""

    crown: float
    eyes: float
    chin: float
    middle: float
    face: float

    @property
    def height(self) -> float:
        return HEAD_OF_FACE * (self.chin - self.eyes)


def solve(
    size: tuple[int, int], geometry: HeadGeometry, fmt: Format, matte: NDArray[np.uint8] | None = None
) -> Crop:
    """The best crop of a (width, height) master; FinishingError `does_not_fit` if none holds eyes and chin.

    matte: (height, width) how much of each pixel is the person, 0..255; lopsided hair is given room with it.
    """
    best, _ = placed(size, head_of(geometry, matte), fmt)
    if best is None:
        raise FinishingError("does_not_fit", f"{fmt.name}: no crop of {size[0]} x {size[1]} holds the face")
    return best


def placed(size: tuple[int, int], head: Head, fmt: Format) -> tuple[Crop | None, float]:
    """The best crop and its cost; None where none holds eyes and chin."""
    full_h = head.height / fmt.head_share
    full_w = full_h * fmt.aspect
    fits = min(size[0] / full_w, size[1] / full_h)
    # Who asks for all there is gets the largest rectangle; the others may get a tighter, better placed one.
    if fmt.fit == "largest":
        scales = [min(1.0, fits)]
    else:
        loosest = min(LOOSEST, fits)
        tightest = min(fits, fmt.head_share / TIGHTEST)
        scales = [loosest + (tightest - loosest) * step / STEPS for step in range(STEPS + 1)]
        scales += [1.0] if fits >= 1.0 else []
    best, least = None, math.inf
    for scale in scales:
        crop, cost = _at(size, head, (full_w * scale, full_h * scale), fmt)
        if cost < least - 1e-9:
            best, least = crop, cost
    if best is None or not best.top < head.eyes < head.chin <= best.top + best.height + 1:
        return None, math.inf
    return best, least


def head_of(geometry: HeadGeometry, matte: NDArray[np.uint8] | None) -> Head:
    """The head for `placed`. FinishingError `does_not_fit` for points that cannot be a head."""
    (lx, ly), (rx, ry) = geometry.left_eye, geometry.right_eye
    crown, eyes, chin = geometry.crown[1], (ly + ry) / 2, geometry.chin[1]
    # In a turned head the eyes sit off the middle, the chin less so: the mean of both reads as centred.
    face = ((lx + rx) / 2 + geometry.chin[0]) / 2
    if not all(map(math.isfinite, (crown, eyes, chin, face))) or not crown < eyes < chin:
        raise FinishingError("does_not_fit", "crown, eyes and chin are not in this order")
    lean = 0.0 if matte is None else (_hair_middle(matte, crown, eyes, face) - face) / 2
    limit = LEAN * (chin - crown)
    return Head(crown, eyes, chin, face + min(max(lean, -limit), limit), face)


def _hair_middle(matte: NDArray[np.uint8], crown: float, eyes: float, face: float) -> float:
    """Middle of what the person covers between crown and eyes; the face's own middle if that is nothing."""
    rows = matte[max(int(crown), 0) : max(int(eyes), 0) + 1]
    covered = np.flatnonzero((rows > 127).mean(axis=0) > 0.15) if len(rows) else rows
    return float(covered[0] + covered[-1]) / 2 if covered.size else face


def _at(size: tuple[int, int], head: Head, crop: tuple[float, float], fmt: Format) -> tuple[Crop, float]:
    """A crop of this size as near to the wish as the master allows, and its cost."""
    width, height = crop
    want_left, want_top = head.middle - width / 2, head.eyes - fmt.eye_line * height
    # Cut hair is worse than eyes a little low: lowered just so far that the hair fits.
    want_top = min(want_top, max(head.crown - LEAST_ROOM * height, 0.0))
    left = max(0.0, min(want_left, size[0] - width))
    top = max(0.0, min(want_top, size[1] - height))
    eye_line, share = (head.eyes - top) / height, head.height / height
    sideways, vertical = abs(left - want_left) / width, abs(eye_line - fmt.eye_line)
    # Only hair that the master holds can be asked for.
    room = (max(head.crown, HEADROOM * height) - top) / height
    cost = HAIR * max(0.0, LEAST_ROOM - room) + AIR * max(0.0, HEADROOM - room)
    cost += TIGHTER * max(0.0, share - fmt.head_share) + LOOSER * max(0.0, fmt.head_share - share)
    cost += SIDEWAYS * sideways + VERTICAL * vertical
    notes = []
    if fmt.fit == "exact":
        notes += ["tightened"] if share > fmt.head_share + SEEN else []
        notes += ["loosened"] if share < fmt.head_share - SEEN else []
        notes += ["recentred"] if max(sideways, vertical) > SEEN else []
    if top > head.crown + 0.005 * head.height:
        notes.append("hair_cut")
    edges = held(size, left, top, width, height)
    aside, off = (head.face - left) / width - 0.5, (head.middle - left) / width - 0.5
    return Crop(left, top, width, height, share, eye_line, tuple(notes), aside, off, edges), cost


def held(size: tuple[int, int], left: float, top: float, width: float, height: float) -> tuple[str, ...]:
    """The edges of a (width, height) master that a rectangle in it touches."""
    gaps = (left, top, size[0] - width - left, size[1] - height - top)
    return tuple(edge for edge, gap in zip(EDGES, gaps, strict=True) if gap < 0.5)
