"""What retouch did, carried through all that comes after it: masters can be seen without it later.

Retouch is what the stages retouch (blotches, redness, spots, shadows under the eyes), eyes (their whites,
irises, teeth) and shine change. Exposure, perspective, relight, backdrop and grade are not. The change is
multiplied by what each later stage did to the light at its place: a run without retouch would also have lit
the face by its unretouched shading, which differs by less than an eye can see (docs/studio.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.master import CHANGES_SIDE
from faceproof.engines.undone import Retouch
from faceproof.imaging.colour import luma, to_float

from .fields import ENOUGH, LARGE, enlarge, f32, times
from .masks import Box, Masks

Floats = NDArray[np.float32]
DARK = 0.02
"""Display value that is added before light is divided by light."""
OF_RETOUCH = frozenset({"change_spots", "light_shine", "skin_pores_kept", "change_landmarks"})
"""What a report says of the retouched picture alone (docs/studio.md)."""
COARSE = 4
"""Pixels: later stages change light smoothly, a sample of so many is enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """(h, w, 3) what retouch added, display values, in a box of the canvas, as the polished person has it."""

    values: Floats
    box: Box


def polished(colours: Floats, matt: Floats, subject: Floats, masks: Masks) -> Change | None:
    """Once a policy: `matt` is retouched, `subject` is that in its new light. None where nothing was
    retouched."""
    top, bottom, left, right = masks.box
    part = np.s_[top:bottom, left:right]
    if matt is colours or np.array_equal(matt[part], colours[part]):
        return None
    values = f32(cv2.subtract(matt[part], colours[part]))
    if subject is not matt:
        values = times(values, _gain(matt[part], subject[part]))
    return Change(values, masks.box)


def finished(
    polished: Mapping[str, Any], seen: Floats, alpha: Floats, grade: Mapping[str, Any]
) -> Retouch | None:
    """Once a style. polished: `undone` and `subject` of the stages; seen: the finished picture at the scale
    that was worked at, (n, n, 3) 0..1; grade: the style's policy."""
    change, subject = polished["undone"], polished["subject"]
    if change is None:
        return None
    top, bottom, left, right = change.box
    part = np.s_[top:bottom, left:right]
    values = change.values
    if grade["saturation"] != 1:
        grey = luma(values)[..., None]
        values = grey + (values - grey) * np.float32(grade["saturation"])
    gain = _gain(subject[part], seen[part])
    gain *= alpha[part]
    plane = cv2.multiply(values, cv2.merge([gain, gain, gain]), scale=255.0, dtype=cv2.CV_8S)
    return Retouch(np.asarray(plane, np.int8), left, top, subject.shape[0])


def shown(retouch: Retouch, seen: NDArray[np.uint8]) -> Floats:
    """(m, m, 3) 0..1 without retouch, of the finished picture at the scale that was worked at; a large one
    after the first of the two steps in which `reduce` would make cells of it, so that they are the same."""
    plain = retouch.taken_from(seen)
    side = plain.shape[0]
    enough = (step for step in (8, 4, 2) if side % step == 0 and side // step >= ENOUGH * CHANGES_SIDE)
    step = next(enough, 1) if side >= LARGE else 1
    size = (plain.shape[1] // step, plain.shape[0] // step)
    return to_float(np.asarray(cv2.resize(plain, size, interpolation=cv2.INTER_AREA), np.uint8))


def _gain(before: Floats, after: Floats) -> Floats:
    """(h, w) light after over light before."""
    some = np.s_[COARSE // 2 :: COARSE, COARSE // 2 :: COARSE]
    one, two = (luma(np.ascontiguousarray(picture[some])) + np.float32(DARK) for picture in (before, after))
    return enlarge(f32(two / one), (before.shape[1], before.shape[0]))
