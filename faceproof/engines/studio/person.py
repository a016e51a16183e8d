"""Where the person is: the segmentation net looks six times, and we say how sure it was."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import coarse, face

from . import beside
from .crop import CHIN, Placement, inverse
from .decision import CROWDED, FREE, confidence
from .fields import f32, reduce, shrink

NET = 256
FINE = 640
SIDE = 320
"""Side of the field: views are tighter than the canvas, so it holds a little more than one view's 256."""

Floats = NDArray[np.float32]
SHOULDERS = 0.4
"""Where shoulders begin, below the chin, in heights of the mesh."""


def look(pixels: NDArray[np.uint8], sketch: bool = False) -> Floats:
    """(256, 256) probability over the whole photo, the mean of the photo and its mirror image; of the photo
    alone in a sketch."""
    small = np.asarray(cv2.resize(pixels, (NET, NET), interpolation=cv2.INTER_AREA), np.uint8)
    return _opinion(small, sketch)


def _opinion(pixels: NDArray[np.uint8], sketch: bool) -> Floats:
    """The net's mean opinion of a picture and its mirror image."""
    seen = f32(face.segment(pixels))
    return seen if sketch else f32((seen + _mirrored(pixels)) / 2)


def _mirrored(pixels: NDArray[np.uint8]) -> Floats:
    return np.asarray(face.segment(np.ascontiguousarray(pixels[:, ::-1]))[:, ::-1], np.float32)


