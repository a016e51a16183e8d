"""What may stand behind this cut: any drawn backdrop, one moved towards the old tone, the person's own
background only, or nothing.

It guards as far as its evidence tells, all of it taken before the cut: the net's field, how far its looks
lie apart, and the colours on both sides of the outline. What all looks are sure of and wrong about, what the
matte makes of a good field and wrong colours in a good matte it does not see.

Counted for each pixel of the person's outline: doubt (0.25 to 0.75; a clean edge crosses it in one pixel);
patches of doubt (no edge is so thick); faint patches (0.25 to 0.97, where a body is 0.98 and more: things
taken for a part of the person); places where the looks lie apart, or where the closest doubts the person;
outline of one colour inside and outside. Nothing else is looked at, neither skin nor hair.

How well it ranks (Spearman's correlation with what is wrongly cut for each pixel of outline, parts broader
than a hundredth of the picture, above the chin thrice; photos made by bench/quality, so the truth is known):
on photos made after the weights were chosen 0.76 of 32 (doubt and its patches alone: 0.75) and, with
somebody else beside the person, 0.84 of 24 (0.35); on those that they were chosen on 0.72 of 141 and 0.37 of
35 (0.72, 0.03). Median of what is wrongly cut before 24 places: free 0.7, tone 1.5, own 2.6, none 4.8. The
limits themselves are by eye on 100 portraits. More in docs/studio.md.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import disc, f32, grow, reduce, shrink

Floats = NDArray[np.float32]
Advice = Literal["free", "tone", "own", "none"]

FIELD = 320
"""Doubt is counted in pixels of a field of this side, whatever the field's own."""
CLEAN = 0.9
"""Doubt of the cleanest cuts: confidence 1."""
THICK = 9
"""Width of a patch of doubt, in pixels of the field: no edge is so broad."""
PATCH, BESIDE = 2.0, 8.0
"""What a pixel of a patch counts more than one of an edge, and what it does above the chin besides."""
FAINT, FAINT_BESIDE, SOLID = 3.0, 1.0, 0.97
"""What a pixel of a faint patch counts above the shoulders, above the chin besides; where a body begins."""
APART, SPREAD = 1.0, 0.4
"""What a pixel counts above the chin where the looks are further apart than that."""
CONTESTED, DOUBTED = 8.0, 0.6
"""What a pixel of a patch of the person counts above the chin whom the closer look doubts: others, left."""
ALIKE, SAME, TOLD = 2.0, 0.05, 0.15
"""What a pixel of outline counts whose sides are nearer than SAME (sRGB of 0..1); beyond TOLD nothing."""
NEARBY = 7
"""Pixels of half the field, square, that both colours are averaged over."""
FREE, TONE, OWN = 0.22, 0.055, 0.014
"""Least confidence for each advice."""
CROWDED = 0.9 * TONE
"""The most that a cut with another face in it is worth: its own background."""


def confidence(
    person: Floats,
    chin: float,
    shoulders: float | None = None,
    spread: Floats | None = None,
    close: Floats | None = None,
    canvas: NDArray[np.uint8] | None = None,
) -> float:
    """0..1, from the net's field (m, m) 0..1; 0 without a person. chin and shoulders: rows, as shares of the
    side; spread (m, m): the largest look less the smallest; close (m, m): the look at head and shoulders
    alone; canvas (n, n, 3). What is not given is not counted: no shoulders, no faint patches, for how sure
    another net than ours is of a body we do not know.
    """
    side = (FIELD, FIELD)
    field = person if person.shape == side else reduce(person, side)
    high = max(0, round(chin * FIELD))
    doubt = _between(field, 0.25, 0.75)
    patches = _opened(doubt, THICK // 2)
    solid = (field > 0.5).view(np.uint8)
    rim = np.asarray(solid - cv2.erode(solid, np.ones((3, 3), np.uint8)), np.uint8)
    outline = float(rim.sum())
    if not outline:
        return 0.0
    broad = float(doubt.sum()) + PATCH * float(patches.sum()) + BESIDE * float(patches[:high].sum())
    if shoulders is not None:
        low = max(0, round(shoulders * FIELD))
        faint = _opened(_between(field, 0.25, SOLID), THICK // 2) & (1 - patches)
        broad += FAINT * float(faint[:low].sum()) + FAINT_BESIDE * float(faint[:high].sum())
    if spread is not None:
        wide = spread if spread.shape == side else reduce(spread, side)
        broad += APART * float(_opened((wide > SPREAD).view(np.uint8), 2)[:high].sum())
    if close is not None:
        near = close if close.shape == side else reduce(close, side)
        other = _opened(((field > 0.5) & (near < DOUBTED)).view(np.uint8), THICK // 2)
        broad += CONTESTED * float(other[:high].sum())
    if canvas is not None:
        broad += ALIKE * outline * _alike(solid, canvas)
    broad /= outline
    return min(1.0, CLEAN / max(broad, CLEAN))


def _between(field: Floats, least: float, most: float) -> NDArray[np.uint8]:
    return ((field > least) & (field < most)).view(np.uint8)


def _opened(mask: NDArray[np.uint8], radius: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc(radius)), np.uint8)


def _alike(solid: NDArray[np.uint8], canvas: NDArray[np.uint8]) -> float:
    """0..1: how much of the outline has the same colour just inside and just outside, at half the field."""
    side = (FIELD // 2, FIELD // 2)
    body = np.asarray(cv2.resize(solid, side, interpolation=cv2.INTER_NEAREST), np.uint8)
    # Single pixels will do: many are averaged.
    colours = f32(np.asarray(cv2.resize(canvas, side, interpolation=cv2.INTER_NEAREST), np.uint8))
    sides = []
    for ring in (shrink(body, 1) - shrink(body, 2), grow(body, 2) - grow(body, 1)):
        near = cv2.blur(ring.astype(np.float32), (NEARBY, NEARBY))[..., None]
        sum_of = cv2.blur(cv2.copyTo(colours, ring), (NEARBY, NEARBY))
        sides.append(sum_of / (near + np.float32(1e-4)) / np.float32(255))
    inner = np.s_[1:-1, 1:-1]
    rim = (body - cv2.erode(body, np.ones((3, 3), np.uint8)))[inner].view(np.bool_)
    if not rim.any():
        return 0.0
    away = np.linalg.norm(sides[0][inner][rim] - sides[1][inner][rim], axis=1)
    return float(np.clip((TOLD - away) / (TOLD - SAME), 0, 1).mean())


def advise(sure: float) -> Advice:
    """The advice for a confidence 0..1."""
    if sure >= FREE:
        return "free"
    if sure >= TONE:
        return "tone"
    return "own" if sure >= OWN else "none"


def doubt(sure: float) -> float:
    """0..1 for a confidence: how much of what hides residue a drawn backdrop needs; 0 where any may stand."""
    if sure >= FREE:
        return 0.0
    return float((np.log(FREE / max(sure, TONE)) / np.log(FREE / TONE)) ** 0.5)


def allows(advice: Advice, kind: str) -> bool:
    """Whether a look with this kind of backdrop may be made."""
    return advice in ("free", "tone") or (advice == "own" and kind == "own")
