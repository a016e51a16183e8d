"""The contact sheet of the demonstration: each photo beside the pictures made of it, at one size, with
names."""

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
    width = GAP + columns * (CELL + GAP)
    height = GAP + len(rows) * (CELL + LABEL + GAP)
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=17)
    for row, (before, files) in enumerate(rows):
        top = GAP + row * (CELL + LABEL + GAP)
        photo = ImageOps.exif_transpose(Image.open(io.BytesIO(before))).convert("RGB")
        _paste(
            sheet,
            draw,
            font,
            ImageOps.contain(photo, (CELL, CELL), Image.Resampling.LANCZOS),
            0,
            top,
            "the photo",
            SOFT,
        )
        for column, file in enumerate(files, 1):
            with Image.open(file["path"]) as picture:
                shown = ImageOps.contain(picture.convert("RGB"), (CELL, CELL), Image.Resampling.LANCZOS)
            _paste(
                sheet,
                draw,
                font,
                shown,
                column,
                top,
                f"{file['style']}  {picture.width} x {picture.height}",
                INK,
            )
    path = folder / "contact-sheet.jpg"
    sheet.save(path, quality=92)
    return path


def _paste(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    font: Any,
    picture: Image.Image,
    column: int,
    top: int,
    text: str,
    ink: tuple[int, int, int],
) -> None:
    left = GAP + column * (CELL + GAP)
    sheet.paste(picture, (left + (CELL - picture.width) // 2, top + (CELL - picture.height) // 2))
    draw.text((left, top + CELL + 8), text, fill=ink, font=font)
