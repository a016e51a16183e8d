"""The darkroom's processes: start, first picture, memory of four of them, pictures a second of two.

    .venv/bin/python bench/darkroom.py [--json FILE] [--pictures N]

Through the real pool, from the bytes of a photo to a marked preview. Wall time is what a person waits and
suffers from whatever else runs (the load stands in the figures); processor time hardly does. Memory is the
proportional share (PSS) of the processes and their decoders, the highest sum seen while all work at once.
The photo is one of the two public-domain portraits, enlarged for the bench.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
from _house import parser, told, write
from PIL import Image

from faceproof.darkroom import Order, Proof
from faceproof.darkroom.pool import ENVIRONMENT, Pool
from faceproof.marking import Signer, authority

GOAL_IMPORT, GOAL_FIRST, GOAL_GIB, GOAL_PICTURES = 0.5, 1.5, 2.0, 3.0
TICK = os.sysconf("SC_CLK_TCK")


def photo(factor: float) -> bytes:
    path = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    pixels = np.array(Image.open(path).convert("RGB"))[..., ::-1]
    large = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return bytes(cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


def seconds(*arguments: str) -> float:
    """Processor time of a fresh interpreter in a darkroom's environment, the median of five."""
    spent = []
    for _ in range(5):
        before = os.times()
        subprocess.run(
            [sys.executable, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | ENVIRONMENT,
        )
        after = os.times()
        spent.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    return statistics.median(spent)


def imports() -> dict[str, float]:
    bare = seconds("-c", "pass")
    return {
        "engine": seconds("-c", "import faceproof.engines.studio") - bare,
        "help": seconds("-m", "faceproof", "--help") - bare,
    }


def family(pids: list[int]) -> list[int]:
    """These processes and all that they started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            parents.setdefault(int((path / "stat").read_text().rpartition(")")[2].split()[1]), []).append(
                int(path.name)
            )
    found = list(pids)
    for pid in found:
        found += parents.get(pid, [])
    return found


def processor(pid: int) -> float:
    """Seconds of processor time of a process, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICK


def share(pids: list[int]) -> float:
    """MiB of memory, each page divided by those who share it."""
    total = 0
    for pid in family(pids):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("Pss:") else 0
    return total / 1024


@contextmanager
def darkrooms(count: int) -> Iterator[Pool]:
    pool = Pool(count, waiting=64, seconds=600)
    try:
        yield pool
    finally:
        pool.close()


def develop(pool: Pool, signer: Signer, data: bytes) -> float:
    """Seconds until the first picture was there."""
    start = time.monotonic()
    first = 0.0
    for event in pool.develop(Order(data, datetime.now(UTC), styles=("studio-grey",)), signer):
        if isinstance(event, Proof):
            first = first or time.monotonic() - start
    return first


def cold(signer: Signer, data: bytes) -> dict[str, float]:
    """The first picture of a process that did not exist before, and the second."""
    with darkrooms(1) as pool:
        first = develop(pool, signer, data)
        [pid] = pool.pids()
        spent = processor(pid)
        again = develop(pool, signer, data)
        return {"first": first, "first_cpu": spent, "second": again, "second_cpu": processor(pid) - spent}


def at_once(pool: Pool, signer: Signer, data: bytes, callers: int, each: int) -> float:
    """Seconds in which `callers` threads get `each` pictures."""

    def call() -> None:
        for _ in range(each):
            develop(pool, signer, data)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - start


def memory(signer: Signer, data: bytes) -> float:
    """MiB of four processes at work, the highest of many looks."""
    with darkrooms(4) as pool:
        pool.warm()
        pids = pool.pids()
        worker = threading.Thread(target=at_once, args=(pool, signer, data, 4, 2))
        worker.start()
        highest = 0.0
        while worker.is_alive():
            highest = max(highest, share(pids))
            time.sleep(0.1)
        return highest


def throughput(signer: Signer, data: bytes, pictures: int) -> float:
    with darkrooms(2) as pool:
        pool.warm()
        at_once(pool, signer, data, 2, 1)
        return pictures / at_once(pool, signer, data, 2, pictures // 2)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--pictures", type=int, default=24, help="pictures for the throughput (default 24)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        authority.create_authority(Path(folder) / "authority", "Bench")
        signer = authority.load_signer(Path(folder) / "authority")
        small, large = photo(2.2), photo(5.2)
        found: dict[str, Any] = {"import_s": imports(), "cold_s": cold(signer, small)}
        found["memory_mib"] = {"1024": memory(signer, small), "2400": memory(signer, large)}
        found["pictures_per_second"] = throughput(signer, small, chosen.pictures)
    for name, value in found["import_s"].items():
        print(f"import, {name:10} {value:6.2f} s  {told(value, GOAL_IMPORT, 's')}, processor time")
    times = found["cold_s"]
    print(
        f"first picture     {times['first']:6.2f} s  {told(times['first'], GOAL_FIRST, 's')}, from no process"
    )
    print(f"  processor time  {times['first_cpu']:6.2f} s")
    print(f"second picture    {times['second']:6.2f} s, processor time {times['second_cpu']:.2f} s")
    for side, value in found["memory_mib"].items():
        print(f"four at {side:9} {value / 1024:6.2f} GiB  {told(value / 1024, GOAL_GIB, 'GiB')}")
    rate = found["pictures_per_second"]
    reached = "reached" if rate >= GOAL_PICTURES else "not reached"
    print(f"two processes     {rate:6.2f} pictures/s, goal {GOAL_PICTURES:g}: {reached}")
    print(f"load              {os.getloadavg()[0]:6.1f}")
    write(chosen.json, "darkroom", found)


if __name__ == "__main__":
    main()
