"""The contact sheet of the demonstration: each photo beside the pictures made of it, all of one size."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

CELL, GAP, LABEL = 340, 18, 34  # px
PAPER, INK, SOFT = (250, 249, 247), (32, 34, 38), (120, 122, 128)


def contact_sheet(shots: list[tuple[bytes, dict[str, Any]]], folder: Path) -> Path:
    """Write ``contact-sheet.jpg``: a row a photo, the photo first. Returns its path."""
    rows = [
        (before, [f for f in receipt["files"] if f["format"] == "web-original"]) for before, receipt in shots
    ]
    columns = 1 + max((len(files) for _, files in rows), default=0)
    size = GAP + columns * (CELL + GAP), GAP + len(rows) * (CELL + LABEL + GAP)
    sheet = Image.new("RGB", size, PAPER)
    for row, (before, files) in enumerate(rows):
        with Image.open(io.BytesIO(before)) as photo:
            _paste(sheet, ImageOps.exif_transpose(photo), (0, row), "the photo", SOFT)
        for column, file in enumerate(files, 1):
            with Image.open(file["path"]) as picture:
                name = f"{file['style']}  {picture.width} x {picture.height}"
                _paste(sheet, picture, (column, row), name, INK)
    path = folder / "contact-sheet.jpg"
    sheet.save(path, quality=92)
    return path


def _paste(
    sheet: Image.Image,
    picture: Image.Image,
    cell: tuple[int, int],
    name: str,
    ink: tuple[int, int, int],
) -> None:
    """One picture in the middle of its cell (column, row), its name below."""
    shown = ImageOps.contain(picture.convert("RGB"), (CELL, CELL), Image.Resampling.LANCZOS)
    left, top = GAP + cell[0] * (CELL + GAP), GAP + cell[1] * (CELL + LABEL + GAP)
    sheet.paste(shown, (left + (CELL - shown.width) // 2, top + (CELL - shown.height) // 2))
    font = ImageFont.load_default(size=17)
    ImageDraw.Draw(sheet).text((left, top + CELL + 8), name, fill=ink, font=font)
