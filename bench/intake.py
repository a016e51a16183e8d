"""Time and memory of admitting photos: every hostile file, every portrait, and photos of common sizes.

    .venv/bin/python bench/intake.py [--json FILE] [FOLDER…]

`door` is the whole of `admit` with a warm decoder waiting, `cpu` the processor time of the decoder once warm,
`peak` its resident high-water mark (VmHWM).
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _house import SHARED, parser, told, write
from PIL import Image

from faceproof.imaging.frame import Frame
from faceproof.intake import LIMITS, IntakeError, containers, examine, sniff
from faceproof.intake.sandbox import nursery

FOLDERS = [SHARED / "hostile", SHARED / "portraits"]
GOAL_SECONDS, GOAL_MIB = 0.5, 300.0
SIZES = {
    "1 MP": (1152, 896),
    "2 MP": (1600, 1200),
    "12 MP": (4032, 3024),
    "24 MP": (6000, 4000),
    "48 MP": (8064, 6048),
}


def made() -> Iterator[tuple[str, bytes]]:
    """Photos like those of a camera: smooth, with some grain."""
    dice = np.random.default_rng(1)
    for name, (width, height) in SIZES.items():
        coarse = dice.integers(0, 255, (height // 8, width // 8, 3), np.uint8)
        image = Image.fromarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
        for kind, options in (
            ("JPEG", {"quality": 88}),
            ("JPEG", {"quality": 88, "progressive": True}),
            ("PNG", {"compress_level": 1}),
            ("WEBP", {"quality": 80, "method": 1}),
        ):
            if kind in ("PNG", "WEBP") and width * height > 13_000_000:
                continue
            file = io.BytesIO()
            image.save(file, kind, **options)
            yield (
                f"{name} {kind.lower()}{' progressive' if 'progressive' in options else ''}",
                file.getvalue(),
            )


def found(folders: list[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            if path.is_file() and path.suffix != ".csv":
                yield path.name, path.read_bytes()


def measured(name: str, data: bytes) -> dict[str, Any]:
    """One photo through the door and the checks."""
    nursery.warm()
    if (coming := nursery._nursery.coming) is not None:
        coming.result()
        time.sleep(0.15)  # it starts and warms up while nobody waits, as between two uploads
    row: dict[str, Any] = {"file": name, "bytes": len(data)}
    start = time.perf_counter()
    try:
        decoded = nursery.decode(containers.read(sniff.kind_of(data), data, LIMITS), LIMITS)
    except IntakeError as error:
        return row | {"result": error.code, "door": time.perf_counter() - start}
    row["door"] = time.perf_counter() - start
    height, width = decoded.pixels.shape[:2]
    start = time.perf_counter()
    examine(Frame(decoded.pixels))
    row |= {"result": f"{width}x{height}", "examine": time.perf_counter() - start}
    return row | {"cpu": decoded.cpu_milliseconds / 1000, "peak_mib": decoded.peak_kib / 1024}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("folders", nargs="*", type=Path, default=FOLDERS)
    chosen = options.parse_args()
    cv2.setNumThreads(1)
    examine(Frame(np.zeros((64, 64, 3), np.uint8)))  # load the nets
    rows = []
    for name, data in (*made(), *found(chosen.folders)):
        rows.append(row := measured(name, data))
        print(
            f"{name[:60]:60} {row['result']:>18} door {1000 * row['door']:5.0f} ms  "
            f"cpu {1000 * row.get('cpu', 0):5.0f} ms  peak {row.get('peak_mib', 0):4.0f} MiB  "
            f"examine {1000 * row.get('examine', 0):4.0f} ms",
            flush=True,
        )
    slowest, largest = max(row["door"] for row in rows), max(row.get("peak_mib", 0) for row in rows)
    slow = [row["file"] for row in rows if row["door"] > GOAL_SECONDS]
    print(f"{len(rows)} files. Slowest {slowest:.2f} s: {told(slowest, GOAL_SECONDS, 's')}", end="")
    print(f" ({', '.join(slow)})." if slow else ".")
    print(f"Largest {largest:.0f} MiB: {told(largest, GOAL_MIB, 'MiB')}.")
    goal = {"seconds": GOAL_SECONDS, "mib": GOAL_MIB}
    figures = {"goal": goal, "slowest_s": slowest, "largest_mib": largest, "above": slow, "rows": rows}
    write(chosen.json, "intake", figures)


if __name__ == "__main__":
    main()
