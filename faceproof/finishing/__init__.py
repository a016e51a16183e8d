"""Finishing: a master in, the pixels of one format out. Crop, one resample, sharpening for that size;
nothing else.

It never makes pixels: a picture is as large as its format asks or as large as the master truly holds,
whichever is less, and says which.
"""

import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faceproof.finishing.crop import Crop, FinishingError, HeadGeometry, head_of, solve
from faceproof.finishing.sharpen import sharpen
from faceproof.finishing.tune import centred, tuned
from faceproof.finishing.wish import Wish
from faceproof.formats import Format

__all__ = ["Crop", "Cuttable", "FinishingError", "Rendition", "Wish", "cut", "largest_true_size", "render"]

MIN_SIDE = 48  # pixels, the smallest profile photo that a directory keeps (Exchange Online)
SNAP = 1.01  # a reduction below this is noise to the eye but costs sharpness: cut instead of resampling
AS_MADE = Wish()


class Cuttable(Protocol):
    """What finishing needs of a master: (h, w, 3) sRGB pixels, the (h, w) matte if any, the head; `given`:
    the person cut it by hand, so that formats are cut from its middle and where a head is counts for
    nothing; `unretouched`: the pixels as they would be without retouch, None where that is not known."""

    @property
    def pixels(self) -> NDArray[np.uint8]: ...
    @property
    def matte(self) -> NDArray[np.uint8] | None: ...
    @property
    def geometry(self) -> HeadGeometry: ...
    @property
    def given(self) -> bool: ...
    @property
    def unretouched(self) -> NDArray[np.uint8] | None: ...


@dataclass(frozen=True, slots=True)
class Rendition:
    """One format's pixels, (height, width, 3) sRGB uint8, read-only.

    true_size: as large as the format asks. head_share, eye_line, aside, off: as achieved. reduction: master
    pixels per pixel, >= 1. notes, held_by: see Crop. box: left, top, width and height in the master.
    actions: C2PA action and English sentence for each thing done, in order. retouched: False where the
    engine's retouch is not in these pixels.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    true_size: bool
    head_share: float
    eye_line: float
    aside: float
    off: float
    reduction: float
    notes: tuple[str, ...]
    held_by: tuple[str, ...]
    box: tuple[float, float, float, float]
    actions: tuple[tuple[str, str], ...]
    retouched: bool = True


def largest_true_size(master: Cuttable, fmt: Format, wish: Wish = AS_MADE) -> tuple[int, int]:
    """Width and height of the largest picture that the master holds, never above the format's own."""
    return _size(_solved(master, fmt, wish), fmt)


def cut(master: Cuttable, fmt: Format, wish: Wish = AS_MADE) -> Crop:
    """Where `render` cuts, to the pixel."""
    crop = _solved(master, fmt, wish)
    width, height = _size(crop, fmt)
    return _snapped(crop, master.pixels.shape, width, height) if crop.width / width < SNAP else crop


