"""Make the README's pictures again: before and after from ``out/`` (run ``make demo`` first), pages from a
browser.

    .venv/bin/python -m tools.readme_pictures

The page pictures come from ``tests/web/test_shots.py``, which walks the product in Chromium.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from faceproof.cli.demo import samples

ROOT = Path(__file__).parents[1]
CELL, GAP, LINE = 300, 10, 26  # px
ROWS = {
    "hopper": ("studio-grey", "deep-blue", "warm-white", "own-softened"),
    "astronaut": ("studio-grey", "deep-blue", "warm-white", "office"),
}
PAGES = {
    "landing": "landing",
    "before": "before",
    "choose": "choose",
    "headshot": "headshot",
    "story": "story",
}
WIDTH = 960  # px of a page picture


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


def pages() -> None:
    """The pages as a laptop shows them, in English, light."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "tests/web/test_shots.py", "-k", "laptop-light-en"]
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"SHOTS": folder})
        taken = sorted(Path(folder).glob("*.png"))
        for name, word in PAGES.items():
            found = next((path for path in taken if path.stem.split("-", 4)[-1] == word), None)
            if found is None:
                raise SystemExit(f"no picture of “{word}” among {', '.join(path.stem for path in taken)}")
            picture = Image.open(found).convert("RGB")
            height = round(picture.height * WIDTH / picture.width)
            picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS).crop(
                (0, 0, WIDTH, min(height, 1200))
            )
            picture.save(ROOT / "docs" / "screenshots" / f"{name}.webp", quality=82, method=6)


if __name__ == "__main__":
    before_and_after(ROOT / "out")
    pages()
