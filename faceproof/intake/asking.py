"""What the person may answer when a check says no: which face is theirs, or that the photo will do."""

from __future__ import annotations

from collections.abc import Iterable

from faceproof.imaging.face import Detection

TASTE = frozenset({"blurred", "head_cut_off", "not_a_person", "too_bright", "too_dark", "turned_away"})
"""Refusals that the person may overrule. The first are a matter of taste; `not_a_person` is the detector's
doubt, and nobody has to prove to a program that they are one. Without a face, or with one of a few pixels,
there is nothing to make a portrait of."""
WHICH = "several_faces"
"""The refusal that is a question: which one is you?"""

SIZE = 0.4
"""Share of the main face's size from which another counts; passers-by and pictures on walls are smaller."""
SCORE = 0.7

Box = tuple[float, float, float, float]
Spot = tuple[float, float]


def may_ask(codes: Iterable[str]) -> bool:
    """Whether an answer of the person can settle every one of these refusals."""
    found = set(codes)
    return bool(found) and found <= TASTE | {WHICH}


def people(detections: Iterable[Detection]) -> list[Detection]:
    """The faces that count, the main one with them."""
    found = list(detections)
    main = max((face.side for face in found), default=0.0)
    return [face for face in found if face.side > SIZE * main and face.score > SCORE]


def boxes(detections: tuple[Detection, ...], width: int, height: int, turns: int) -> tuple[Box, ...]:
    """Left, top, width and height of every face that counts, shares of the photo as it was handed in (its
    own orientation tag applied), from left to right. `width`, `height` in px are of the upright frame that
    `turns` quarter turns made of it."""
    found = []
    for face in people(detections):
        corners = [
            turned_back((float(x) / width, float(y) / height), turns) for x, y in (face.box[:2], face.box[2:])
        ]
        left, right = sorted(min(1.0, max(0.0, x)) for x, _ in corners)
        top, bottom = sorted(min(1.0, max(0.0, y)) for _, y in corners)
        found.append((left, top, right - left, bottom - top))
    return tuple(sorted(found))


def turned_back(spot: Spot, turns: int) -> Spot:
    """Where a spot of the frame lies in the photo before it was turned counter-clockwise `turns` times."""
    x, y = spot
    for _ in range(turns % 4):
        x, y = 1.0 - y, x
    return x, y


def turned(spot: Spot, turns: int) -> Spot:
    """Where a spot of the photo lies after `turns` quarter turns counter-clockwise; both in shares."""
    x, y = spot
    for _ in range(turns % 4):
        x, y = y, 1.0 - x
    return x, y


def nearest_first(detections: Iterable[Detection], spot: Spot, width: int, height: int) -> list[Detection]:
    """The faces, the one that was pointed at first; `spot` in shares of the frame."""
    x, y = spot[0] * width, spot[1] * height

    def away(face: Detection) -> float:
        left, top, right, bottom = (float(side) for side in face.box)
        return ((left + right) / 2 - x) ** 2 + ((top + bottom) / 2 - y) ** 2

    return sorted(detections, key=away)
