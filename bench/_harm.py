"""What people do to their photos, done to good portraits by machine: covered, closed, filtered, of a screen.

Every function takes (h, w, 3) sRGB pixels and the face in them, and gives new pixels. They stand in for the
real thing and are simpler: a painted mask has no ear loops, a lowered lid no crease of its own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import topology as at
from faceproof.imaging.face import Face

Pixels = NDArray[np.uint8]
JAW = (93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323)
CLOTH = {"blue": (150, 190, 215), "white": (232, 234, 236), "black": (32, 32, 36), "red": (150, 40, 60)}


def masked(pixels: Pixels, face: Face, colour: str) -> Pixels:
    """A cloth mask from the bridge of the nose to under the chin, with three folds and its own shading."""
    points = face.landmarks[:, :2].astype(np.float64)
    low = points[list(JAW)] + np.array([0.0, 0.06 * face.iod])
    top = points[[454, 347, 6, 118, 234]] * 1.0
    top[2] = (points[6] + points[197]) / 2.0
    outline = np.vstack([low, top])
    inside = np.zeros(pixels.shape[:2], np.float32)
    cv2.fillPoly(inside, [np.round(outline).astype(np.int32)], 1.0)
    inside = cv2.GaussianBlur(inside, (0, 0), 0.01 * face.iod)[..., None]
    rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(np.float32)
    across = np.abs(columns - points[4, 0]) / face.iod
    shade = 1.0 - 0.25 * np.clip(across, 0, 1.2) ** 2
    for fold in (0.25, 0.5, 0.75):
        y = points[4, 1] + (points[152, 1] - points[4, 1]) * fold
        shade *= 1.0 - 0.10 * np.exp(-(((rows - y) / (0.015 * face.iod)) ** 2))
    cloth = np.array(CLOTH[colour], np.float32) * shade[..., None] + _grain(pixels)
    return _bytes(pixels * (1.0 - inside) + cloth * inside)


def handed(pixels: Pixels, face: Face) -> Pixels:
    """A hand before the mouth, as far as skin goes: the person's own forehead repeated, with three gaps."""
    x, y = (int(value) for value in face.landmarks[151, :2])
    reach = max(4, int(0.18 * face.iod))
    patch = pixels[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach].astype(np.float32)
    height, width = pixels.shape[:2]
    tiled = np.tile(
        np.hstack([patch, patch[:, ::-1]]), (height // len(patch) + 2, width // len(patch[0]) + 1, 1)
    )
    skin = cv2.GaussianBlur(tiled[:height, :width], (0, 0), 0.02 * face.iod) * 0.92 + _grain(pixels)
    inside = np.zeros((height, width), np.float32)
    cx, cy = (int(value) for value in face.landmarks[[13, 14], :2].mean(axis=0))
    for finger in (-1.5, -0.5, 0.5, 1.5):
        at_y = int(cy + finger * 0.22 * face.iod)
        cv2.ellipse(inside, (cx, at_y), (int(0.75 * face.iod), int(0.11 * face.iod)), 0, 0, 360, 1.0, -1)
    inside = cv2.GaussianBlur(inside, (0, 0), 0.012 * face.iod)[..., None]
    return _bytes(pixels * (1.0 - inside) + skin * inside)


def sunglasses(pixels: Pixels, face: Face, dark: float) -> Pixels:
    """Two round lenses and a bridge; `dark` is how much of the light they take, 1.0 is black."""
    picture, scale = pixels.astype(np.float32), face.iod
    lens = np.zeros(pixels.shape[:2], np.float32)
    for eye in (at.IRIS_L[0], at.IRIS_R[0]):
        x, y = (int(value) for value in face.landmarks[eye, :2] + np.array([0.0, 0.05 * scale]))
        cv2.ellipse(lens, (x, y), (int(0.42 * scale), int(0.34 * scale)), face.roll, 0, 360, 1.0, -1)
    left, right = (tuple(int(value) for value in face.landmarks[eye, :2]) for eye in (468, 473))
    cv2.line(lens, left, right, 1.0, max(2, int(0.05 * scale)))
    lens = cv2.GaussianBlur(lens, (0, 0), 0.008 * scale)[..., None]
    rows = np.mgrid[: pixels.shape[0], : pixels.shape[1]][0].astype(np.float32)[..., None]
    glass = 22.0 + 18.0 * np.clip((face.landmarks[6, 1] - rows) / scale, -1, 1)  # the sky in it
    seen = picture * (1.0 - dark) + glass * dark
    return _bytes(picture * (1.0 - lens) + seen * lens)


def eyes_shut(pixels: Pixels, face: Face) -> Pixels:
    """Lids let down: in each column the upper lid and its lashes move to the lower one, the skin between brow
    and lid stretches after them, and the eye is squeezed into what is left."""
    picture = pixels.astype(np.float32)
    for eye in (at.EYE_L, at.EYE_R):
        rim = face.landmarks[eye, :2].astype(np.float64)
        half = len(rim) // 2
        lower, upper = _sorted(rim[: half + 1]), _sorted(np.vstack([rim[half:], rim[:1]]))
        columns = np.arange(max(int(rim[:, 0].min()), 0), min(int(rim[:, 0].max()) + 1, pixels.shape[1]))
        up, down = np.interp(columns, *upper), np.interp(columns, *lower)
        brow = up.min() - 0.22 * face.iod
        closed = down - 0.06 * (down - up) - 0.5
        rows = np.arange(max(int(brow), 0), min(int(down.max()) + 2, pixels.shape[0]))[:, None].astype(
            np.float64
        )
        lid = brow + (rows - brow) * (up - brow) / np.maximum(closed - brow, 1.0)
        eyeball = up + (rows - closed) * (down - up) / np.maximum(down - closed, 0.5)
        source = np.where(rows <= closed, lid, np.where(rows < down, eyeball, rows))
        where = np.broadcast_to(columns.astype(np.float32), source.shape)
        picture[int(rows[0, 0]) : int(rows[-1, 0]) + 1, columns[0] : columns[-1] + 1] = cv2.remap(
            pixels, np.ascontiguousarray(where), source.astype(np.float32), cv2.INTER_LINEAR
        )
    return _bytes(picture)


def smoothed(pixels: Pixels, face: Face, strength: float) -> Pixels:
    """A beauty filter: skin through an edge-keeping filter, everything else sharp."""
    size = max(3, int(0.12 * face.iod) | 1)
    soft = cv2.bilateralFilter(pixels, size, 60 * strength, size).astype(np.float32)
    soft = cv2.bilateralFilter(soft.astype(np.uint8), size, 60 * strength, size).astype(np.float32)
    return _bytes(soft * strength + pixels * (1.0 - strength))


def barred(pixels: Pixels, face: Face) -> Pixels:
    """A screenshot: plain bars above and below, with a line of signs in the upper one."""
    height, width = pixels.shape[:2]
    bar = max(24, height // 9)
    top = np.full((bar, width, 3), 18, np.uint8)
    cv2.putText(top, "9:41", (width // 20, bar // 2), cv2.FONT_HERSHEY_SIMPLEX, bar / 90, (230,) * 3, 1)
    return np.vstack([top, pixels, np.full((bar, width, 3), 18, np.uint8)])


def of_a_screen(pixels: Pixels, face: Face, pitch: float) -> Pixels:
    """Photographed from a screen of `pitch` px a dot: three stripes a dot, sampled at a slight angle."""
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    along = columns * np.cos(0.03) + rows * np.sin(0.03)
    stripes = [0.72 + 0.28 * np.cos(2 * np.pi * (along / pitch + third / 3.0)) for third in range(3)]
    lines = 0.9 + 0.1 * np.cos(2 * np.pi * (rows * np.cos(0.03) - columns * np.sin(0.03)) / pitch)
    seen = pixels * np.stack(stripes, -1) * lines[..., None]
    return _bytes(cv2.GaussianBlur(seen * 1.25, (0, 0), 0.5))


def _sorted(line: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    order = np.argsort(line[:, 0])
    return line[order, 0], line[order, 1]


def _grain(pixels: Pixels) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(0, 2.5, pixels.shape).astype(np.float32)


def _bytes(values: NDArray[np.floating]) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)
