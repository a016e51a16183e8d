"""Quality of the studio engine: mattes against a known truth.

    .venv/bin/python bench/studio_quality.py matte --quick [--pictures DIR] [--json FILE]

The photos come from the portraits in ../shared; nothing is measured without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
from _house import ROOT, SHARED, parser, write
from quality import matte, scenes

PORTRAITS = SHARED / "portraits"
CACHE = ROOT / "build" / "bench" / "truths"


def mattes(quick: bool, pictures: Path | None) -> list[dict[str, Any]]:
    """Every row, and the tables printed."""
    recipes = tuple(scenes.RECIPES[i] for i in scenes.QUICK) if quick else scenes.RECIPES
    rows = []
    for row in matte.measured(recipes, PORTRAITS, CACHE, pictures=pictures):
        rows.append(row)
        if row["contender"] == "Faceproof":
            errors = " ".join(f"{c} {row[f'error_{c}']:6.2f}" for c in matte.COLUMNS)
            print(f"{row['photo']:44} {errors}  confidence {row['confidence']:.2f}", flush=True)
    print()
    print(matte.table(matte.means(rows), "contender"))
    own = [row for row in rows if row["contender"] == "Faceproof"]
    for key in ("kind", "colour"):
        print()
        print(matte.table(matte.means(own, key), f"Faceproof by {key}"))
    return rows


def main() -> None:
    options = parser(__doc__)
    options.add_argument("part", nargs="?", choices=("matte",), default="matte")
    options.add_argument("--quick", action="store_true", help="ten photos instead of all")
    options.add_argument("--pictures", type=Path, metavar="DIR", help="side by side at 200 %%, one a photo")
    chosen = options.parse_args()
    cv2.setNumThreads(1)
    if not PORTRAITS.is_dir():
        print(f"not measured: there are no portraits in {PORTRAITS}")
        return
    write(chosen.json, "studio_quality", {"matte": mattes(chosen.quick, chosen.pictures)})


if __name__ == "__main__":
    main()
