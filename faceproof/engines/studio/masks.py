"""Where there is skin, for light and retouch; never to judge it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face
from faceproof.imaging.colour import to_lab

from .crop import CHIN, IRIS_LEFT, IRIS_RIGHT
from .fields import blur, enlarge, polygon, reduce

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """Fields over the canvas and the face's own yardstick."""

    skin: Floats
    """(n, n) 0..1, without eyes, brows and lips."""
    iod: float
    """Canvas pixels between the iris centres."""


def find(colours: Floats, points: Floats, alpha: Floats) -> Masks:
    """Skin by likeness to the middle of this very face, in face, ears and neck. Half size: it is smooth."""
    side = colours.shape[0]
    half = side // 2
    small, cover, local = reduce(colours, (half, half)), reduce(alpha, (half, half)), points / np.float32(2)
    iod = float(np.linalg.norm(local[IRIS_LEFT, :2] - local[IRIS_RIGHT, :2]))
    lab = to_lab(small)
    oval = polygon(half, local, face.OVAL)
    parts = np.zeros((half, half), np.float32)
    rings = (
        (face.EYE_L, 0.06),
        (face.EYE_R, 0.06),
        (face.BROW_L, 0.05),
        (face.BROW_R, 0.05),
        (face.LIPS, 0.02),
    )
    for ring, wider in rings:
        parts = np.maximum(parts, polygon(half, local, ring, wider=max(1.0, iod * wider)))
    like = _likeness(lab, (oval > 0) & (parts == 0))
    around = polygon(half, local, face.OVAL, wider=iod * 0.35)
    rows = np.arange(half, dtype=np.float32)[:, None]
    neck = ((rows > local[CHIN, 1]) & (rows < local[CHIN, 1] + iod * 1.6)).astype(np.float32)
    feather = iod * 0.03
    skin = like * np.maximum(oval, 0.9 * np.maximum(around, neck)) * cover * (1 - blur(parts, feather * 0.6))
    skin = np.clip(blur(skin.astype(np.float32), feather * 0.5), 0, 1)
    return Masks(enlarge(skin, (side, side)), iod * 2)


def _likeness(lab: Floats, core: NDArray[np.bool_]) -> Floats:
    """0..1 by Mahalanobis distance to the colours of the face's middle tones; nothing is assumed about
    skin."""
    samples = lab[core]
    if len(samples) < 50:
        return np.zeros(lab.shape[:2], np.float32)
    low, high = np.percentile(samples[:, 0], (25, 95))
    middle = samples[(samples[:, 0] > low) & (samples[:, 0] < high)]
    spread = np.cov(middle.T) + np.diag([60.0, 6.0, 6.0])
    away = lab - middle.mean(0).astype(np.float32)
    distance = np.einsum(
        "ijk,kl,ijl->ij", away, np.linalg.inv(spread).astype(np.float32), away, optimize=True
    )
    return np.asarray(np.exp(-0.125 * np.maximum(0, distance - 3)), np.float32)
