"""What the correction of a close selfie's perspective is worth, by simulation, and what it costs in time.

    .venv/bin/python bench/lens.py [--json FILE] [--look FOLDER] [PHOTO…]

No photo here carries a focal length and a portrait from the right distance of the same moment. So portraits
are drawn as from near on heads whose depth differs from our own by up to a quarter and more
(tests/engines/closeup.py: mesh with depths of its own, ellipsoid, sharp jaw, hidden parts, a wall), found
again, and corrected. Errors are of the 468 skin landmarks after the best shift, turn and scale, in per cent
of the eye distance, against the portrait. What a re-detection alone costs is the first line.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _house import ROOT, SHARED, parser, write
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(ROOT))  # the truth is the tests' own

from faceproof.engines.studio import dolly, person, perspective
from faceproof.imaging import face
from tests.engines import closeup
from tests.imaging import faces

Pixels = NDArray[np.uint8]
DISTANCES = (300.0, 350.0, 450.0)
WRONG = {"focal length half": 0.5, "focal length double": 2.0}


@dataclass
class Tried:
    """One simulated selfie and what became of it."""

    before: float
    after: float | None
    """None: nothing was done."""
    reason: str
    distance: float | None
    nose: tuple[float, float, float]
    """Nose over face width: portrait, selfie, corrected."""
    strength: float
    stretch: float
    milliseconds: float
    drawn: Pixels | None


def main() -> None:
    ask = parser(__doc__)
    ask.add_argument("--look", metavar="FOLDER", type=Path, help="portrait, selfie, corrected side by side")
    ask.add_argument("photos", metavar="PHOTO", nargs="*", type=Path)
    wanted = ask.parse_args()
    cv2.setNumThreads(1)
    portraits = dict(_portraits(wanted.photos))
    figures: dict[str, Any] = {"portraits": len(portraits), "detection alone": _floor(portraits)}
    print(f"{len(portraits)} portraits; found again, turned by 3 degrees: {figures['detection alone']:.2f} %")
    for distance in DISTANCES:
        for name, wish in (("automatic", None), ("fully", 1.0)):
            figures[f"{distance:.0f} mm, {name}"] = _row(portraits, distance, wish, 1.0, wanted.look)
    for name, factor in WRONG.items():
        figures[f"450 mm, {name}"] = _row(portraits, 450.0, None, factor, None)
    figures["stale focal length"] = _stale(portraits)
    write(wanted.json, "lens", figures)


def _portraits(paths: list[Path]) -> list[tuple[str, Pixels]]:
    shared = SHARED / "portraits"
    if not paths and not shared.is_dir():
        return [(name, np.array(take())) for name, take in faces.PORTRAITS.items()]
    found = []
    for path in paths or sorted(shared.glob("*.jpg")):
        pixels = np.array(Image.open(path).convert("RGB"))
        seen = face.detect(pixels)
        if len(seen) == 1 and abs(face.mesh(pixels, seen[0]).yaw) < 20:
            found.append((path.stem, pixels))
    return found


def _floor(portraits: dict[str, Pixels]) -> float:
    errors = []
    for pixels in portraits.values():
        turned, _ = faces.warped(pixels, 0.9, 3.0, (0, 0))
        one, two = (face.mesh(p, face.detect(p)[0]).landmarks for p in (pixels, turned))
        errors.append(closeup.apart(two, one))
    return float(np.median(errors))


def _row(
    portraits: dict[str, Pixels], distance: float, wish: float | None, factor: float, look: Path | None
) -> dict[str, Any]:
    tried = {name: _try(p, distance, i, wish, factor) for i, (name, p) in enumerate(portraits.items())}
    done = [t for t in tried.values() if t is not None and t.after is not None]
    left = [t.reason for t in tried.values() if t is not None and t.after is None]
    if look is not None:
        look.mkdir(parents=True, exist_ok=True)
        for name, one in tried.items():
            if one is not None and one.drawn is not None:
                file = look / f"{name}-{distance:.0f}-{'auto' if wish is None else wish}.png"
                Image.fromarray(one.drawn).save(file)
    if not done:
        print(f"  {distance:.0f} mm x {factor:g}: none corrected ({', '.join(sorted(set(left)))})")
        return {"corrected": 0, "left": left}
    before, after = (np.array([getattr(t, key) for t in done]) for key in ("before", "after"))
    nose = np.array([t.nose for t in done])
    measured = np.array([t.distance or np.nan for t in done]) / distance
    row = {
        "corrected": len(done),
        "left": left,
        "error before, median and worst": [float(np.median(before)), float(before.max())],
        "error after, median and worst": [float(np.median(after)), float(after.max())],
        "largest loss": float((after - before).max()),
        "measured distance over true, min, median, max": [
            float(f(measured)) for f in (np.nanmin, np.nanmedian, np.nanmax)
        ],
        "nose over face width: selfie and corrected over portrait, median": [
            float(np.median(nose[:, k] / nose[:, 0])) for k in (1, 2)
        ],
        "strength left, median": float(np.median([t.strength for t in done])),
        "stretch, median": float(np.median([t.stretch for t in done])),
        "milliseconds, median": float(np.median([t.milliseconds for t in done])),
    }
    noses = [np.median(nose[:, k] / nose[:, 0]) for k in (1, 2)]
    print(
        f"  {distance:.0f} mm x {factor:g}, {'automatic' if wish is None else wish}: {len(done)} corrected,"
        f" {len(left)} left; error {np.median(before):.2f} -> {np.median(after):.2f} %"
        f" (worst {before.max():.2f} -> {after.max():.2f}, largest loss {row['largest loss']:+.2f});"
        f" nose/face {noses[0]:.3f} -> {noses[1]:.3f} of the portrait's; {row['milliseconds, median']:.0f} ms"
    )
    return row


def _try(pixels: Pixels, distance: float, seed: int, wish: float | None, factor: float) -> Tried | None:
    """One portrait from near, with 3 % of error in the focal length, seen again and corrected."""
    error = float(np.random.default_rng(seed).normal(0, 0.03))
    taken = closeup.taken(pixels, distance, closeup.truth(seed), error)
    seen = face.detect(taken.near) if taken is not None else []
    if taken is None or not seen:
        return None
    known = face.mesh(taken.near, seen[0])
    looked = person.look(taken.near)
    start = time.process_time()
    optics = perspective.Optics(taken.focal * factor, taken.original, wish)
    points, _, lens, found = perspective.straighten(taken.near, known.landmarks, looked, optics)
    spent = (time.process_time() - start) * 1000
    before = closeup.apart(known.landmarks, taken.landmarks)
    noses = closeup.nose_share(taken.landmarks), closeup.nose_share(known.landmarks)
    if lens is None:
        return Tried(before, None, found.reason, found.measured, (*noses, noses[1]), 0, 1, spent, None)
    height, width = taken.near.shape[:2]
    shift = dolly.over(lens, np.eye(2, 3), (width, height))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    drawn = np.asarray(cv2.remap(taken.near, x + shift[..., 0], y + shift[..., 1], cv2.INTER_CUBIC), np.uint8)
    again = face.detect(drawn)
    after = face.mesh(drawn, again[0]).landmarks if again else points
    return Tried(
        before,
        closeup.apart(after, taken.landmarks),
        found.reason,
        found.measured,
        (*noses, closeup.nose_share(after)),
        lens.strength,
        lens.stretch,
        spent,
        _beside(taken.far, taken.near, drawn),
    )


def _beside(*pictures: Pixels) -> Pixels:
    tall = max(picture.shape[0] for picture in pictures)
    return np.hstack([np.pad(p, ((0, tall - p.shape[0]), (0, 0), (0, 0))) for p in pictures])


def _stale(portraits: dict[str, Pixels]) -> dict[str, float]:
    """The most that an automatic correction can do to a portrait that needs none: 70 % from the floor."""
    moved = []
    for pixels in portraits.values():
        known = face.mesh(pixels, face.detect(pixels)[0])
        finding = perspective.Ruling("corrected", perspective.FLOOR, perspective.STRENGTH)
        lens = perspective.make(known, pixels.shape[:2], person.look(pixels), finding)
        moved.append(closeup.apart(dolly.moved(known.landmarks, lens), known.landmarks))
    figures = {"median": float(np.median(moved)), "worst": float(np.max(moved))}
    print(f"  a portrait taken for a selfie from {perspective.FLOOR:.0f} mm: {figures}")
    return figures


if __name__ == "__main__":
    main()
