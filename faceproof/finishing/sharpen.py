"""Sharpening after the one resample: luma only, grain left alone, no halos."""

import cv2
import numpy as np
from numpy.typing import NDArray

# (radius in output pixels, strength) at a reduction of 1 and of 2 and more. Pixels at their native size are
# as soft as the lens and the camera's demosaicing; reduced ones have lost only the last, finest contrast.
NATIVE, REDUCED = (1.0, 0.45), (0.6, 0.55)
BLOCK = 16  # pixels; noise is measured in blocks, the smoothest ones of a face are skin out of focus
SMOOTH = 20  # percentile of the blocks that counts as smooth
FLOOR = 1.2  # 8-bit levels; fine skin texture below it is not sharpened even in a picture without noise
OVERSHOOT = 2.0  # 8-bit levels beyond the neighbourhood's own range; more than that reads as a halo


def sharpen(
    pixels: NDArray[np.uint8], reduction: float, head: tuple[int, int, int, int]
) -> NDArray[np.uint8]:
    """Sharpen (h, w, 3) sRGB pixels that were reduced by `reduction` >= 1.

    head: x0, y0, x1, y1 of the head in these pixels; the noise is measured there, since a drawn backdrop
    has none. The same amount is added to all three channels, so that colours do not move.
    """
    luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    t = min(max(reduction - 1.0, 0.0), 1.0)
    radius, strength = (a + (b - a) * t for a, b in zip(NATIVE, REDUCED, strict=True))
    detail = luma - cv2.GaussianBlur(luma, (0, 0), radius)
    # Wiener-like coring: detail that is no larger than the grain stays as it is.
    grain = max(FLOOR, 1.5 * noise(luma, head)) ** 2
    energy = cv2.boxFilter(detail * detail, -1, (3, 3))
    wanted = luma + strength * detail * (energy / (energy + grain))
    near = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(luma, near) - OVERSHOOT, cv2.dilate(luma, near) + OVERSHOOT
    change = np.clip(wanted, low, high) - luma
    sharp: NDArray[np.uint8] = np.clip(np.rint(pixels + change[..., None]), 0, 255).astype(np.uint8)
    return sharp


def noise(luma: NDArray[np.float32], head: tuple[int, int, int, int]) -> float:
    """Standard deviation of the grain in 8-bit levels (Immerkaer 1996), in the smooth blocks of the head."""
    x0, y0, x1, y1 = head
    face = luma[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
    rows, columns = face.shape[0] // BLOCK, face.shape[1] // BLOCK
    if rows * columns < 4:
        return 0.0
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(face, -1, kernel))[: rows * BLOCK, : columns * BLOCK]
    blocks = response.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3)) * np.sqrt(np.pi / 2) / 6
    return float(np.percentile(blocks, SMOOTH))
