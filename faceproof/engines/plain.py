"""A picture that a person finished elsewhere, cut by their own hand: nothing is looked for in it, nothing
changed.

No address names this: it takes a cut instead of a style, and no face.
"""

from __future__ import annotations

import re

import cv2
import numpy as np

from faceproof.imaging.frame import Frame

from .brief import MAX_SIDE, EngineError
from .master import Action, Geometry, Master, Similarity

ENGINE, STYLE = "plain:1", "own-photo"
SUPPLIED = "humanEdits"
"""IPTC: cut by a human hand. Not "digitalCapture": nobody here saw the capture (docs/decisions/0001)."""
LEAST = 0.1
STATED = re.compile(rb"digitalsourcetype/(\w+)")
GENERATED = (
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "compositeSynthetic",
)
OWN = ("composite", "algorithmicallyEnhanced")

Cut = tuple[float, float, float]
"""left, top, size: the side of the square as a share of the photo's shorter side, 0.1 to 1; and where it lies
in the room that is left, 0 (left, top) to 1 (right, bottom)."""


def cut(frame: Frame, where: Cut, source_type: str = SUPPLIED) -> Master:
    """The square, at the photo's own pixels or reduced to MAX_SIDE. EngineError `bad_cut` for shares out of
    range."""
    left, top, size = where
    if not (0 <= left <= 1 and 0 <= top <= 1 and LEAST <= size <= 1):  # not-a-number is in no range
        raise EngineError("bad_cut", f"{where}")
    side = max(1, round(size * min(frame.width, frame.height)))
    x, y = round(left * (frame.width - side)), round(top * (frame.height - side))
    pixels = np.ascontiguousarray(frame.pixels[y : y + side, x : x + side])
    scale = max(1.0, side / MAX_SIDE)
    done = [Action("c2pa.cropped", "Cut to the square that the person chose; nothing was looked for in it")]
    if scale > 1:
        pixels = np.asarray(cv2.resize(pixels, (MAX_SIDE, MAX_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
        done.append(Action("c2pa.resized", f"Reduced {scale:.2f} times; never enlarged"))
    return Master(
        pixels=pixels,
        matte=None,
        geometry=nominal(pixels.shape[0]),
        engine=ENGINE,
        style=STYLE,
        seed=0,
        scale=scale,
        source_type=source_type,
        actions=tuple(done),
        report={"scale": scale},
        photo=_similarity(frame, x, y, scale),
        given=True,
    )


def _similarity(frame: Frame, x: int, y: int, scale: float) -> Similarity:
    """Nothing is turned here, so the frame is the photo as it came."""
    return frame.width / scale, 0.0, -x / scale, -y / scale


def nominal(side: int) -> Geometry:
    """Points that stand in for a head that nobody looked for; `Master.given` says that they mean nothing."""
    middle, apart = 0.5 * side, 0.07 * side
    eyes = 0.43 * side
    return Geometry(
        (middle - apart, eyes), (middle + apart, eyes), (middle, 0.69 * side), (middle, 0.17 * side)
    )


def stated(photo: bytes) -> str:
    """What the marks of the file itself say of its origin, where that must not be lost with them: that it was
    generated, or that it left this program before. Metadata is read, no pixel."""
    found = {match.decode() for match in STATED.findall(photo)}
    terms = GENERATED + (OWN if b"Faceproof" in photo else ())
    return next((term for term in terms if term in found), SUPPLIED)
