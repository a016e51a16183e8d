"""What the checks say about good portraits, and about the same portraits damaged on purpose.

    .venv/bin/python bench/intake_checks.py [--json FILE] [FOLDER]

What people do on purpose (masks, glasses, filters, screens) is painted or simulated by `_harm.py`.
The folder holds a `manifest.csv` with `file` and `expected`; only those marked `accept` are damaged. Each row
counts, for one kind of damage, how many portraits the expected check refused, warned about, or let pass, and
how many were refused by another check only.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import _harm
import cv2
import numpy as np
from _house import SHARED, parser, write
from numpy.typing import NDArray

from faceproof.imaging.face import Face
from faceproof.imaging.frame import Frame
from faceproof.intake import Verdict, admit, examine

Pixels = NDArray[np.uint8]
FOLDER = SHARED / "portraits"
DICE = np.random.default_rng(7)


def _clipped(values: NDArray[np.floating]) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)


def _blurred(share: float) -> Callable[[Pixels, Face], Pixels]:
    return lambda pixels, face: cv2.GaussianBlur(pixels, (0, 0), share * face.iod)


def _moved(share: float, slanted: bool = False) -> Callable[[Pixels, Face], Pixels]:
    def act(pixels: Pixels, face: Face) -> Pixels:
        long = max(2, round(share * face.iod))
        line = np.eye(long) if slanted else np.ones((1, long))
        return cv2.filter2D(pixels, -1, line / line.sum())

    return act


def _noisy(sigma: float) -> Callable[[Pixels, Face], Pixels]:
    return lambda pixels, _: _clipped(pixels + DICE.normal(0, sigma, pixels.shape))


def _lit(factor: float) -> Callable[[Pixels, Face], Pixels]:
    return lambda pixels, _: _clipped(pixels * factor)


def _jpeg(quality: int) -> Callable[[Pixels, Face], Pixels]:
    def act(pixels: Pixels, _: Face) -> Pixels:
        file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.ascontiguousarray(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1])

    return act


def _reduced(iod: float) -> Callable[[Pixels, Face], Pixels]:
    def act(pixels: Pixels, face: Face) -> Pixels:
        scale = iod / face.iod
        return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    return act


def _cut(side: str) -> Callable[[Pixels, Face], Pixels]:
    def act(pixels: Pixels, face: Face) -> Pixels:
        top, chin = int(face.landmarks[10, 1]), int(face.landmarks[152, 1])
        return pixels[: chin - (chin - top) // 8] if side == "chin" else pixels[max(0, top) :]

    return act


DAMAGE: list[tuple[str, str, Callable[[Pixels, Face], Pixels]]] = [
    ("nothing", "", lambda pixels, _: pixels),
    ("blur, sigma 1 % of the eye distance", "blurred", _blurred(0.01)),
    ("blur, 2 %", "blurred", _blurred(0.02)),
    ("blur, 4 %", "blurred", _blurred(0.04)),
    ("blur, 4 %, then noise 15", "blurred", lambda p, f: _noisy(15)(_blurred(0.04)(p, f), f)),
    ("movement, 3 % of the eye distance", "blurred", _moved(0.03)),
    ("movement, 6 %", "blurred", _moved(0.06)),
    ("movement, 12 %", "blurred", _moved(0.12)),
    ("movement, 12 %, slanted", "blurred", _moved(0.12, slanted=True)),
    ("noise, sigma 10", "", _noisy(10)),
    ("noise, sigma 30", "", _noisy(30)),
    ("JPEG quality 10", "", _jpeg(10)),
    ("light x 0.15", "too_dark", _lit(0.15)),
    ("light x 0.25", "too_dark", _lit(0.25)),
    ("light x 0.4", "too_dark", _lit(0.4)),
    ("light x 0.6", "", _lit(0.6)),
    ("light x 1.5", "too_bright", _lit(1.5)),
    ("light x 2.2", "too_bright", _lit(2.2)),
    ("on its side", "rotated", lambda pixels, _: np.ascontiguousarray(np.rot90(pixels))),
    ("on its head", "rotated", lambda pixels, _: np.ascontiguousarray(np.rot90(pixels, 2))),
    ("30 px between the eyes", "face_too_small", _reduced(30)),
    ("60 px between the eyes", "few_pixels", _reduced(60)),
    ("chin cut off", "head_cut_off", _cut("chin")),
    ("crown cut off", "head_cut_off", _cut("crown")),
    ("blue mask", "face_covered", lambda p, f: _harm.masked(p, f, "blue")),
    ("white mask", "face_covered", lambda p, f: _harm.masked(p, f, "white")),
    ("black mask", "face_covered", lambda p, f: _harm.masked(p, f, "black")),
    ("red mask", "face_covered", lambda p, f: _harm.masked(p, f, "red")),
    ("a hand's breadth of skin over the mouth", "face_covered", _harm.handed),
    ("black glasses", "dark_glasses", lambda p, f: _harm.sunglasses(p, f, 0.97)),
    ("dark glasses that let 20 % through", "dark_glasses", lambda p, f: _harm.sunglasses(p, f, 0.8)),
    ("eyes closed", "eyes_closed", _harm.eyes_shut),
    ("screenshot with bars", "screenshot", _harm.barred),
    ("screen of 3.3 px a dot", "of_a_screen", lambda p, f: _harm.of_a_screen(p, f, 3.3)),
    ("screen of 5.2 px a dot", "of_a_screen", lambda p, f: _harm.of_a_screen(p, f, 5.2)),
    ("beauty filter, strong", "", lambda p, f: _harm.smoothed(p, f, 1.0)),
    ("beauty filter, moderate", "", lambda p, f: _harm.smoothed(p, f, 0.6)),
]


def outcome(verdict: Verdict, expected: str) -> str:
    said = {finding.code: finding.severity for finding in verdict.findings}
    if said.get(expected) == "refuse":
        return "refused"
    if not verdict.accepted:
        return "refused otherwise"
    return "warned" if (expected in said if expected else said) else "passed"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    chosen = options.parse_args()
    list_of_them = chosen.folder / "manifest.csv"
    if not list_of_them.is_file():
        print(f"not measured: there is no {list_of_them}; name a folder of portraits that has one")
        return
    with list_of_them.open(newline="") as manifest:
        good = [row["file"] for row in csv.DictReader(manifest) if row["expected"] == "accept"]
    verdicts = [examine(admit((chosen.folder / name).read_bytes())) for name in good]
    print("| damage | expected | refused | warned | passed | refused for another reason |")
    print("|---|---|---|---|---|---|")
    table = {}
    for name, expected, act in DAMAGE:
        counts: Counter[str] = Counter()
        for verdict in verdicts:
            if verdict.face is not None:
                damaged = np.ascontiguousarray(act(verdict.frame.pixels, verdict.face))
                counts[outcome(examine(Frame(damaged)), expected)] += 1
        table[name] = {"expected": expected, **counts}
        shown = [counts[key] for key in ("refused", "warned", "passed", "refused otherwise")]
        print(f"| {name} | {expected or '-'} | {' | '.join(map(str, shown))} |", flush=True)
    write(chosen.json, "intake_checks", table)


if __name__ == "__main__":
    main()
