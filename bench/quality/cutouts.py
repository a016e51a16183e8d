"""People cut out of the development portraits so that what is cut out is the truth by definition.

`keyed`: portraits before a plain backdrop. The backdrop is fitted where nobody stands and taken out of the
soft edge by projection (alpha = how far a pixel has moved from the backdrop's colour towards the person's).
`core`: portraits before anything. Only what is surely the person is kept, with a smooth edge inside the
real one; drawn hair hides that line. Both lean on the segmentation net alone, never on the product's own
matte: the truth must not move with what it judges.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face

from .light import to_light

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
CHIN = 152


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """A person without a background, in the photo's own pixels."""

    alpha: Floats
    """(h, w) 0..1."""
    light: Floats
    """(h, w, 3) linear colours of the person, also where alpha is 0 (spread outwards)."""
    points: Floats
    """(478, 3) landmarks, px."""

    @property
    def chin(self) -> float:
        return float(self.points[CHIN, 1])

    @property
    def head(self) -> float:
        """About crown to chin, px."""
        return 1.5 * (self.chin - float(self.points[:468, 1].min()))


def chance(pixels: Bytes) -> Floats:
    """(h, w) probability of a person, from the net, photo and mirror image."""
    seen = face.segment(pixels) + face.segment(np.ascontiguousarray(pixels[:, ::-1]))[:, ::-1]
    size = (pixels.shape[1], pixels.shape[0])
    return np.clip(cv2.resize(seen / 2, size, interpolation=cv2.INTER_CUBIC), 0, 1).astype(np.float32)


def landmarks(pixels: Bytes) -> Floats:
    """(478, 3) px of the surest face. Raises LookupError without one."""
    found = face.detect(pixels)
    if not found:
        raise LookupError("no face")
    return np.asarray(face.mesh(pixels, found[0]).landmarks, np.float32)


