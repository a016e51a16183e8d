"""Sharpening after the one resample: as much as this picture lacks, on luma only, with no outlines."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Blur of the picture's own edges (`softness`, pixels) at which nothing is added and at which the most is. Our
# portraits lie between 0.34 (sharpened by their makers) and 1.12 (a soft lens); a crisp picture has about
# 0.45.
CRISP, SOFT = 0.40, 0.90
USUAL = 0.7  # assumed where too few edges can be measured
NATIVE, REDUCED = 0.6, 1.0  # most strength at a reduction of 1 (JPEG artefacts at full size) and from 2 on
BLOCK = 16  # pixels; noise is measured in blocks, the smoothest ones of a face are skin out of focus
SMOOTH = 20  # percentile of the blocks that counts as smooth
FLOOR = 1.5  # 8-bit levels; fine texture below it is not sharpened even in a picture without noise
SKIN = 1.7  # inside the face the same texture is pores: this much more is asked of it
STEEP = 60.0  # 8-bit levels within five pixels; edges of teeth, lids and frames have 80 to 180, hair 20 to 50
OVERSHOOT = 1.0  # 8-bit levels beyond the neighbourhood's own range; more than that reads as a halo
_KEPT = (1 / (1 + (np.arange(256) / STEEP) ** 2)).astype(np.float32)
BAND = 256  # rows worked at once: bounds memory


def sharpen(
    pixels: NDArray[np.uint8], reduction: float, head: tuple[int, int, int, int]
) -> NDArray[np.uint8]:
    """Sharpen (h, w, 3) sRGB pixels that were reduced by `reduction` >= 1.

    head: x0, y0, x1, y1 of the middle of the face in these pixels; noise and softness are measured there,
    since a drawn backdrop has neither. The same amount is added to all three channels, so that colours stay.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    face = _inside(grey, head)
    blurred = softness(face)
    t = min(max(reduction - 1.0, 0.0), 1.0)
    most = NATIVE + (REDUCED - NATIVE) * t
    strength = most * min(max((blurred - CRISP) / (SOFT - CRISP), 0.0), 1.0)
    sharp = pixels.copy()
    if strength == 0.0:
        return sharp
    radius = min(max(blurred, 0.6), 1.1)
    grain = max(FLOOR, 1.5 * noise(face))
    margin = 8
    for start in range(0, grey.shape[0], BAND):
        stop = min(start + BAND, grey.shape[0])
        first, last = max(start - margin, 0), min(stop + margin, grey.shape[0])
        change = _change(grey[first:last], strength, radius, grain * _face(head, grey.shape[1], first, last))
        change = change[start - first : stop - first]
        whole = np.rint(change).astype(np.int16)
        sharp[start:stop] = cv2.add(pixels[start:stop], cv2.merge([whole] * 3), dtype=cv2.CV_8U)
    return sharp


def _change(grey: NDArray[np.uint8], strength: float, radius: float, grain: Floats) -> Floats:
    """(h, w) levels to add to each pixel. grain: (h, w) amplitude that is not detail."""
    luma = grey.astype(np.float32)
    detail = luma - cv2.GaussianBlur(luma, (0, 0), radius)
    # Wiener-like coring: detail that is no larger than the grain stays as it is.
    energy = cv2.boxFilter(detail * detail, -1, (3, 3))
    wanted = cv2.divide(detail * energy, energy + grain * grain)
    # A steep edge is seen anyway: what is added there is seen as a line drawn round teeth and glasses.
    near, wide = np.ones((3, 3), np.uint8), np.ones((5, 5), np.uint8)
    span = cv2.subtract(cv2.dilate(grey, wide), cv2.erode(grey, wide))
    wanted = cv2.multiply(wanted, cv2.LUT(span, np.float32(strength) * _KEPT))
    low = cv2.subtract(cv2.erode(grey, near), luma, dtype=cv2.CV_32F) - np.float32(OVERSHOOT)
    high = cv2.subtract(cv2.dilate(grey, near), luma, dtype=cv2.CV_32F) + np.float32(OVERSHOOT)
    return np.asarray(cv2.min(cv2.max(wanted, low), high), np.float32)


def _face(head: tuple[int, int, int, int], width: int, first: int, last: int) -> Floats:
    """(last - first, width) SKIN in the middle of the face, falling to 1 outside it."""
    x0, y0, x1, y1 = head
    x = (np.arange(width, dtype=np.float32) - (x0 + x1) / 2) / max(0.75 * (x1 - x0), 1)
    y = (np.arange(first, last, dtype=np.float32) - (y0 + y1) / 2) / max(0.75 * (y1 - y0), 1)
    away = (x * x)[None] + (y * y)[:, None]
    return np.asarray(1 + (SKIN - 1) * np.clip(1.6 - 1.6 * away, 0, 1), np.float32)


def _inside(grey: NDArray[np.uint8], head: tuple[int, int, int, int]) -> Floats:
    x0, y0, x1, y1 = head
    return grey[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)].astype(np.float32)


def softness(face: Floats) -> float:
    """Blur of the picture's edges in pixels, the median over the steepest of a face.

    An edge blurred once more by a known sigma loses gradient by a ratio that tells its own (Zhuo and Sim
    2011); the derivative's own 0.77 is in it. Thin lines and sharpened pictures measure below any lens,
    which is the point: they need nothing.
    """
    if min(face.shape) < 3 * BLOCK // 2:
        return USUAL
    again = np.asarray(cv2.GaussianBlur(face, (0, 0), 1.0), np.float32)
    once, twice = _gradient(face), _gradient(again)
    ridge = once >= cv2.dilate(once, np.ones((3, 3), np.uint8))
    steep = ridge & (once >= max(float(np.percentile(once[::2, ::2], 90)), 4.0))
    ratio = once[steep] / np.maximum(twice[steep], 1e-3)
    ratio = ratio[ratio > 1.001]
    return float(np.median(1 / np.sqrt(ratio * ratio - 1))) if len(ratio) >= 20 else USUAL


def _gradient(luma: Floats) -> Floats:
    across, down = (cv2.Sobel(luma, cv2.CV_32F, x, 1 - x, scale=0.125) for x in (1, 0))
    # Not cv2.magnitude: its last bit changes with where in memory the planes lie, and a picture with it.
    return np.asarray(np.sqrt(across * across + down * down), np.float32)


def noise(face: Floats) -> float:
    """Standard deviation of the grain in 8-bit levels (Immerkaer 1996), in the smooth blocks of a face."""
    rows, columns = face.shape[0] // BLOCK, face.shape[1] // BLOCK
    if rows * columns < 4:
        return 0.0
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(face, -1, kernel))[: rows * BLOCK, : columns * BLOCK]
    blocks = response.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3)) * np.sqrt(np.pi / 2) / 6
    return float(np.percentile(blocks, SMOOTH))
