"""Free tools doing the same work, on the same mask. pymatting comes with requirements/bench.txt only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .cutouts import disc
from .cutting import Cut, Shot

Floats = NDArray[np.float32]
SOLVERS = ("cf", "lbdm", "rw", "knn")
"""Not lkm: it took 85 s for one photo of 1024², where these take 5 to 31."""


def trimap_of(shot: Shot) -> Floats:
    """0, 0.5 and 1 round the net's edge: 2 % of the head inside, 5 % outside, and wherever the net doubts."""
    points, mask = shot.values["points"], shot.mask
    head = 1.5 * float(points[152, 1] - points[:468, 1].min())
    framed = [
        cv2.copyMakeBorder((mask > level).astype(np.uint8), 99, 99, 99, 99, cv2.BORDER_REPLICATE)
        for level in (0.9, 0.1)
    ]
    sure = cv2.erode(framed[0], disc(0.02 * head))[99:-99, 99:-99]
    free = 1 - cv2.dilate(framed[1], disc(0.05 * head))[99:-99, 99:-99]
    return np.where(sure > 0, 1, np.where(free > 0, 0, 0.5)).astype(np.float32)


def grabcut(shot: Shot) -> Cut:
    """OpenCV's GrabCut from the mask, five rounds at half size, its edge softened; pixels as they are."""
    trimap, mask = trimap_of(shot), shot.mask
    half = (mask.shape[1] // 2, mask.shape[0] // 2)
    small = cv2.resize(np.round(shot.picture * 255).astype(np.uint8), half, interpolation=cv2.INTER_AREA)
    labels = np.where(mask > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[trimap == 1], labels[trimap == 0] = cv2.GC_FGD, cv2.GC_BGD
    labels = np.asarray(cv2.resize(labels, half, interpolation=cv2.INTER_NEAREST), np.uint8)
    cv2.setRNGSeed(1)
    cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    hard = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    soft = cv2.GaussianBlur(hard, (0, 0), 0.8)
    size = (mask.shape[1], mask.shape[0])
    return np.clip(cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC), 0, 1), shot.picture


def _solved(name: str) -> Callable[[Shot], Cut]:
    def cut(shot: Shot) -> Cut:
        import pymatting

        picture = shot.picture.astype(np.float64)
        solve: Any = getattr(pymatting, f"estimate_alpha_{name}")
        alpha = np.clip(solve(picture, trimap_of(shot).astype(np.float64)), 0, 1)
        colours = pymatting.estimate_foreground_ml(picture, alpha)
        return alpha.astype(np.float32), np.clip(colours, 0, 1).astype(np.float32)

    return cut


def contenders() -> dict[str, Callable[[Shot], Cut]]:
    """Those that can run here."""
    found: dict[str, Callable[[Shot], Cut]] = {"GrabCut (OpenCV)": grabcut}
    try:
        import pymatting  # noqa: F401
    except ImportError:
        return found
    return found | {f"pymatting {name}": _solved(name) for name in SOLVERS}
