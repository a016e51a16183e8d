"""The matte: how much of each canvas pixel is the person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.matte import UNKNOWN, Level, solve, transfer

from . import sampling, trimap
from .crop import CHIN
from .fields import blur, enlarge, grow, largest_part, reduce
from .person import to_side

Floats = NDArray[np.float32]

SOLVE_SIDE = 640
"""Largest side that the system is solved at; the canvas gets its alpha from the solved colour model."""
TRUST_COLOUR, TRUST_NET = 0.3, 0.1
"""Weights of the two opinions against the matting Laplacian (tuned on keyed portraits with known alpha)."""
VEIL = 0.03
"""Alpha below this is solver residue, seen as a veil; the rest is stretched to 0..1."""


def cut(picture: Floats, person: Floats, points: Floats, inside: NDArray[np.uint8]) -> Floats:
    """(n, n) alpha 0..1. picture (n, n, 3) 0..1; person (m, m) 0..1; points (478, 3) canvas px; inside (n, n) 0/1."""
    side = picture.shape[0]
    work = side if side <= SOLVE_SIDE else round(side / -(-side // SOLVE_SIDE) / 4) * 4
    small = picture if work == side else reduce(picture, (work, work))
    local = points * np.float32(work / side)
    unsure = trimap.draw(person, local, work)
    level = _opinions(small, unsure, to_side(person, work))
    alpha, model = solve(level)
    if work != side:
        wide = enlarge(unsure, (side, side))
        known = np.where(wide <= 0.01, 0, np.where(wide >= 0.99, 1, UNKNOWN)).astype(np.float32)
        alpha = np.where(known == UNKNOWN, transfer(model, picture), known)
    return tidy(alpha, points, inside)


def _opinions(small: Floats, unsure: Floats, probability: Floats) -> Level:
    """What colour and the net say, and how loudly: the net where it is sure, colour where the net is not."""
    alpha, trust = sampling.opinion(small, unsure)
    soft = cv2.GaussianBlur(probability, (0, 0), max(0.5, small.shape[0] * 0.003))
    certain = np.clip((np.abs(2 * soft - 1) - 0.3) / 0.6, 0, 1)
    trust = trust * (1 - certain) * np.where((soft > 0.6) & (alpha < 0.5), 0.35, 1)
    weight = TRUST_COLOUR * trust + TRUST_NET * certain
    value = (TRUST_COLOUR * trust * alpha + TRUST_NET * certain * (soft > 0.5)) / (weight + 1e-6)
    return Level(small, unsure, value.astype(np.float32), weight.astype(np.float32))


def tidy(alpha: Floats, points: Floats, inside: NDArray[np.uint8]) -> Floats:
    """Take the veil off, drop islands, smooth the edge of cloth, leave hair as it is."""
    alpha = np.clip((alpha - VEIL) / (1 - 2 * VEIL), 0, 1).astype(np.float32)
    body = largest_part((alpha > 0.15).astype(np.uint8))
    alpha = alpha * grow(body, 3) * inside
    return _smooth_cloth(alpha, points)


def _smooth_cloth(alpha: Floats, points: Floats) -> Floats:
    """Below the chin, where the edge is narrow (no strands), run it smooth: the net's steps show on shoulders."""
    side = alpha.shape[0]
    chin, brow = float(points[CHIN, 1]), float(points[:468, 1].min())
    head = 1.6 * (chin - brow)
    top = max(0, int(chin - 0.1 * head))
    if side - top < 16:
        return alpha
    part = alpha[top:]
    sigma = max(1.0, 0.012 * head)
    soft = blur(part, sigma)
    # A blurred straight edge, steepened again: same place, small steps gone, about two pixels soft.
    steep = np.clip((soft - 0.5) * (sigma * 2.5 / 2.0) + 0.5, 0, 1)
    strands = blur(4 * part * (1 - part), sigma * 1.5)
    share = np.clip((0.42 - strands) / 0.22, 0, 1)
    rows = np.arange(part.shape[0], dtype=np.float32)[:, None]
    share = share * np.clip(rows / (0.15 * head), 0, 1)
    result = alpha.copy()
    result[top:] = part + share * (steep - part)
    return result
