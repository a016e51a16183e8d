"""Strands of hair whose coverage of every pixel is known: they are drawn eight times finer than pixels.

A hair is about 0.08 mm wide, a sixth of a pixel where a head has 480: what a photo shows as a strand is
mostly background. Strands taper, are lit along their length (Kajiya and Kay 1989: diffuse light falls with
the sine of the angle between light and hair), and cross each other as opaque threads; all transparency is
geometry.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .light import to_light

Floats = NDArray[np.float32]

FINE = 8
"""Sub-pixels per pixel, each way."""
COLOURS: dict[str, tuple[int, int, int]] = {
    "black": (28, 24, 23),
    "brown": (88, 60, 42),
    "blond": (196, 160, 110),
    "red": (150, 74, 38),
    "grey": (140, 138, 138),
    "white": (226, 222, 216),
}
"""sRGB of a strand in full light."""
LIGHT = np.array([-0.45, -0.80])


@dataclass(frozen=True, slots=True)
class Manner:
    """How one kind of hair grows, in head heights and degrees."""

    strands: int
    """Flyaway strands per head height of outline."""
    length: tuple[float, float]
    lift: tuple[float, float]
    """Angle between a strand's start and the outline's run."""
    wave: float
    """Amplitude of its waves."""
    wavelength: float
    loops: bool
    """Waves become loops: tight curls."""
    fall: float
    """How fast gravity turns it downwards, per head height."""
    locks: int
    """Bundles of strands per head height of outline."""


KINDS: dict[str, Manner] = {
    "straight": Manner(30, (0.06, 0.28), (3, 25), 0.0, 1.0, False, 6.0, 5),
    "wavy": Manner(34, (0.08, 0.30), (5, 35), 0.008, 0.13, False, 5.0, 6),
    "curls": Manner(55, (0.04, 0.13), (30, 100), 0.012, 0.040, True, 0.5, 9),
    "flyaways": Manner(75, (0.06, 0.30), (8, 65), 0.004, 0.2, False, 3.5, 2),
}


def outline(mask: NDArray[np.uint8], scalp: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Points (n, 2) of the mask's outer edge inside `scalp`, a pixel apart, and unit normals outwards."""
    smooth = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 4)
    found, _ = cv2.findContours((smooth > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = max(found, key=len)[:, 0]
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=5)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=5)
    height, width = mask.shape
    x, y = points.T
    points = points[scalp[y, x] & (y > 2) & (x > 2) & (x < width - 3) & (y < height - 3)]
    normal = -np.stack([across[points[:, 1], points[:, 0]], down[points[:, 1], points[:, 0]]], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
    return points.astype(np.float32), normal.astype(np.float32)


def grow(
    start: Floats, normal: Floats, manner: Manner, head: float, dice: np.random.Generator, share: float = 1.0
) -> Floats:
    """One strand as points (n, 2), about two pixels apart. `share` shortens it."""
    run = np.array([-normal[1], normal[0]])
    if run[1] < 0:  # hair runs down the head
        run = -run
    angle = np.radians(dice.uniform(*manner.lift))
    heading = np.cos(angle) * run + np.sin(angle) * normal
    theta = np.arctan2(heading[1], heading[0])
    length = share * head * dice.uniform(*manner.length)
    steps = max(4, int(length / 2))
    bend = dice.normal(0, 2.5) / head * 2
    path = np.empty((steps, 2))
    at = np.asarray(start, np.float64) - normal * dice.uniform(0, 0.02) * head
    for step in range(steps):
        path[step] = at
        at = at + 2 * np.array([np.cos(theta), np.sin(theta)])
        theta += bend + manner.fall / head * 2 * np.cos(theta)
    if manner.wave:
        along = np.gradient(path, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
        side = np.stack([-along[:, 1], along[:, 0]], 1)
        phase = dice.uniform(0, 2 * np.pi) + np.arange(steps) * 2 / (manner.wavelength * head) * 2 * np.pi
        size = manner.wave * head * dice.uniform(0.5, 1.3) * np.minimum(1, np.arange(steps) / 6)[:, None]
        path += side * np.sin(phase)[:, None] * size
        if manner.loops:
            path += along * np.cos(phase)[:, None] * size
    return path.astype(np.float32)


class Layer:
    """A sheet of strands over a picture of (height, width)."""

    def __init__(self, height: int, width: int) -> None:
        self.sheet = np.zeros((height * FINE, width * FINE), np.uint16)
        self.palette: list[Floats] = [np.zeros(3, np.float32)]

    def draw(self, path: Floats, width: float, light: Floats, tip: float = 0.0) -> None:
        """One strand of `width` pixels that tapers to `tip`, of linear `light` where the light falls.

        OpenCV draws up to a sub-pixel wider; what is drawn is the truth.
        """
        if len(path) < 2 or len(self.palette) > 64000:
            return
        along = np.gradient(path, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-6
        sine = np.sqrt(np.maximum(0, 1 - (along @ (LIGHT / np.linalg.norm(LIGHT))) ** 2))
        shade = 0.45 + 0.55 * sine
        gloss = 0.10 * sine**24
        count = max(1, len(path) // 6)
        fine = np.round(path * (FINE * 16)).astype(np.int32)
        for piece in range(count):
            first, last = piece * len(path) // count, min(len(path) - 1, (piece + 1) * len(path) // count)
            thick = width + (tip - width) * (piece / count) ** 2
            if thick * FINE < 0.5:
                break
            colour = light * shade[first] + gloss[first]
            self.palette.append(np.asarray(colour, np.float32))
            number = len(self.palette) - 1
            cv2.polylines(
                self.sheet,
                [fine[first : last + 1]],
                False,
                number,
                max(1, round(thick * FINE)),
                cv2.LINE_8,
                4,
            )

    def reduced(self) -> tuple[Floats, Floats]:
        """Coverage (h, w) 0..1 and premultiplied light (h, w, 3)."""
        height, width = self.sheet.shape[0] // FINE, self.sheet.shape[1] // FINE
        palette = np.array(self.palette, np.float32)
        cover, light = np.zeros((height, width), np.float32), np.zeros((height, width, 3), np.float32)
        rows = np.flatnonzero(self.sheet.reshape(height, -1).any(1))
        for row in rows:
            strip = self.sheet[row * FINE : (row + 1) * FINE]
            cover[row] = (strip > 0).reshape(FINE, width, FINE).mean((0, 2))
            cells = np.flatnonzero(cover[row])
            found = palette[strip.reshape(FINE, width, FINE)[:, cells]]
            light[row, cells] = found.mean((0, 2))
        return cover, light


def hairdo(
    mask: NDArray[np.uint8],
    scalp: NDArray[np.bool_],
    head: float,
    kind: str,
    colour: tuple[float, float, float],
    dice: np.random.Generator,
    fringe: float = 1.0,
) -> tuple[Floats, Floats]:
    """Strands round the head: coverage (h, w) and premultiplied light (h, w, 3).

    mask (h, w) 0/1 is the person; they grow where `scalp` (h, w) meets its edge; colour sRGB 0..255.
    `fringe` strands a pixel of outline, short and dense, hide the line where the mask ends; 0 leaves it bare.
    """
    manner = KINDS[kind]
    points, normals = outline(mask, scalp)
    layer = Layer(*mask.shape)
    base = to_light(np.array(colour) / 255)

    def tone() -> Floats:
        return np.asarray(base * np.exp(dice.normal(0, 0.22)), np.float32)

    # Below the crown strands hide what is behind them: the last drawn lies on top, so flyaways come first.
    runs = len(points) / head
    for _ in range(round(manner.strands * runs)):
        place = dice.integers(len(points))
        path = grow(points[place], normals[place], manner, head, dice)
        layer.draw(path, dice.uniform(0.2, 0.75), tone(), 0.06)
    for _ in range(round(manner.locks * runs)):
        place = dice.integers(len(points))
        path, light = grow(points[place], normals[place], manner, head, dice, 0.8), tone()
        wide = dice.uniform(0.004, 0.012) * head
        for _ in range(int(dice.integers(6, 14))):
            spread = (
                np.linspace(1, dice.uniform(0.3, 1.6), len(path))[:, None] * dice.normal(0, wide, 2) * 0.5
            )
            cut = path[: int(len(path) * dice.uniform(0.7, 1))]
            layer.draw((cut + spread[: len(cut)]).astype(np.float32), dice.uniform(0.3, 0.9), light, 0.1)
    short = Manner(0, (0.02, 0.07), (0, 35), manner.wave * 0.4, manner.wavelength, manner.loops, 2.0, 0)
    for _ in range(round(fringe * len(points))):
        place = dice.integers(len(points))
        root = points[place] - normals[place] * np.float32(dice.uniform(0, 0.03) * head)
        layer.draw(grow(root, normals[place], short, head, dice), dice.uniform(0.4, 1.2), tone(), 0.15)
    return layer.reduced()
