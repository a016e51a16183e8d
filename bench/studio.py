"""Time and memory of one headshot: every stage, the total, and the floor that no engine could go below.

    .venv/bin/python bench/studio.py [--json FILE] [--rounds N] [--side N] [PHOTO…]

Processor time of one thread in the environment of a darkroom process, warm, medians: other programs on the
machine stretch it (shared caches and cores) but are not counted. The floor is what must happen anyway, timed
in the same run: decode the photo, run the nets (two detectors, mesh twice, segmentation six times), encode
the result. Without photos it takes the two public-domain portraits, enlarged for the bench alone so that
they fill the side, and at 1024 any in ../shared; then both again at 2400 in a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _house import SHARED, parser, told, write
from numpy.typing import NDArray
from PIL import Image

from faceproof import styles
from faceproof.darkroom.pool import ENVIRONMENT
from faceproof.engines import Brief, EngineError
from faceproof.engines.studio import Studio
from faceproof.imaging import face
from faceproof.imaging.frame import Frame

SIDE, LARGE = 1024, 2400
GOAL_MS, MUST_MS, GOAL_MIB = 300.0, 450.0, 500.0


def photos(paths: list[Path], side: int) -> Iterator[tuple[str, bytes]]:
    """Name and JPEG bytes."""
    import matplotlib
    import skimage.data

    if not paths:
        hopper = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
        for name, pixels, factor in (
            ("hopper, enlarged", np.array(Image.open(hopper).convert("RGB")), 2.2 * side / SIDE),
            ("astronaut, enlarged", skimage.data.astronaut(), 3.1 * side / SIDE),
        ):
            large = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
            yield name, encode(large)
        paths = sorted((SHARED / "portraits").glob("*.jpg")) if side == SIDE else []
    for path in paths:
        yield path.name, path.read_bytes()


def encode(pixels: NDArray[Any]) -> bytes:
    return bytes(
        cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    )


def decode(data: bytes) -> NDArray[np.uint8]:
    return np.ascontiguousarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)


class Watch:
    """Milliseconds by name, of one round."""

    def __init__(self) -> None:
        self.times: dict[str, float] = defaultdict(float)

    def __call__(self, name: str, work: Any) -> Any:
        start = time.process_time()
        result = work()
        self.add(name, (time.process_time() - start) * 1000)
        return result

    def add(self, name: str, milliseconds: float) -> None:
        self.times[name] += milliseconds


def one_round(data: bytes, side: int) -> tuple[dict[str, float], dict[str, float], int]:
    """Stage times, summary times, and the side of the master, of one photo through one style and then
    another."""
    watch, other = Watch(), Watch()
    pixels = watch("decode", lambda: decode(data))
    found = watch("detect", lambda: face.detect(pixels))
    if not found:
        raise LookupError("no face")
    mesh = watch("mesh", lambda: face.mesh(pixels, found[0]))
    wanted = (styles.get("studio-grey"), styles.get("deep-blue"))
    engine = Studio(watch.add)
    stream = engine.develop(Brief(Frame(pixels), mesh, wanted, max_side=side))
    master = other("first style", lambda: next(stream))
    stages = dict(watch.times)
    other("each further style", lambda: next(stream))
    stages["encode"] = other("encode", lambda: encode(master.pixels)) and other.times["encode"]
    small = cv2.resize(pixels, (256, 256), interpolation=cv2.INTER_AREA)
    other("segment net x6", lambda: [face.segment(small) for _ in range(6)])
    stages["between stages"] = other.times["first style"] - sum(
        stages[name] for name in stages if name not in ("decode", "detect", "mesh", "encode")
    )
    floor = sum(stages[n] for n in ("decode", "detect", "mesh", "encode")) + other.times["segment net x6"]
    total = sum(stages.values())
    summary = {"total": total, "floor": floor, "further style": other.times["each further style"]}
    return stages, summary, int(master.pixels.shape[0])


def median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}


def measured(name: str, data: bytes, rounds: int, side: int) -> dict[str, Any]:
    """Medians of one photo, without the first round."""
    done = [one_round(data, side) for _ in range(rounds + 1)][1:]
    stages, summary = median([d[0] for d in done]), median([d[1] for d in done])
    return {
        "photo": name,
        "side": done[0][2],
        "stages_ms": stages,
        **summary,
        "ratio": summary["total"] / summary["floor"],
    }


def summed_up(rows: list[dict[str, Any]], side: int) -> dict[str, Any]:
    """Medians over the photos whose master is near `side`; the small ones would flatter."""
    large = [row for row in rows if row["side"] >= 0.9 * side] or rows
    names = ("total", "floor", "ratio", "further style")
    return {name: statistics.median(row[name] for row in large) for name in names} | {
        "goal": {"total_ms": GOAL_MS, "must_ms": MUST_MS, "peak_mib": GOAL_MIB},
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stages_ms": median([row["stages_ms"] for row in large]),
        "counted": len(large),
        "photos": rows,
    }


def large() -> dict[str, Any]:
    """The figures at 2400, from a process whose peak is its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json"
        call = [sys.executable, __file__, "--side", str(LARGE), "--rounds", "2", "--json", str(path)]
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(path.read_text())["figures"]
    return found


def show(found: dict[str, Any], side: int) -> None:
    for stage, value in found["stages_ms"].items():
        print(f"{stage:16} {value:7.1f} ms")
    total, peak = found["total"], found["peak_mib"]
    goals = f"   {told(total, GOAL_MS, 'ms')}, {told(total, MUST_MS, 'ms')} at most" if side == SIDE else ""
    print(f"{'total':16} {total:7.1f} ms{goals}, median of {found['counted']} photos of {side}²")
    print(f"{'floor':16} {found['floor']:7.1f} ms   total is {found['ratio']:.1f} times the floor")
    print(f"{'further style':16} {found['further style']:7.1f} ms")
    print(f"{'peak memory':16} {peak:7.0f} MiB  {told(peak, GOAL_MIB, 'MiB')}")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--side", type=int, default=SIDE, help="largest side of a master (default 1024)")
    options.add_argument("photos", nargs="*", type=Path)
    chosen = options.parse_args()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ENVIRONMENT)  # read at its start
    cv2.setNumThreads(1)
    rows = []
    for name, data in photos(chosen.photos, chosen.side):
        with contextlib.suppress(LookupError, EngineError):  # no face, or refused by the studio
            rows.append(measured(name, data, chosen.rounds, chosen.side))
    if not rows:
        raise SystemExit("no face in any of these photos")
    found = summed_up(rows, chosen.side)
    show(found, chosen.side)
    if chosen.side == SIDE and not chosen.photos:
        found["large"] = large()
        print()
        show(found["large"], LARGE)
    write(chosen.json, "studio", found)


if __name__ == "__main__":
    main()