def agree(
    canvas: NDArray[np.uint8],
    inside: NDArray[np.uint8],
    whole: Floats,
    placement: Placement,
    points: Floats,
    pixels: NDArray[np.uint8],
    mask: coarse.Coarse | None = None,
    sketch: bool = False,
) -> tuple[Floats, float]:
    """(320, 320) probability over the canvas: the median of whole photo, canvas and head-and-shoulders
    view, each seen twice (once in a sketch); and the confidence 0..1 that a cut along it will be clean.

    A better mask that the operator brought is asked once, instead, and answers with up to `FINE` pixels.
    Raises coarse.CoarseError.
    """
    if mask is not None:
        return _brought(canvas, inside, points, mask)
    height = canvas.shape[0]
    chin, top = float(points[CHIN, 1]), float(points[:468, 1].min())
    tall = 2.9 * (chin - top)
    half = max(tall / 2, height * 0.3)
    middle = np.array([float(points[:468, 0].mean()), chin - 0.12 * tall])
    first = _from_photo(whole, placement, pixels.shape)
    second = _window(canvas, np.zeros(2), float(height), sketch)
    third = _window(canvas, middle - half, 2 * half, sketch)
    axis = (np.arange(SIDE) + 0.5) * height / SIDE
    across, down = (np.abs(axis - centre) < half * 0.98 for centre in middle)
    median = np.maximum(np.minimum(first, second), np.minimum(np.maximum(first, second), third))
    seen = down[:, None] & across
    result = np.where(seen, median, (first + second) / 2).astype(np.float32)
    result *= cv2.resize(inside, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    small = points[:, :2] * np.float32(SIDE / height)
    close = np.where(seen, third, result).astype(np.float32)
    others_out = beside.left_out(result, close, small, canvas)
    spread = np.maximum(np.maximum(first, second), third) - np.minimum(np.minimum(first, second), third)
    # Where somebody was left out the looks lie apart: that is how it was found.
    spread[(others_out != result) | ~seen] = 0
    shoulders = (chin + SHOULDERS * (chin - top)) / height
    sure = confidence(others_out, chin / height, shoulders, spread, close, canvas)
    # A face is only looked for where the answer can change the advice and something speaks for it.
    if CROWDED < sure < FREE and (others_out is not result or beside.doubted(others_out, close)):
        sure = CROWDED if beside.face_in(others_out, small, canvas) else sure
    return alone(mended(others_out), small), sure


def _brought(
    canvas: NDArray[np.uint8], inside: NDArray[np.uint8], points: Floats, mask: coarse.Coarse
) -> tuple[Floats, float]:
    """The answer of a net that sees the canvas finely enough not to need six looks."""
    seen = coarse.segment(canvas, mask)
    side = min(FINE, seen.shape[0])
    result = to_side(seen, side) * cv2.resize(inside, (side, side), interpolation=cv2.INTER_NEAREST)
    return alone(f32(result), points[:, :2] * np.float32(side / canvas.shape[0])), confidence(
        result, float(points[CHIN, 1]) / canvas.shape[0]
    )


def mended(person: Floats) -> Floats:
    """Fill islands of doubt inside the person: an earring, a badge. A real gap, under an arm, is no doubt."""
    doubt = (person < 0.9).astype(np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(doubt, connectivity=4)
    result = person.copy()
    for part in range(1, count):
        left, top, width, height, area = boxes[part]
        at_rim = left == 0 or top == 0 or left + width == SIDE or top + height == SIDE
        where = labels == part
        if not at_rim and area < 0.01 * SIDE * SIDE and float(person[where].min()) > 0.2:
            result[where] = 1
    return result


def alone(person: Floats, points: Floats) -> Floats:
    """Take out others who lean in: thick parts that hang on the person by little and reach a side.

    points (478, 2) in pixels of the field. What is nearest to such a part goes with it; hair, too thin
    to be a part of its own, stays with the head.
    """
    side = person.shape[0]
    head = 1.6 * float(points[CHIN, 1] - points[:468, 1].min())
    thick = shrink((person > 0.5).astype(np.uint8), 0.045 * head)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(thick)
    x, y = np.clip(points[:468].mean(0).astype(int), 0, side - 1)
    own = int(labels[y, x])
    reach = 0.06 * head + 2
    others = [
        part
        for part in range(1, count)
        if part != own
        and (boxes[part, 0] < reach or boxes[part, 0] + boxes[part, 2] > side - reach)
        and boxes[part, 1] < float(points[CHIN, 1]) + 0.3 * head
    ]
    if not own or not others:
        return person
    _, nearest = cv2.distanceTransformWithLabels(1 - thick, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    inside = thick > 0
    part_of = np.zeros(int(nearest.max()) + 1, np.int32)
    part_of[nearest[inside]] = labels[inside]
    return np.where(np.isin(part_of[nearest], others), 0, person).astype(np.float32)


def _from_photo(whole: Floats, placement: Placement, shape: tuple[int, ...]) -> Floats:
    """The photo's own field, sampled on the canvas."""
    step = placement.side / SIDE
    to_canvas = np.array([[step, 0, step / 2 - 0.5], [0, step, step / 2 - 0.5], [0, 0, 1]])
    zoom = np.array([whole.shape[1] / shape[1], whole.shape[0] / shape[0]])
    to_field = np.diag(zoom) @ inverse(placement) @ to_canvas
    to_field[:, 2] += zoom / 2 - 0.5
    return f32(
        cv2.warpAffine(
            whole,
            to_field,
            (SIDE, SIDE),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def _window(canvas: NDArray[np.uint8], start: NDArray[np.float64], size: float, sketch: bool) -> Floats:
    """One square view of the canvas, as the net sees it, put back; its rim is repeated beyond it."""
    first = max(1, int(size / NET / 1.5))
    source = (
        canvas
        if first == 1
        else cv2.resize(canvas, None, fx=1 / first, fy=1 / first, interpolation=cv2.INTER_AREA)
    )
    zoom = NET / (size / first)
    matrix = np.array([[zoom, 0, -start[0] / first * zoom], [0, zoom, -start[1] / first * zoom]])
    view = cv2.warpAffine(source, matrix, (NET, NET), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = _opinion(np.asarray(view, np.uint8), sketch)
    step = canvas.shape[0] / SIDE
    back = np.array([[size / NET / step, 0, start[0] / step], [0, size / NET / step, start[1] / step]])
    return np.asarray(
        cv2.warpAffine(seen, back, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def to_side(person: Floats, side: int) -> Floats:
    """The probability at another size, 0..1."""
    if side <= person.shape[0]:
        return reduce(person, (side, side))
    return np.clip(cv2.resize(person, (side, side), interpolation=cv2.INTER_CUBIC), 0, 1)
