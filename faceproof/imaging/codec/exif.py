"""The two numbers a photo may keep from its EXIF block: which way is up, and the focal length. Two more are
read only to see whether the second is still true of these pixels: digital zoom, and the size as written.

A reader of its own, about sixty lines, instead of a general EXIF library: metadata is allowed by list, so a
place, a serial number or a thumbnail cannot survive because nothing here could represent it. It follows at
most one pointer (IFD0 to the Exif IFD), so circular or nested directories have nothing to loop in.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

ORIENTATION = 0x0112
EXIF_IFD = 0x8769
PIXELS_X, PIXELS_Y = 0xA002, 0xA003
DIGITAL_ZOOM = 0xA404
FOCAL_LENGTH_35MM = 0xA405
MAX_ENTRIES = 512
"""Entries read in a directory; cameras write fewer than 100."""
FOCAL_RANGE = (8.0, 1200.0)
"""Millimetres, 35 mm equivalent; the widest fisheye and the longest superzoom. Anything else is a mistake."""
PREFIX = b"Exif\x00\x00"
SHORT, LONG, RATIONAL = 3, 4, 5
WHOLE = (SHORT, LONG)
KINDS = {
    ORIENTATION: WHOLE,
    EXIF_IFD: WHOLE,
    FOCAL_LENGTH_35MM: WHOLE,
    PIXELS_X: WHOLE,
    PIXELS_Y: WHOLE,
    DIGITAL_ZOOM: (RATIONAL,),
}


@dataclass(frozen=True, slots=True)
class Exif:
    """`orientation` as in EXIF 2.32, 4.6.4.A (1..8, 1 = upright); `focal_35mm` in millimetres, None when it
    is missing or the camera zoomed by cutting; `size` the two sides that the camera wrote, larger first."""

    orientation: int = 1
    focal_35mm: float | None = None
    size: tuple[int, int] | None = None

    def focal_of(self, width: int, height: int) -> float | None:
        """The focal length of a picture of this size: None when it is not the one that the camera wrote, but
        cut out of it or made smaller by a program."""
        same = self.size is None or self.size == (max(width, height), min(width, height))
        return self.focal_35mm if same else None


NOTHING = Exif()


def read(block: bytes) -> Exif:
    """Read a TIFF-structured EXIF block, with or without its `Exif` prefix. Never raises."""
    tiff = block[len(PREFIX) :] if block.startswith(PREFIX) else block
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return NOTHING
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    main = _numbers(tiff, order, start, {ORIENTATION, EXIF_IFD})
    orientation = main.get(ORIENTATION, 1)
    wanted = {FOCAL_LENGTH_35MM, PIXELS_X, PIXELS_Y, DIGITAL_ZOOM}
    details = _numbers(tiff, order, main[EXIF_IFD], wanted) if EXIF_IFD in main else {}
    focal = (
        0.0 if _ratio(tiff, order, details.get(DIGITAL_ZOOM, 0)) > 1 else details.get(FOCAL_LENGTH_35MM, 0)
    )
    sides = sorted((details.get(PIXELS_X, 0), details.get(PIXELS_Y, 0)), reverse=True)
    return Exif(
        orientation=orientation if 1 <= orientation <= 8 else 1,
        focal_35mm=float(focal) if FOCAL_RANGE[0] <= focal <= FOCAL_RANGE[1] else None,
        size=(sides[0], sides[1]) if sides[1] > 0 else None,
    )


def _ratio(tiff: bytes, order: str, at: int) -> float:
    """The RATIONAL at `at`; 0 when there is none."""
    if not 8 <= at <= len(tiff) - 8:
        return 0.0
    above, below = struct.unpack_from(order + "II", tiff, at)
    return above / below if below else 0.0


def _numbers(tiff: bytes, order: str, start: int, wanted: set[int]) -> dict[int, int]:
    """The first value of each wanted tag in the directory at `start`: of a single SHORT or LONG, or where a
    single RATIONAL lies."""
    if start < 8 or start + 2 > len(tiff):
        return {}
    (count,) = struct.unpack_from(order + "H", tiff, start)
    found: dict[int, int] = {}
    for entry in range(min(count, MAX_ENTRIES)):
        at = start + 2 + 12 * entry
        if at + 12 > len(tiff):
            break
        tag, kind, values = struct.unpack_from(order + "HHI", tiff, at)
        if tag in wanted and tag not in found and values == 1 and kind in KINDS[tag]:
            (found[tag],) = struct.unpack_from(order + ("H" if kind == SHORT else "I"), tiff, at + 8)
    return found
