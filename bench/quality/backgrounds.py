"""What stands behind the people whose truth is known: photographed and drawn, smooth to impossible.

Every background is (side, side, 3) sRGB 0..1 as a lens would have given it, before noise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .cutouts import chance, disc, spread
from .light import to_display, to_light

Floats = NDArray[np.float32]
Dice = np.random.Generator


def defocus(picture: Floats, radius: float) -> Floats:
    """A round aperture's blur, in linear light; `radius` in pixels."""
    if radius < 1:
        return picture
    kernel = disc(radius).astype(np.float32)
    return to_display(
        cv2.filter2D(to_light(picture), -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    )


def fitted(pixels: NDArray[np.uint8], side: int) -> Floats:
    """The middle square of a photo, at `side`."""
    height, width = pixels.shape[:2]
    least = min(height, width)
    top, left = (height - least) // 2, (width - least) // 2
    square = pixels[top : top + least, left : left + least]
    how = cv2.INTER_AREA if least > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (side, side), interpolation=how), np.float32) / 255


def behind(pixels: NDArray[np.uint8], side: int) -> Floats:
    """A portrait's own background: the person filled away, and the two margins, where it is real, moved to
    the middle, where the next person's head will be."""
    person = cv2.dilate((chance(pixels) > 0.2).astype(np.uint8), disc(pixels.shape[0] * 0.03))
    empty = to_display(spread(to_light(pixels / np.float32(255)), 1 - person.astype(np.float32)))
    rolled = np.roll(empty, empty.shape[1] // 2, axis=1)
    return fitted(np.round(rolled * 255).astype(np.uint8), side)


def sample(name: str, shift: float = 0) -> Callable[[int, Dice, Path], Floats]:
    """One of the pictures that ship with scikit-image, moved sideways by a share of its width: what stands
    concentric behind a head (a cup) is a hat to any eye."""

    def make(side: int, dice: Dice, folder: Path) -> Floats:
        import skimage.data

        pixels = getattr(skimage.data, name)()
        pixels = np.roll(pixels, round(shift * pixels.shape[1]), axis=1)
        return fitted(np.repeat(pixels[..., None], 3, 2) if pixels.ndim == 2 else pixels[..., :3], side)

    return make


def portrait(number: str, radius: float = 0) -> Callable[[int, Dice, Path], Floats]:
    def make(side: int, dice: Dice, folder: Path) -> Floats:
        pixels = cv2.imread(str(folder / f"portrait_{number}.jpg"))[..., ::-1]
        return defocus(behind(np.ascontiguousarray(pixels), side), radius * side)

    return make


def foliage(side: int, dice: Dice, folder: Path) -> Floats:
    """Leaves in sun and shade with sky between them."""
    picture = np.full((side, side, 3), (0.62, 0.72, 0.80), np.float32)
    for number in range(2600):
        depth = number / 2600
        colour = np.array([0.16, 0.30, 0.08]) * dice.uniform(0.25, 1.0 + 1.6 * depth) + dice.uniform(
            0, 0.06, 3
        )
        at, axes = dice.uniform(-0.05, 1.05, 2) * side, side * dice.uniform(0.006, 0.03) * np.array([1, 0.45])
        cv2.ellipse(
            picture,
            np.round(at * 16).astype(int).tolist(),
            np.round(axes * 16).astype(int).tolist(),
            dice.uniform(0, 180), 0, 360, np.clip(colour, 0, 1).tolist(), -1, cv2.LINE_AA, 4,
        )  # fmt: skip
    return picture


def bokeh(side: int, dice: Dice, folder: Path) -> Floats:
    """A city at night, far out of focus."""
    light = np.zeros((side, side, 3), np.float32) + np.array([0.02, 0.02, 0.035], np.float32)
    for _ in range(160):
        colour = np.array([[1, 0.6, 0.2], [1, 0.9, 0.7], [0.3, 0.6, 1], [1, 0.15, 0.1], [0.2, 1, 0.4]])[
            dice.integers(5)
        ]
        disk = np.zeros((side, side), np.float32)
        x, y = np.round(dice.uniform(0, side, 2)).astype(int)
        cv2.circle(disk, (int(x), int(y)), int(side * dice.uniform(0.012, 0.035)), 1.0, -1, cv2.LINE_AA)
        light += disk[..., None] * colour.astype(np.float32) * np.float32(dice.uniform(0.05, 0.5))
    return to_display(light)


def books(side: int, dice: Dice, folder: Path) -> Floats:
    picture = np.full((side, side, 3), 0.10, np.float32)
    shelf = side // 4
    for top in range(0, side, shelf):
        x = 0
        while x < side:
            wide, high = int(side * dice.uniform(0.012, 0.045)), int(shelf * dice.uniform(0.62, 0.9))
            colour = cv2.cvtColor(
                np.array(
                    [[[dice.uniform(0, 360), dice.uniform(0.1, 0.8), dice.uniform(0.15, 0.9)]]], np.float32
                ),
                cv2.COLOR_HSV2RGB,
            )[0, 0]
            picture[top + shelf - high : top + int(shelf * 0.95), x : x + wide - 1] = colour
            band = top + shelf - int(high * dice.uniform(0.3, 0.9))
            picture[band : band + max(2, shelf // 30), x : x + wide - 1] = 1 - colour
            x += wide
        picture[top + int(shelf * 0.95) : top + shelf] = (0.35, 0.24, 0.15)
    return picture


def stripes(side: int, dice: Dice, folder: Path) -> Floats:
    """Blinds: the hardest thing for a matte that believes in smooth backgrounds."""
    run = np.arange(side)[None] * 0.25 + np.arange(side)[:, None]
    bright = (run % (side / 22) < side / 44).astype(np.float32)
    return (0.25 + 0.55 * bright[..., None] * np.array([1.0, 0.97, 0.9])).astype(np.float32)


def plain(*colour: float) -> Callable[[int, Dice, Path], Floats]:
    """A wall of one colour with light falling from the left."""

    def make(side: int, dice: Dice, folder: Path) -> Floats:
        fall = 1.1 - 0.4 * np.hypot(*np.meshgrid(np.linspace(-0.3, 0.7, side), np.linspace(-0.4, 0.6, side)))
        return np.clip(fall[..., None] * np.array(colour), 0, 1).astype(np.float32)

    return make


def tangle(*colour: float) -> Callable[[int, Dice, Path], Floats]:
    """A texture in the colour of hair: what no colour model can tell."""

    def make(side: int, dice: Dice, folder: Path) -> Floats:
        total = np.zeros((side, side), np.float32)
        for sigma in (3.0, 9.0, 30.0):
            noise = cv2.GaussianBlur(dice.standard_normal((side, side)).astype(np.float32), (0, 0), sigma)
            total += noise / noise.std()
        return np.clip(np.array(colour) * np.exp(0.22 * total)[..., None], 0, 1).astype(np.float32)

    return make


def softer(make: Callable[[int, Dice, Path], Floats], radius: float) -> Callable[[int, Dice, Path], Floats]:
    return lambda side, dice, folder: defocus(make(side, dice, folder), radius * side)


PLACES: dict[str, Callable[[int, Dice, Path], Floats]] = {
    "leaves": softer(foliage, 0.003),
    "leaves, soft": softer(foliage, 0.012),
    "night bokeh": bokeh,
    "books": softer(books, 0.002),
    "books, soft": softer(books, 0.010),
    "stripes": softer(stripes, 0.002),
    "white wall": plain(0.93, 0.92, 0.90),
    "grey wall": plain(0.50, 0.51, 0.53),
    "red wall": plain(0.75, 0.08, 0.10),
    "blue wall": plain(0.08, 0.20, 0.75),
    "green wall": plain(0.10, 0.60, 0.20),
    "hair-brown": softer(tangle(0.30, 0.20, 0.14), 0.004),
    "hair-black": softer(tangle(0.13, 0.12, 0.12), 0.004),
    "hair-blond": softer(tangle(0.72, 0.58, 0.40), 0.004),
    "coffee": sample("coffee", 0.5),
    "cat": sample("chelsea"),
    "rocket": sample("rocket"),
    "grass": softer(sample("grass"), 0.004),
    "mural (014)": portrait("014"),
    "market (015)": portrait("015"),
    "house (024)": portrait("024"),
    "hedge (025)": portrait("025"),
    "flags (051)": portrait("051", 0.004),
    "roadside (036)": portrait("036"),
}
