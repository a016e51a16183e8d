"""Errors of a matte against the truth: the four of alphamatting.com, and what a person would see of them.

Rhemann et al., "A perceptually motivated online benchmark for image matting", CVPR 2009: SAD and MSE;
gradient = summed squared difference of the gradient magnitudes (Gaussian derivatives, sigma 1.4);
connectivity = summed difference of how firmly pixels hang on the part that is opaque in both (steps of 0.1,
theta 0.15). Sums are given in thousands, as there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .light import to_display, to_light

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


def band(alpha: Floats, width: float) -> Mask:
    """The unknown: where the truth is soft, and `width` pixels round it."""
    soft = ((alpha > 0.01) & (alpha < 0.99)).astype(np.uint8)
    edge = cv2.morphologyEx((alpha > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    side = 2 * round(width) + 1
    return np.asarray(
        cv2.dilate(soft | edge, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), bool
    )


def sad(found: Floats, truth: Floats, where: Mask) -> float:
    return float(np.abs(found - truth)[where].sum() / 1000)


def mse(found: Floats, truth: Floats, where: Mask) -> float:
    """Mean, times 1000."""
    return float(((found - truth)[where] ** 2).mean() * 1000)


def slope(alpha: Floats, sigma: float = 1.4) -> Floats:
    """Gradient magnitude by Gaussian derivatives."""
    reach = np.arange(-5, 6, dtype=np.float32)
    bell = np.exp(-(reach**2) / (2 * sigma**2))
    bell /= bell.sum()
    steep = -reach * bell / sigma**2
    steep /= np.linalg.norm(np.outer(steep, bell))
    across = cv2.sepFilter2D(alpha, cv2.CV_32F, steep, bell, borderType=cv2.BORDER_REPLICATE)
    down = cv2.sepFilter2D(alpha, cv2.CV_32F, bell, steep, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.hypot(across, down))


def gradient(found: Floats, truth: Floats, where: Mask) -> float:
    return float(((slope(found) - slope(truth)) ** 2)[where].sum() / 1000)


def connectivity(found: Floats, truth: Floats, where: Mask, step: float = 0.1) -> float:
    thresholds = np.arange(0, 1 + step, step)
    level = np.full(truth.shape, -1.0, np.float32)
    for place in range(1, len(thresholds)):
        both = ((found >= thresholds[place]) & (truth >= thresholds[place])).astype(np.uint8)
        count, labels, boxes, _ = cv2.connectedComponentsWithStats(both, connectivity=4)
        own = labels == 1 + int(np.argmax(boxes[1:, 4])) if count > 1 else np.zeros(truth.shape, bool)
        level[(level == -1) & ~own] = thresholds[place - 1]
    level[level == -1] = 1
    firm = []
    for alpha in (found, truth):
        gap = alpha - level
        firm.append(1 - gap * (gap >= 0.15))
    return float(np.abs(firm[0] - firm[1])[where].sum() / 1000)


def colours_of(found: Floats, shown: Floats, light: Floats, alpha: Floats, where: Mask) -> float:
    """Error of the person's colours in the soft edge, 8-bit units: root mean square, weighted by what is
    shown and right to be shown (the lesser alpha) and by 1 - alpha: inside, the photo is the answer."""
    weight = (np.minimum(alpha, shown) * (1 - alpha))[where]
    squares = (((found[where] - to_display(light[where])) * 255) ** 2).mean(-1)
    return float(np.sqrt((squares * weight).sum() / max(weight.sum(), 1e-6)))


def against(
    alpha: Floats, colours: Floats, true_alpha: Floats, light: Floats, inside: Mask, backdrops: list[Floats]
) -> dict[str, float]:
    """All errors of one cut. alpha (n, n), colours (n, n, 3) display-referred; the truth in linear
    light; `inside`: where the canvas lies on the photo; `backdrops`: colours (3,) or pictures (n, n, 3)."""
    where = band(true_alpha, 0.012 * alpha.shape[0]) & inside
    found, truth = to_light(colours[where]), light[where]
    cover, true_cover = alpha[where][:, None], true_alpha[where][:, None]
    edge = []
    for new in backdrops:
        scene = to_light(np.broadcast_to(new, colours.shape)[where])
        one, two = found * cover + scene * (1 - cover), truth * true_cover + scene * (1 - true_cover)
        edge.append(255 * np.sqrt(((to_display(one) - to_display(two)) ** 2).mean()))
    return {
        "sad": sad(alpha, true_alpha, where),
        "mse": mse(alpha, true_alpha, where),
        "gradient": gradient(alpha, true_alpha, where),
        "connectivity": connectivity(alpha, true_alpha, where),
        "sad_whole": sad(alpha, true_alpha, inside),
        "composite": float(np.sqrt(np.mean(np.square(edge)))),
        "colour": colours_of(colours, alpha, light, true_alpha, where),
    }
