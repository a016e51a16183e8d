"""An opinion on every unsure pixel from nearby sure colours: the best pair of front and back.

After Wang and Cohen, "Optimized colour sampling for robust matting" (CVPR 2007), with few samples. Pockets of
background between curls touch no sure background; only their colour gives them away.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import REC709
from faceproof.imaging.matte import UNKNOWN

from .fields import f32

Floats = NDArray[np.float32]
SAMPLES = 6
SPREAD = 0.05
"""How far samples scatter around the nearest sure pixel, as a share of the side (standard deviation)."""


def opinion(
    picture: Floats, trimap: Floats, asked: NDArray[np.bool_], seed: int = 7
) -> tuple[Floats, Floats, Floats]:
    """Alpha by colour, the trust in it, and how telling the colours are: (h, w) each, 0..1.

    picture (h, w, 3) 0..1; only unsure pixels that are `asked` get an answer. Telling is a background of a
    strong hue that the person does not have, or a white one behind someone dark; grey can be a highlight.
    """
    rng = np.random.default_rng(seed)
    unsure = np.flatnonzero((trimap == UNKNOWN) & asked)
    alpha, trust = trimap.copy(), (trimap != UNKNOWN).astype(np.float32)
    if not len(unsure) or not (trimap == 0).any() or not (trimap == 1).any():
        return alpha, trust, np.zeros_like(trimap)
    smooth = f32(cv2.GaussianBlur(picture, (0, 0), 1.0)).reshape(-1, 3)
    front = _samples(smooth, trimap == 1, unsure, rng)
    back = _samples(smooth, trimap == 0, unsure, rng)
    here = picture.reshape(-1, 3)[unsure]
    # Every pair at once, in dot products: |F-B|^2, (I-B)(F-B) and |I-B|^2 of (samples, samples, k).
    within = np.einsum("ikc,jkc->ijk", front, back, optimize=True)
    front2, back2 = np.einsum("ikc,ikc->ik", front, front), np.einsum("jkc,jkc->jk", back, back)
    along_front, along_back = np.einsum("ikc,kc->ik", front, here), np.einsum("jkc,kc->jk", back, here)
    square = front2[:, None] + back2[None] - 2 * within + 1e-4
    along = along_front[:, None] - along_back[None] - within + back2[None]
    mix = np.clip(along / square, 0, 1)
    error = np.einsum("kc,kc->k", here, here) - 2 * along_back + back2
    error = np.maximum(error[None] - 2 * mix * along + mix * mix * square, 0)
    # Distance from the line, relative to its length; clear answers win ties.
    length = np.sqrt(square)
    price = np.sqrt(error) / (length + 0.12) + 0.02 * np.minimum(mix, 1 - mix)
    flat = price.reshape(SAMPLES * SAMPLES, -1)
    winner = np.argmin(flat, 0)
    each = np.arange(len(unsure))
    best, share = flat[winner, each], mix.reshape(SAMPLES * SAMPLES, -1)[winner, each]
    spread = length.reshape(SAMPLES * SAMPLES, -1)[winner, each]
    alpha.ravel()[unsure] = share
    trust.ravel()[unsure] = np.exp(-((best / 0.10) ** 2)) * np.clip((spread - 0.06) / 0.25, 0, 1)
    behind, before = back[winner % SAMPLES, each], front[winner // SAMPLES, each]
    telling = np.zeros_like(trimap)
    hue = _ramp(_hue(behind), 0.05, 0.10) * _ramp(_hue(before - behind), 0.08, 0.12)
    # The second brightest of the samples: one may have hit a highlight.
    brightest = np.sort(front @ REC709, 0)[-2]
    white = behind @ REC709
    glare = _ramp(white, 0.85, 0.08) * _ramp(white - brightest, 0.25, 0.15) * (share < 0.15)
    telling.ravel()[unsure] = np.maximum(hue, glare)
    return alpha, trust, telling


def _hue(colours: Floats) -> Floats:
    """How far from grey, (k,)."""
    return np.asarray(np.linalg.norm(colours - (colours @ REC709)[:, None], axis=1), np.float32)


def _ramp(values: Floats, start: float, width: float) -> Floats:
    return f32(np.clip((values - start) / width, 0, 1))


def _samples(
    colours: Floats, sure: NDArray[np.bool_], unsure: NDArray[np.intp], rng: np.random.Generator
) -> Floats:
    """(SAMPLES, k, 3): the nearest sure colour of every unsure pixel, and others scattered around it."""
    height, width = sure.shape
    _, labels = cv2.distanceTransformWithLabels(
        (~sure).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.flatnonzero(sure)
    where = np.zeros(int(labels.max()) + 1, np.int64)
    where[labels.ravel()[places]] = places
    near = where[labels.ravel()[unsure]]
    row, column = np.divmod(near, width)
    reach = (
        np.abs(rng.standard_normal((SAMPLES - 1, len(unsure)), np.float32)) * np.float32(SPREAD * width) + 1
    )
    angle = rng.random((SAMPLES - 1, len(unsure)), np.float32) * np.float32(2 * np.pi)
    rows = np.clip(row + (reach * np.sin(angle)).astype(np.int64), 0, height - 1)
    columns = np.clip(column + (reach * np.cos(angle)).astype(np.int64), 0, width - 1)
    picked = rows * width + columns
    picked = np.where(sure.ravel()[picked], picked, near)
    return np.concatenate([colours[near][None], colours[picked]])
