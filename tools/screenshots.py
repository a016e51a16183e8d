"""Take a picture of every page and state in a real browser, into docs/screenshots/: `make screenshots`.

    .venv/bin/python -m tools.screenshots [FOLDER_WITH_PNGS]

The pictures come from ``tests/web/test_shots.py``, which walks the product in Chromium as a laptop and a
phone, in English and French, light and dark. Two of the four are kept page by page, small; the overview sheet
shows all four side by side. With a folder of pictures taken before, only the files are made again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "screenshots"
KEPT = {"laptop-light-en": 800, "phone-light-fr": 360}
"""Variants that are kept page by page, and how wide, px."""
ORDER = ("laptop-light-en", "laptop-dark-fr", "phone-light-fr", "phone-dark-en")
WIDTHS = {"laptop": 300, "phone": 110}  # px in the overview
TALL = 2.6  # a page longer than so many widths is cut in the overview
GAP, LINE = 14, 24
NAME = re.compile(r"(?P<variant>\w+-\w+-\w+)-(?P<number>\d+)-(?P<name>.+)")


def take(folder: Path) -> None:
    """Walk the product four times; a few minutes."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/web/test_shots.py"]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"SHOTS": str(folder)})


def keep(folder: Path) -> list[str]:
    """Small files of every page for the kept variants; returns the names of the pages in the order taken."""
    names: dict[str, None] = {}
    for variant in KEPT:
        (TARGET / variant).mkdir(parents=True, exist_ok=True)
        for old in (TARGET / variant).glob("*.webp"):
            old.unlink()
    for path, found in sorted(_named(folder), key=lambda pair: pair[1]["number"]):
        names[found["name"]] = None
        if found["variant"] in KEPT:
            picture = _scaled(path, KEPT[found["variant"]])
            picture.save(TARGET / found["variant"] / f"{found['name']}.webp", quality=55, method=6)
    return list(names)


def overview(folder: Path, names: list[str]) -> None:
    """One sheet: every page a cell, in it the four variants side by side."""
    taken = {(found["variant"], found["name"]): path for path, found in _named(folder)}
    widths = [WIDTHS[variant.partition("-")[0]] for variant in ORDER]
    cell = sum(widths) + GAP * (len(ORDER) - 1)
    columns = 3
    font = ImageFont.load_default(size=15)
    rows = [names[at : at + columns] for at in range(0, len(names), columns)]
    drawn = [[_cell(taken, name, widths) for name in row] for row in rows]
    heights = [max(picture.height for picture in row) + LINE + 2 * GAP for row in drawn]
    sheet = Image.new("RGB", (columns * (cell + 3 * GAP) + GAP, sum(heights) + GAP), (226, 228, 224))
    draw, top = ImageDraw.Draw(sheet), GAP
    for row, pictures, height in zip(rows, drawn, heights, strict=True):
        for column, (name, picture) in enumerate(zip(row, pictures, strict=True)):
            left = GAP + column * (cell + 3 * GAP)
            draw.text((left, top), name, fill=(40, 48, 46), font=font)
            sheet.paste(picture, (left, top + LINE))
        top += height
    sheet.save(TARGET / "overview.webp", quality=68, method=6)


def _cell(taken: dict[tuple[str, str], Path], name: str, widths: list[int]) -> Image.Image:
    shown: list[Image.Image | None] = []
    for variant, width in zip(ORDER, widths, strict=True):
        path = taken.get((variant, name))
        shown.append(_scaled(path, width) if path else None)
    tallest = max(_height(picture) for picture in shown if picture is not None)
    cell = Image.new("RGB", (sum(widths) + GAP * (len(widths) - 1), tallest), (226, 228, 224))
    left = 0
    for picture, width in zip(shown, widths, strict=True):
        if picture is not None:
            cell.paste(picture.crop((0, 0, width, _height(picture))), (left, 0))
        left += width + GAP
    return cell


def _height(picture: Image.Image) -> int:
    return min(picture.height, round(TALL * picture.width))


def _scaled(path: Path, width: int) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def _named(folder: Path) -> list[tuple[Path, re.Match[str]]]:
    found = [(path, NAME.fullmatch(path.stem)) for path in sorted(folder.glob("*.png"))]
    return [(path, match) for path, match in found if match is not None]


def main() -> None:
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        overview(folder, keep(folder))
        return
    with tempfile.TemporaryDirectory() as scratch:
        take(Path(scratch))
        overview(Path(scratch), keep(Path(scratch)))


if __name__ == "__main__":
    main()