def disc(radius: float) -> Bytes:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def spread(light: Floats, weight: Floats, steps: int = 9) -> Floats:
    """Fill where `weight` is 0 from where it is not, near things first (pull and push)."""
    height, width = weight.shape
    sums, weights = light * weight[..., None], weight
    levels = [(sums, weights)]
    for _ in range(steps):
        size = (max(1, levels[-1][1].shape[1] // 2), max(1, levels[-1][1].shape[0] // 2))
        levels.append(tuple(cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in levels[-1]))
        if min(size) == 1:
            break
    filled = levels[-1][0] / np.maximum(levels[-1][1], 1e-6)[..., None]
    for sums, weights in reversed(levels[:-1]):
        size = (weights.shape[1], weights.shape[0])
        behind = cv2.resize(filled, size, interpolation=cv2.INTER_LINEAR).reshape(*weights.shape, 3)
        filled = sums + behind * (1 - np.minimum(weights, 1))[..., None]
    return np.asarray(filled.reshape(height, width, 3), np.float32)


def largest(mask: Bytes) -> Bytes:
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(mask)
    return np.asarray(labels == 1 + int(np.argmax(boxes[1:, 4])), np.uint8)


def core(pixels: Bytes, inset: float = 0.022) -> Cutout:
    """Surely the person: the net's mask, `inset` head heights smaller, its edge smooth and 1.5 px soft."""
    points = landmarks(pixels)
    head = 1.5 * float(points[CHIN, 1] - points[:468, 1].min())
    mask = largest((chance(pixels) > 0.75).astype(np.uint8))
    framed = cv2.copyMakeBorder(mask, 64, 64, 64, 64, cv2.BORDER_REPLICATE)
    smaller = cv2.erode(framed, disc(inset * head)).astype(np.float32)
    soft = cv2.GaussianBlur(smaller, (0, 0), 0.012 * head)
    alpha = np.clip((soft - 0.5) * (0.012 * head * 2.5 / 1.5) + 0.5, 0, 1)[64:-64, 64:-64]
    light = to_light(pixels / np.float32(255))
    return Cutout(alpha.astype(np.float32), spread(light, (alpha > 0.5).astype(np.float32)), points)


def backdrop(light: Floats, free: NDArray[np.bool_]) -> Floats:
    """The plain backdrop everywhere: what is seen of it, softened, and carried on behind the person."""
    height, width = free.shape
    small = cv2.resize(light * free[..., None], (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    weight = cv2.resize(free.astype(np.float32), (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    total = cv2.GaussianBlur(small, (0, 0), 5)
    seen = cv2.GaussianBlur(weight, (0, 0), 5)
    known = (seen > 0.02).astype(np.float32)
    filled = spread(total / np.maximum(seen, 1e-4)[..., None], known)
    return np.asarray(cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def bare(pixels: Bytes) -> Cutout:
    """`keyed` for a head without hair: what is thin (a glasses' temple of the backdrop's own white) goes."""
    return keyed(pixels, thin=0.016)


def keyed(pixels: Bytes, band: float = 0.05, thin: float = 0) -> Cutout:
    """The person before a plain backdrop, whatever its colour, strands and all; `band` head heights wide is
    what may be soft, and what is thinner than `thin` is dropped."""
    points = landmarks(pixels)
    head = 1.5 * float(points[CHIN, 1] - points[:468, 1].min())
    light = to_light(pixels / np.float32(255))
    probability = chance(pixels)
    body = cv2.morphologyEx(largest((probability > 0.5).astype(np.uint8)), cv2.MORPH_CLOSE, disc(0.02 * head))
    inner = cv2.erode(
        cv2.copyMakeBorder(body, 99, 99, 99, 99, cv2.BORDER_REPLICATE), disc(band * head * 0.7)
    )[99:-99, 99:-99]
    outer = cv2.dilate(body, disc(band * head))
    behind = backdrop(light, (outer == 0) & (probability < 0.05))
    # What has surely left the backdrop's colour teaches the person's colour near it.
    noise = 3 * float(np.median(np.linalg.norm(light - behind, axis=-1)[outer == 0])) + 0.01
    away = np.linalg.norm(light - behind, axis=-1)
    sure = (
        (inner > 0) | ((outer > 0) & (away > 4 * noise) & (away > 0.6 * cv2.dilate(away, disc(3))))
    ).astype(np.float32)
    close = [cv2.GaussianBlur(x, (0, 0), 0.012 * head) for x in (light * sure[..., None], sure)]
    ahead = spread(close[0] / np.maximum(close[1], 1e-4)[..., None], (close[1] > 0.05).astype(np.float32))
    axis = ahead - behind
    alpha = ((light - behind) * axis).sum(-1) / ((axis * axis).sum(-1) + 1e-4)
    alpha = np.clip((alpha - 0.08) / 0.82, 0, 1) * (outer > 0)
    alpha = np.maximum(alpha, inner).astype(np.float32)
    # Threads of the backdrop's own brightness inside cloth and hair: noise of the key, not gaps.
    alpha = np.asarray(cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, disc(3)), np.float32)
    if thin:
        alpha = np.asarray(cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, disc(thin * head / 2)), np.float32)
        alpha = np.asarray(cv2.morphologyEx(alpha, cv2.MORPH_OPEN, disc(thin * head / 2)), np.float32)
    # Broad half-transparency is the key's doubt too: no person is glass.
    broad = cv2.morphologyEx(alpha, cv2.MORPH_OPEN, disc(4))
    alpha = np.clip(alpha - np.where(broad < 0.75, broad, 0), 0, 1).astype(np.float32)
    alpha *= cv2.dilate(largest((alpha > 0.3).astype(np.uint8)), disc(6))
    share = alpha[..., None]
    own = np.clip((light - (1 - share) * behind) / np.maximum(share, 0.3), 0, 1)
    blend = np.clip((share - 0.6) / 0.38, 0, 1)
    clean = unspilled(blend * own + (1 - blend) * ahead, ahead, behind, cv2.erode(inner, disc(0.03 * head)))
    return Cutout(alpha, clean, points)


def unspilled(light: Floats, ahead: Floats, behind: Floats, deep: Bytes) -> Floats:
    """Near the edge, without the backdrop's hue: a rim in it would give the person away before any other."""
    grey = light.mean(-1, keepdims=True) / np.maximum(ahead.mean(-1, keepdims=True), 1e-3)
    excess = light - np.clip(grey, 0, 3) * ahead
    tint = behind - behind.mean(-1, keepdims=True)
    share = np.maximum((excess * tint).sum(-1), 0) / ((tint * tint).sum(-1) + 1e-3)
    return np.clip(light - (share * (deep == 0))[..., None] * tint, 0, 1).astype(np.float32)
