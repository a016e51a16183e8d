"""What marking costs: encode + mark + read back against the same encode alone, per megapixel.

Run: .venv/bin/python bench/marking.py [--json FILE] [--rounds N]. Best of N rounds, one thread, warm.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _house import parser, write
from numpy.typing import NDArray

from faceproof import formats, marking
from faceproof.formats import Format
from faceproof.marking import encode, xmp
from faceproof.marking.authority import create_authority, load_signer

SIZES = ((800, 800), (1024, 1024), (2400, 3000))
DONE = (("c2pa.adjustedColor", "Balanced the light"), ("c2pa.edited", "New backdrop"))
FACTS = marking.Facts("studio:1", "studio-grey", "composite", DONE, datetime(2026, 1, 1, tzinfo=UTC))


def photo(width: int, height: int) -> NDArray[np.uint8]:
    """Smooth shapes, some detail and a little grain: it compresses like a portrait, not like noise."""
    rng = np.random.default_rng(1)
    total = np.zeros((height, width, 3), np.float32)
    for cells, strength in ((8, 0.55), (32, 0.3), (128, 0.15)):
        layer = rng.integers(0, 256, (cells, cells, 3)).astype(np.float32)
        total += strength * cv2.resize(layer, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(total + rng.normal(0, 1.5, total.shape), 0, 255).astype(np.uint8)


def best(rounds: int, work: Callable[[], Any]) -> float:
    """Shortest of the rounds in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def measure(fmt: Format, size: tuple[int, int], signer: marking.Signer, rounds: int) -> dict[str, Any]:
    pixels = photo(*size)
    packet = xmp.build(FACTS, encode.MIMES[fmt.file], signer.organisation)
    marked = marking.mark(pixels, fmt, FACTS, signer)
    plain = encode.encode(pixels, fmt, b"", fmt.quality)
    alone = best(rounds, lambda: encode.encode(pixels, fmt, packet, fmt.quality))
    mark = best(rounds, lambda: marking.mark(pixels, fmt, FACTS, signer))
    read = best(rounds, lambda: marking.read_back(marked, root_pem=signer.root_pem))
    megapixels = size[0] * size[1] / 1e6
    return {
        "file": fmt.file,
        "size": f"{size[0]}x{size[1]}",
        "encode_ms": round(alone, 1),
        "mark_ms": round(mark, 1),
        "read_back_ms": round(read, 1),
        "ms_per_mp": round((mark + read) / megapixels, 1),
        "ratio": round((mark + read) / alone, 2),
        "bytes": len(marked),
        "marks_bytes": len(marked) - len(plain),
    }


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=7)
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        create_authority(Path(folder) / "pki", "Bench")
        signer = load_signer(Path(folder) / "pki")
    base = replace(formats.get("linkedin"), max_bytes=None)
    rows = [
        measure(replace(base, file=file), size, signer, wanted.rounds)
        for file in ("jpeg", "png", "webp")
        for size in SIZES
        if file == "jpeg" or size[0] < 2000
    ]
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    write(wanted.json, "marking", rows)


if __name__ == "__main__":
    main()
