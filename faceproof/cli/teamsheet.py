"""The contact sheet of a team: A4 pages to print, every picture of one size, names below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

DPI = 300
SHORT, LONG = 2480, 3508  # px of A4 at 300 dpi
MARGIN = 142  # px, 12 mm: what office printers leave white at the most
GAP = 36  # px, 3 mm
LABEL, FOOT = 64, 80  # px of a name and of the last line
MOST = 48  # places on a page; beyond, faces get smaller than a passport photo's
LARGEST = 900  # px of a picture; two people do not fill the page
PAPER, INK, SOFT, EMPTY = (255, 255, 255), (32, 34, 38), (120, 122, 128), (240, 241, 243)


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place: number from 1, name, (h, w, 3) pixels or None for an empty place."""

    number: int
    name: str
    pixels: NDArray[np.uint8] | None


def pages(places: Sequence[Place], foot: str, aspect: float) -> Iterator[NDArray[np.uint8]]:
    """(h, w, 3) pages. aspect: width over height of the pictures. foot: the line at the bottom."""
    count = math.ceil(len(places) / MOST)
    each = math.ceil(len(places) / count)
    for page in range(count):
        line = foot if count == 1 else f"{foot} · {page + 1}/{count}"
        yield _page(places[page * each : (page + 1) * each], line, aspect)


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """As large as a place can be: a hundred prints of full size would fill the memory."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((LARGEST, LARGEST * 2), Image.Resampling.LANCZOS)
    return np.asarray(image)


def grid(count: int, aspect: float) -> tuple[tuple[int, int], int, int]:
    """The page's (width, height), columns, and a picture's width: whichever way up shows faces larger. Px."""
    best = max(
        (_width(size, columns, math.ceil(count / columns), aspect), -columns, size)
        for size in ((SHORT, LONG), (LONG, SHORT))
        for columns in range(1, count + 1)
    )
    return best[2], -best[1], int(best[0])


def _width(size: tuple[int, int], columns: int, rows: int, aspect: float) -> float:
    across = (size[0] - 2 * MARGIN - (columns - 1) * GAP) / columns
    down = (size[1] - 2 * MARGIN - FOOT - (rows - 1) * GAP) / rows - LABEL
    return min(across, down * aspect, LARGEST)


def _page(places: Sequence[Place], foot: str, aspect: float) -> NDArray[np.uint8]:
    size, columns, width = grid(len(places), aspect)
    height = round(width / aspect)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    font, small = ImageFont.load_default(size=34), ImageFont.load_default(size=28)
    left = (size[0] - columns * width - (columns - 1) * GAP) // 2
    for place, person in enumerate(places):
        x, y = left + place % columns * (width + GAP), MARGIN + place // columns * (height + LABEL + GAP)
        if person.pixels is None:
            draw.rectangle((x, y, x + width - 1, y + height - 1), fill=EMPTY)
            draw.line((x, y, x + width - 1, y + height - 1), fill=SOFT, width=2)
        else:
            picture = Image.fromarray(np.ascontiguousarray(person.pixels))
            shown = picture.resize((width, height), Image.Resampling.LANCZOS)
            sheet.paste(shown, (x, y))
        name = _fitted(f"{person.number}  {person.name}", font, width)
        draw.text((x, y + height + 12), name, fill=INK if person.pixels is not None else SOFT, font=font)
    draw.text((MARGIN, size[1] - MARGIN - FOOT // 2), foot, fill=SOFT, font=small)
    return np.asarray(sheet)


def _fitted(name: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    """The name, its end cut off with “…” where it is too long for the picture above it."""
    if font.getlength(name) <= width:
        return name
    while name and font.getlength(name + "…") > width:
        name = name[:-1]
    return name + "…"
