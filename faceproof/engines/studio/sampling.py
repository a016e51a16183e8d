"""An opinion on every unsure pixel from nearby sure colours: the best pair of a person's and a background's colour.

After Wang and Cohen, "Optimized colour sampling for robust matting" (CVPR 2007), with few samples. Pockets of
background between curls touch no sure background; only their colour gives them away.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.matte import UNKNOWN

Floats = NDArray[np.float32]
SAMPLES = 6
SPREAD = 0.05
"""How far samples scatter around the nearest sure pixel, as a share of the side (standard deviation)."""


def opinion(picture: Floats, trimap: Floats, seed: int = 7) -> tuple[Floats, Floats]:
    """Alpha (h, w) by colour and the trust 0..1 in it. picture (h, w, 3) 0..1."""
    rng = np.random.default_rng(seed)
    unsure = np.flatnonzero(trimap == UNKNOWN)
    alpha, trust = trimap.copy(), np.ones_like(trimap)
    if not len(unsure) or not (trimap == 0).any() or not (trimap == 1).any():
        return alpha, trust
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.0).reshape(-1, 3)
    front = _samples(smooth, trimap == 1, unsure, rng)
    back = _samples(smooth, trimap == 0, unsure, rng)
    here = picture.reshape(-1, 3)[unsure]
    best = np.full(len(unsure), 1e9, np.float32)
    share, spread = np.zeros_like(best), np.zeros_like(best)
    for behind in back:
        rest = here - behind
        length = np.einsum("ij,ij->i", rest, rest)
        for before in front:
            axis = before - behind
            square = np.einsum("ij,ij->i", axis, axis) + 1e-4
            along = np.einsum("ij,ij->i", rest, axis)
            mix = np.clip(along / square, 0, 1)
            error = np.maximum(length - 2 * mix * along + mix * mix * square, 0)
            # Distance from the line, relative to its length; clear answers win ties.
            price = np.sqrt(error) / (np.sqrt(square) + 0.12) + 0.02 * np.minimum(mix, 1 - mix)
            better = price < best
            np.copyto(best, price, where=better)
            np.copyto(share, mix, where=better)
            np.copyto(spread, square, where=better)
    alpha.ravel()[unsure] = share
    trust.ravel()[unsure] = np.exp(-((best / 0.10) ** 2)) * np.clip((np.sqrt(spread) - 0.06) / 0.25, 0, 1)
    return alpha, trust


def _samples(
    colours: Floats, sure: NDArray[np.bool_], unsure: NDArray[np.intp], rng: np.random.Generator
) -> Floats:
    """(SAMPLES, k, 3): the nearest sure colour of every unsure pixel and others scattered around that place."""
    height, width = sure.shape
    _, labels = cv2.distanceTransformWithLabels(
        (~sure).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.flatnonzero(sure)
    where = np.zeros(int(labels.max()) + 1, np.int64)
    where[labels.ravel()[places]] = places
    near = where[labels.ravel()[unsure]]
    row, column = np.divmod(near, width)
    reach = np.abs(rng.standard_normal((SAMPLES - 1, len(unsure)), np.float32)) * np.float32(SPREAD * width) + 1
    angle = rng.random((SAMPLES - 1, len(unsure)), np.float32) * np.float32(2 * np.pi)
    rows = np.clip(row + (reach * np.sin(angle)).astype(np.int64), 0, height - 1)
    columns = np.clip(column + (reach * np.cos(angle)).astype(np.int64), 0, width - 1)
    picked = rows * width + columns
    picked = np.where(sure.ravel()[picked], picked, near)
    return np.concatenate([colours[near][None], colours[picked]])
