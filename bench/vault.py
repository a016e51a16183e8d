"""Seal and open against raw AES-256-GCM of `cryptography`, in the same run, on the same bytes.

    python bench/vault.py [--json FILE] [--rounds N]

Megabytes a second differ between machines; the ratio to the raw cipher tells what the envelope costs. Both
depend on how fast the machine gives memory to a process (set MALLOC_TRIM_THRESHOLD_ and
MALLOC_MMAP_THRESHOLD_ to 1 GB to see it without). Also: microseconds for an audit detail and a data key.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from uuid import uuid4

from _house import parser, write
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from faceproof.vault import envelope, keys

SIZES = {
    "note, 200 B": 200,
    "rendition, 200 kB": 200_000,
    "selfie, 4 MB": 4_000_000,
    "master, 16 MB": 16_000_000,
}


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of ``rounds`` runs, after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(size: int, rounds: int) -> dict[str, float]:
    """Megabytes a second of sealing, opening and raw AES-GCM on ``size`` bytes, and the ratios."""
    data, nonce, raw = os.urandom(size), os.urandom(12), AESGCM(os.urandom(32))
    key = keys.new_key(1, 2, "selfie")
    context = envelope.Context(1, 2, "selfie", uuid4(), "photo")
    sealed, encrypted = envelope.seal(data, key, context), raw.encrypt(nonce, data, None)
    seconds = {
        "seal": best(lambda: envelope.seal(data, key, context), rounds),
        "open": best(lambda: envelope.open_sealed(sealed, key, context), rounds),
        "raw_encrypt": best(lambda: raw.encrypt(nonce, data, None), rounds),
        "raw_decrypt": best(lambda: raw.decrypt(nonce, encrypted, None), rounds),
    }
    found = {f"{name}_MB_s": size / 1e6 / taken for name, taken in seconds.items()}
    found |= {f"{name}_us": taken * 1e6 for name, taken in seconds.items()}
    found["seal_ratio"] = seconds["raw_encrypt"] / seconds["seal"]
    found["open_ratio"] = seconds["raw_decrypt"] / seconds["open"]
    return {name: round(value, 3) for name, value in found.items()}


def measure_keys(rounds: int) -> dict[str, float]:
    """Microseconds to make, wrap and unwrap a data key."""
    master, key = keys.Master.new(), keys.new_key(1, 2, "selfie")
    wrapped = keys.wrap(key, master)
    works: dict[str, Callable[[], object]] = {
        "new_us": lambda: keys.new_key(1, 2, "selfie"),
        "wrap_us": lambda: keys.wrap(key, master),
        "unwrap_us": lambda: keys.unwrap(wrapped, master, key.name),
    }
    return {name: round(best(work, rounds * 10) * 1e6, 1) for name, work in works.items()}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=9)
    chosen = options.parse_args()
    found = {name: measure(size, chosen.rounds) for name, size in SIZES.items()}
    key_times = measure_keys(chosen.rounds)
    write(chosen.json, "vault", {"objects": found, "keys": key_times})
    print(f"{'':20}{'seal':>12}{'open':>12}{'raw encrypt':>14}{'raw decrypt':>14}   of raw")
    for name, row in found.items():
        speeds = "".join(
            f"{row[f'{what}_MB_s']:>{width}.0f}"
            for what, width in (("seal", 12), ("open", 12), ("raw_encrypt", 14), ("raw_decrypt", 14))
        )
        print(f"{name:20}{speeds}   {row['seal_ratio']:.0%} / {row['open_ratio']:.0%}   (MB/s)")
    print(
        "data key:", ", ".join(f"{name.removesuffix('_us')} {value} µs" for name, value in key_times.items())
    )


if __name__ == "__main__":
    main()
