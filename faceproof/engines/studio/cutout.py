"""The matte: how much of each canvas pixel is the person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.matte import UNKNOWN, Level, solve, transfer

from . import familiar, flyaways, holes, sampling, strands, trimap
from .crop import CHIN
from .fields import blur, disc, enlarge, f32, grow, largest_part, part_of, reduce, runs
from .person import to_side

Floats = NDArray[np.float32]

SOLVE_SIDE = 256
"""Side that the system is solved at, or a quarter of a canvas of more than three times that; the canvas gets
its alpha from the solved colour model. On 32 truths SAD was 8.62 at 256 as at 360, MSE 27.7 to 27.8, gradient
14.7 to 15.1, composite 15.8 to 15.9: strands are drawn afterwards, at full size, anyway."""
TRUST_COLOUR, TRUST_NET = 0.15, 0.15
"""Weights of the two opinions against the matting Laplacian."""
MUTE_NET = 0.6
"""Added weight of the net well inside the person where colours say nothing."""
SURE = 0.99
"""What an enlarged trimap must keep of a sure side; anything mixed is unknown."""
VEIL = 0.03
"""Alpha below this is solver residue, seen as a veil; the rest is stretched to 0..1."""


def cut(
    picture: Floats, person: Floats, points: Floats, inside: NDArray[np.uint8], sketch: bool = False
) -> Floats:
    """(n, n) alpha 0..1. picture (n, n, 3) and person (m, m) 0..1; points (478, 3) px; inside (n, n) 0/1.
    In a sketch it is solved at half the side."""
    side = picture.shape[0]
    most = SOLVE_SIDE // 2 if sketch else SOLVE_SIDE
    work = side // 4 if side > 3 * SOLVE_SIDE else min(side, most)
    small = picture if work == side else reduce(picture, (work, work))
    local = points * np.float32(work / side)
    unsure = trimap.draw(person, local, work)
    level, telling = _opinions(small, unsure, to_side(person, work))
    alpha, model = solve(level)
    unknown = unsure == UNKNOWN
    if work != side:
        wide = enlarge(unsure, (side, side))
        sure = wide >= SURE
        unknown = ~sure & (wide > 1 - SURE)
        alpha = sure.astype(np.float32)
        for part in runs(unknown):
            near = transfer(part_of(model, side, part), picture[part])
            np.copyto(alpha[part], near, where=unknown[part])
    firm = np.clip((to_side(person, work) - 0.80) / 0.15, 0, 1) * (1 - telling)
    firm = enlarge(f32(firm), (side, side))
    alpha = tidy(mend(alpha, firm, points), points, inside)
    light = picture * picture
    sides = strands.colours(light, alpha)
    share = strands.share(light, sides, alpha)
    empty = (unsure == 0) & (cv2.resize(inside, (work, work), interpolation=cv2.INTER_NEAREST) > 0)
    levels = strands.broad(share, 1.6 * float(points[CHIN, 1] - points[:468, 1].min()))
    like = familiar.seen(levels[1], empty, person)
    alpha = strands.measured(light, alpha, unknown, firm, sides, share, like)
    alpha = within(holes.fill(smooth_cloth(alpha, points), picture), inside)
    return f32(np.maximum(alpha, flyaways.hairs(light, alpha, sides, share, points, inside, levels)))


def _opinions(small: Floats, unsure: Floats, probability: Floats) -> tuple[Level, Floats]:
    """What colour and the net say, and how loudly: the net where it is sure, colour where the net is not.

    Two exceptions. A white wrap before a white wall: where colour cannot tell, the net speaks up. A pocket of
    leaves between curls: where the background's hue gives it away, colour speaks against a net that is sure.
    """
    soft = cv2.GaussianBlur(probability, (0, 0), max(0.5, small.shape[0] * 0.003))
    certain = np.clip((np.abs(2 * soft - 1) - 0.3) / 0.6, 0, 1)
    inner = np.clip((soft - 0.80) / 0.15, 0, 1)
    # Where the net is sure of the background nobody asks for colour: half of the band, half of the time.
    alpha, trust, telling = sampling.opinion(small, unsure, (certain < 1) | (inner > 0), soft < 0.8)
    telling = telling * trust * inner * (alpha < 0.5)
    net = certain * (TRUST_NET + MUTE_NET * inner * (1 - 0.6 * trust) * (1 - telling))
    doubt = (1 - certain) * np.where((soft > 0.6) & (alpha < 0.5), 0.35, 1)
    colour = TRUST_COLOUR * trust * np.maximum(doubt, telling)
    weight = colour + net
    value = (colour * alpha + net * (soft > 0.5)) / (weight + 1e-6)
    return Level(small, unsure, f32(value), f32(weight)), f32(telling)


def mend(alpha: Floats, firm: Floats, points: Floats) -> Floats:
    """Close thin dips inside the person (sheen of hair, seams) where the net is `firm` 0..1 and no hue
    tells of a pocket; a bright backdrop would shine through them."""
    head = 1.6 * float(points[CHIN, 1] - points[:468, 1].min())
    half = (alpha.shape[1] // 2, alpha.shape[0] // 2)
    closed = _morphed(reduce(alpha, half), cv2.MORPH_CLOSE, max(1, round(0.007 * head)))
    gain = enlarge(closed, (alpha.shape[1], alpha.shape[0]))
    gain -= alpha
    np.maximum(gain, 0, out=gain)
    gain *= firm
    gain += alpha
    return gain


def _morphed(alpha: Floats, how: int, radius: int) -> Floats:
    """Opened or closed by a disc; in 16 bits, which is twice as fast and finer than any matte."""
    levels = (alpha * np.float32(65535) + np.float32(0.5)).astype(np.uint16)
    return np.multiply(cv2.morphologyEx(levels, how, disc(radius)), np.float32(1 / 65535), dtype=np.float32)


def tidy(alpha: Floats, points: Floats, inside: NDArray[np.uint8]) -> Floats:
    """Take the veil off, decide broad doubt, drop islands; leave hair as it is."""
    alpha = (alpha - np.float32(VEIL)) * np.float32(1 / (1 - 2 * VEIL))
    np.clip(alpha, 0, 1, out=alpha)
    alpha = within(_decide(alpha, points), inside)
    alpha *= _attached(alpha, points)
    return alpha


def within(alpha: Floats, inside: NDArray[np.uint8]) -> Floats:
    """`alpha` where the canvas lies inside the photo, 0 elsewhere."""
    return f32(cv2.copyTo(alpha, inside))


def _attached(alpha: Floats, points: Floats) -> Floats:
    """0..1: the person's largest part and what lies within a short strand of it."""
    side = alpha.shape[0]
    quarter = (side // 4, side // 4)
    head = 0.4 * float(points[CHIN, 1] - points[:468, 1].min())
    body = largest_part((reduce(alpha, quarter) > 0.5).astype(np.uint8))
    return np.clip(enlarge(grow(body, max(2.0, 0.04 * head)).astype(np.float32), (side, side)) * 2, 0, 1)


def _decide(alpha: Floats, points: Floats) -> Floats:
    """Broad half-transparency is doubt, not hair: push it to the nearer side. Strands are thin and pass."""
    head = 1.6 * float(points[CHIN, 1] - points[:468, 1].min())
    radius = max(1, round(0.005 * head))
    size = (alpha.shape[1], alpha.shape[0])
    small = reduce(alpha, (size[0] // 2, size[1] // 2))
    low = blur(_morphed(small, cv2.MORPH_OPEN, radius), radius * 0.5)
    high = blur(_morphed(small, cv2.MORPH_CLOSE, radius), radius * 0.5)
    # Under 0.5 the broad part (what an opening leaves) goes, over 0.5 the broad gap (what a closing
    # fills) closes.
    change = (1 - high) * np.clip((high - 0.38) / 0.3, 0, 1) - low * np.clip((0.62 - low) / 0.3, 0, 1)
    result = enlarge(f32(change), size)
    result += alpha
    return np.clip(result, 0, 1, out=result)


def smooth_cloth(alpha: Floats, points: Floats) -> Floats:
    """Below the chin, where the edge is narrow (no strands), run it smooth: the net's steps show there."""
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
