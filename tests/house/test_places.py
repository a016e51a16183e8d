"""The same pixels in give the same pixels out, wherever in memory they lie.

Some of OpenCV's functions round the first values before an address that their machine likes and all others
differently. `cv2.magnitude` does (OpenCV 5.0, AVX-512), and a tuned picture was a step lighter now and then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from tests.conftest import ROOT

# Words, points, outlines, labels: nothing is rounded, or nothing depends on pixels.
EXACT = {
    *("circle", "ellipse", "fillConvexPoly", "fillPoly", "putText", "getTextSize", "getStructuringElement"),
    *(
        "connectedComponents",
        "connectedComponentsWithStats",
        "convexHull",
        "copyTo",
        "merge",
        "rotate",
        "split",
    ),
    *("getPerspectiveTransform", "invertAffineTransform", "imencode", "setNumThreads", "split"),
}
SIDE = 133  # odd: rows, too, begin at every kind of address

BYTES = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8), (0, 0), 1.2)
FLOATS = BYTES.astype(np.float32) * np.float32(0.777) / 255 + np.float32(0.02)
GREY = np.ascontiguousarray(FLOATS[..., 1])
MASK = (np.median(GREY) < GREY).astype(np.uint8)
OTHER = GREY[::-1] * np.float32(1.1)
TURN = np.array([[0.97, 0.05, 3.2], [-0.05, 0.97, 4.1]])
LEAN = np.array([[0.97, 0.02, 3], [0.01, 0.98, 2], [1e-5, 2e-5, 1]])
MIX = np.array([[0.3, 0.5, 0.2], [0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
ACROSS, DOWN = np.meshgrid(*[np.arange(SIDE, dtype=np.float32) * np.float32(0.91) + 2] * 2)
DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
SECOND = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 7
TABLE = (np.arange(256) / 7).astype(np.float32)

Work = Callable[[Any], Any]
COLOURS: list[tuple[Any, Work]] = [
    (BYTES, lambda of: cv2.cvtColor(of, cv2.COLOR_RGB2GRAY)),
    (BYTES, lambda of: cv2.cvtColor(of, cv2.COLOR_RGB2Lab)),
    (FLOATS, lambda of: cv2.cvtColor(of, cv2.COLOR_RGB2GRAY)),
    (FLOATS, lambda of: cv2.cvtColor(of, cv2.COLOR_LRGB2Lab)),
    (FLOATS, lambda of: cv2.cvtColor(of, cv2.COLOR_Lab2LRGB)),
]
WORK: dict[str, list[tuple[Any, Work]]] = {
    "GaussianBlur": [
        (of, lambda of, sigma=sigma: cv2.GaussianBlur(of, (0, 0), sigma))
        for of in (BYTES, FLOATS, GREY)
        for sigma in (0.7, 1.0, 5.0)
    ],
    "LUT": [(BYTES, lambda of: cv2.LUT(of, TABLE))],
    "Sobel": [(GREY, lambda of: cv2.Sobel(of, cv2.CV_32F, 1, 0, scale=0.125))],
    "add": [(GREY, lambda of: cv2.add(of, OTHER))],
    "addWeighted": [(of, lambda of: cv2.addWeighted(of, 0.3, of, 0.77, 0.1)) for of in (BYTES, FLOATS)],
    "blur": [(of, lambda of, k=k: cv2.blur(of, (k, k))) for of in (BYTES, FLOATS, GREY) for k in (3, 15, 31)],
    "boxFilter": [(GREY, lambda of, k=k: cv2.boxFilter(of, -1, (k, k))) for k in (3, 9)],
    "convertScaleAbs": [(GREY, lambda of: cv2.convertScaleAbs(of, alpha=255.0))],
    "cvtColor": COLOURS,
    "dft": [
        (GREY, cv2.dft),
        (GREY, lambda of: cv2.dft(of, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)),
    ],
    "dilate": [(of, lambda of: cv2.dilate(of, DISC)) for of in (BYTES, GREY)],
    "distanceTransform": [(MASK, lambda of: cv2.distanceTransform(of, cv2.DIST_L2, 5))],
    "distanceTransformWithLabels": [
        (MASK, lambda of: cv2.distanceTransformWithLabels(of, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL))
    ],
    "divide": [(GREY, lambda of: cv2.divide(of, OTHER)), (BYTES, lambda of: cv2.divide(of, of[::-1]))],
    "erode": [(of, lambda of: cv2.erode(of, DISC)) for of in (BYTES, GREY)],
    "filter2D": [(GREY, lambda of: cv2.filter2D(of, -1, SECOND))],
    "log": [(FLOATS, cv2.log)],
    "max": [(GREY, lambda of: cv2.max(of, OTHER))],
    "mean": [(FLOATS, cv2.mean), (BYTES, cv2.mean)],
    "min": [(GREY, lambda of: cv2.min(of, OTHER))],
    "morphologyEx": [(of, lambda of: cv2.morphologyEx(of, cv2.MORPH_CLOSE, DISC)) for of in (MASK, GREY)],
    "mulSpectrums": [(GREY, lambda of: cv2.mulSpectrums(of, OTHER, 0))],
    "multiply": [
        (FLOATS, lambda of: cv2.multiply(of, of)),
        (BYTES, lambda of: cv2.multiply(of, of, scale=0.01)),
    ],
    "pow": [(FLOATS, lambda of: cv2.pow(of, 1 / 2.2))],
    "pyrDown": [(BYTES, cv2.pyrDown), (FLOATS, cv2.pyrDown)],
    "remap": [(of, lambda of: cv2.remap(of, ACROSS, DOWN, cv2.INTER_LINEAR)) for of in (BYTES, FLOATS, GREY)],
    "resize": [
        (of, lambda of, side=side, how=how: cv2.resize(of, (side, side), interpolation=how))
        for of in (BYTES, FLOATS, GREY)
        for how in (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
        for side in (61, 200)
    ],
    "scaleAdd": [(GREY, lambda of: cv2.scaleAdd(of, 0.33, OTHER))],
    "sepFilter2D": [(GREY, lambda of: cv2.sepFilter2D(of, -1, SECOND[0], SECOND[1]))],
    "subtract": [(GREY, lambda of: cv2.subtract(of, OTHER))],
    "threshold": [(GREY, lambda of: cv2.threshold(of, 0.4, 1, cv2.THRESH_TRUNC)[1])],
    "transform": [(FLOATS, lambda of: cv2.transform(of, MIX))],
    "warpAffine": [
        (of, lambda of, how=how: cv2.warpAffine(of, TURN, (SIDE, SIDE), flags=how))
        for of in (BYTES, FLOATS, GREY)
        for how in (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
    ],
    "warpPerspective": [(FLOATS, lambda of: cv2.warpPerspective(of, LEAN, (SIDE, SIDE)))],
}


def laid(values: Any, away: int) -> Any:
    """A copy whose first byte lies `away` bytes behind an address that 128 divides."""
    room = np.empty(values.nbytes + 256, np.uint8)
    start = -room.ctypes.data % 128 + away
    copy = room[start : start + values.nbytes].view(values.dtype).reshape(values.shape)
    copy[...] = values
    return copy


def outcomes(values: Any, work: Work) -> int:
    """How many different results there are over all places; one is right."""
    return len(
        {
            b"".join(np.asarray(part).tobytes() for part in (done if isinstance(done, tuple) else (done,)))
            for done in (work(laid(values, away)) for away in range(0, 128, values.itemsize))
        }
    )


def test_every_function_that_is_used_is_looked_at() -> None:
    used = {
        name
        for file in (ROOT / "faceproof").rglob("*.py")
        for name in re.findall(r"cv2\.(\w+)\(", file.read_text())
    }
    assert used - EXACT == set(WORK)


@pytest.mark.parametrize("name", WORK)
def test_the_place_in_memory_changes_nothing(name: str) -> None:
    for values, work in WORK[name]:
        assert outcomes(values, work) == 1


def test_the_method_would_find_one() -> None:
    assert outcomes(GREY, lambda of: of.ctypes.data % 128) > 1