def render(master: Cuttable, fmt: Format, *, allow_smaller: bool = True, wish: Wish = AS_MADE) -> Rendition:
    """Cut, reduce and sharpen. FinishingError `too_few_pixels`, `larger_than_held` (a smaller picture is not
    allowed), `does_not_fit`. The same master, format and wish give the same pixels, always. Without retouch
    where the master does not know how that would look, it stays, and `retouched` says so.
    """
    crop = _solved(master, fmt, wish)
    width, height = _size(crop, fmt)
    full = fmt.fit == "largest" or (width, height) == (fmt.width, fmt.height)
    if min(width, height) < MIN_SIDE or not (full or allow_smaller):
        code = "too_few_pixels" if min(width, height) < MIN_SIDE else "larger_than_held"
        detail = f"{fmt.name} wants {fmt.width} x {fmt.height}, the master holds {width} x {height}"
        raise FinishingError(code, detail, width=width, height=height)
    plain = None if wish.retouch else master.unretouched
    source = master.pixels if plain is None else plain
    reduction = crop.width / width
    if reduction < SNAP:
        crop, reduction = _snapped(crop, source.shape, width, height), 1.0
        top, left = int(crop.top), int(crop.left)
        pixels = np.ascontiguousarray(source[top : top + height, left : left + width])
    else:
        right = min(crop.left + crop.width, source.shape[1])
        bottom = min(crop.top + crop.height, source.shape[0])
        box = (crop.left, crop.top, right, bottom)
        image = Image.fromarray(np.ascontiguousarray(source))
        pixels = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS, box=box))
    # What a person finished elsewhere is theirs: it is cut and reduced, and that is all.
    sharp = pixels if master.given else sharpen(pixels, reduction, _head_box(crop, width, height))
    touched = not np.array_equal(sharp, pixels)
    sharp.flags.writeable = False
    return Rendition(
        sharp,
        width,
        height,
        full,
        crop.head_share,
        crop.eye_line,
        crop.aside,
        crop.off,
        reduction,
        crop.notes,
        crop.held_by,
        (crop.left, crop.top, crop.width, crop.height),
        _actions(crop, fmt, reduction, touched, master.given),
        retouched=plain is None,
    )


def _solved(master: Cuttable, fmt: Format, wish: Wish) -> Crop:
    height, width = master.pixels.shape[:2]
    size = (width, height)
    if master.given:
        return tuned(centred(size, fmt), size, None, wish)
    crop = solve(size, master.geometry, fmt, master.matte)
    return tuned(crop, size, head_of(master.geometry, master.matte), wish)


def _size(crop: Crop, fmt: Format) -> tuple[int, int]:
    """The format's size, or the largest whole size of its aspect inside the crop."""
    slack = 1e-6  # a crop computed from whole numbers must not lose a pixel to rounding
    if crop.width + slack >= fmt.width and crop.height + slack >= fmt.height:
        return fmt.width, fmt.height
    height = math.floor(crop.height + slack)
    width = min(round(height * fmt.aspect), math.floor(crop.width + slack))
    return width, height


def _snapped(crop: Crop, size: tuple[int, ...], width: int, height: int) -> Crop:
    """Exactly width x height whole pixels round the crop's eye line and middle, and what they hold."""
    left = round(crop.left + (crop.width - width) / 2)
    top = round(crop.top + (crop.height - height) * crop.eye_line)
    left = min(max(left, 0), size[1] - width)
    top = min(max(top, 0), size[0] - height)
    eyes, middle = crop.top + crop.eye_line * crop.height, crop.left + (0.5 + crop.aside) * crop.width
    return replace(
        crop,
        left=left,
        top=top,
        width=width,
        height=height,
        head_share=crop.head_share * crop.height / height,
        eye_line=(eyes - top) / height,
        aside=(middle - left) / width - 0.5,
        off=crop.off + ((middle - left) / width - 0.5 - crop.aside),
    )


def _head_box(crop: Crop, width: int, height: int) -> tuple[int, int, int, int]:
    """The middle of the face below the hair line: from a little above the eyes to the chin, one half head
    wide.
    """
    head = crop.head_share * height
    eyes, middle = crop.eye_line * height, (0.5 + crop.aside) * width
    return (
        int(middle - head / 4),
        int(eyes - 0.12 * head),
        int(middle + head / 4),
        int(eyes + 0.5 * head),
    )


def _actions(
    crop: Crop, fmt: Format, reduction: float, touched: bool, given: bool
) -> tuple[tuple[str, str], ...]:
    how = "from the middle" if given else f"head {crop.head_share:.0%} of the height"
    done = [("c2pa.cropped", f"Cropped for {fmt.label['en']}: {how}")]
    if reduction > 1.0:
        done.append(("c2pa.resized", f"Reduced once, {reduction:.2f} to 1"))
    if touched:
        done.append(("c2pa.enhanced", "Sharpened for this size"))
    return tuple(done)
