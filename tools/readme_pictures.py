"""Make the README's before and after again from ``out/`` (run ``make demo`` first).

    .venv/bin/python -m tools.readme_pictures

Its pictures of pages come from `make screenshots`.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from faceproof.cli.demo import samples

ROOT = Path(__file__).parents[1]
CELL, GAP, LINE = 300, 10, 26  # px
ROWS = {
    "hopper": ("studio-grey", "deep-blue", "warm-white", "own-softened"),
    "astronaut": ("studio-grey", "deep-blue", "warm-white", "office"),
}


def before_and_after(out: Path) -> None:
    """One row a photo: the photo, then looks of it, each with its true size."""
    sheet = Image.new("RGB", (5 * CELL + 4 * GAP, len(ROWS) * (CELL + LINE)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=15)
    photos = {sample.name: sample.data for sample in samples()}
    for row, (name, looks) in enumerate(ROWS.items()):
        top = row * (CELL + LINE)
        cells = [("the photo", _opened(photos[name]))]
        cells += [(look, Image.open(out / f"{name}-{look}-web-original.jpg")) for look in looks]
        for column, (label, picture) in enumerate(cells):
            left = column * (CELL + GAP)
            text = label if column == 0 else f"{label}, {picture.width} x {picture.height} px"
            shown = picture.convert("RGB")
            shown = shown.resize(_fitting(shown.size), Image.Resampling.LANCZOS)
            sheet.paste(shown, (left + (CELL - shown.width) // 2, top + (CELL - shown.height) // 2))
            draw.text((left + 4, top + CELL + 5), text, fill=(80, 80, 80), font=font)
    sheet.save(ROOT / "docs" / "pictures" / "before-and-after.jpg", quality=86)


def _opened(data: bytes) -> Image.Image:
    import io

    return Image.open(io.BytesIO(data))


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    scale = CELL / max(size)
    return round(size[0] * scale), round(size[1] * scale)


if __name__ == "__main__":
    before_and_after(ROOT / "out")
