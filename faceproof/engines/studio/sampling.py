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
SAMPLES = 4
SPREAD = 0.05
"""How far samples scatter around the nearest sure pixel, as a share of the side (standard deviation)."""
VIVID = 0.20
"""Distance from grey above which a colour is told from skin, hair and shade by its hue."""


def opinion(
    picture: Floats,
    trimap: Floats,
    asked: NDArray[np.bool_],
    open_to_doubt: NDArray[np.bool_] | None = None,
    seed: int = 7,
) -> tuple[Floats, Floats, Floats]:
    """Alpha by colour, the trust in it, and how telling the colours are: (h, w) each, 0..1.

    picture (h, w, 3) 0..1; only unsure pixels that are `asked` get an answer. Telling is a background
    of a strong hue that the person does not have, or a white one behind someone dark; grey can be a
    highlight. A stray hue (see `_stray`) is believed where the net is `open_to_doubt` (default: everywhere).
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
    stray = _stray(smooth, trimap == 0, here, front)
    if open_to_doubt is not None:
        stray = stray * open_to_doubt.ravel()[unsure]
    alpha.ravel()[unsure] *= 1 - stray
    trust.ravel()[unsure] = np.maximum(trust.ravel()[unsure], stray)
    return alpha, trust, telling


def _stray(colours: Floats, empty: NDArray[np.bool_], here: Floats, front: Floats) -> Floats:
    """(k,) 0..1: a strong hue that is somewhere in the background and nowhere on the person close by.

    A cord, a leaf, a lettering that passes behind the head: the sure background beside the band does not have
    its colour, the background further off does. ``here`` (k, 3), ``front`` (SAMPLES, k, 3), 0..1.
    """
    vivid = np.flatnonzero(_hue(here) > VIVID)
    result = np.zeros(len(here), np.float32)
    if not len(vivid):
        return result
    palette = _palette(colours.compress(empty.ravel(), 0))
    if not len(palette):
        return result
    mine = here[vivid]
    square = _squares(mine)[:, None] + _squares(palette)[None] - 2 * mine @ palette.T
    behind = np.sqrt(np.maximum(square.min(1), 0))
    before = np.linalg.norm(mine[None] - front[:, vivid], axis=2).min(0)
    result[vivid] = (1 - _ramp(behind, 0.05, 0.06)) * _ramp(before, 0.20, 0.15)
    return result


def _palette(colours: Floats) -> Floats:
    """(n, 3): the vivid colours among ``colours`` (m, 3), one for each cell of a 12-step cube."""
    vivid = colours.compress(_hue(colours) > VIVID, 0)
    cells = (vivid * 12).astype(np.intp) @ np.array([1, 13, 169])
    count = np.bincount(cells, minlength=1)
    known = np.flatnonzero(count >= 4)
    return f32(np.stack([np.bincount(cells, vivid[:, c])[known] for c in range(3)], 1) / count[known, None])


def _hue(colours: Floats) -> Floats:
    """How far from grey, (k,)."""
    return f32(np.sqrt(_squares(colours - (colours @ REC709)[:, None])))


def _squares(colours: Floats) -> Floats:
    """The squared length of each of (k, 3)."""
    return f32(np.einsum("ij,ij->i", colours, colours))


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
    return colours.take(np.concatenate([near[None], picked]), 0)
