from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof.imaging.matte import UNKNOWN, ClosedForm, Level, _around, foreground, snap, solve, transfer

Floats = NDArray[np.float32]


def noise(*shape: int, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).random(shape, np.float32)


def hairy(side: int = 192, seed: int = 3) -> tuple[Floats, Floats, Floats]:
    """A dark head with strands before a busy wall: picture, alpha and the head's colours, all known."""
    rng = np.random.default_rng(seed)
    alpha = np.zeros((side * 4, side * 4), np.uint8)
    middle = side * 2
    cv2.circle(alpha, (middle, middle), side, 255, -1, cv2.LINE_AA)
    for angle in rng.uniform(0, 2 * np.pi, 160):
        start = middle + side * np.array([np.cos(angle), np.sin(angle)])
        bend = angle + rng.uniform(-0.7, 0.7)
        stop = start + side * rng.uniform(0.08, 0.22) * np.array([np.cos(bend), np.sin(bend)])
        cv2.line(
            alpha,
            tuple(start.astype(int)),
            tuple(stop.astype(int)),
            255,
            int(rng.integers(3, 7)),
            cv2.LINE_AA,
        )
    truth = cv2.resize(alpha, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    head = np.clip(cv2.GaussianBlur(noise(side, side, 3, seed=seed), (0, 0), 2) * 0.5 - 0.10, 0, 1)
    wall = np.clip(cv2.GaussianBlur(noise(side, side, 3, seed=seed + 1), (0, 0), 9) * 3 - 0.7, 0.35, 1)
    picture = truth[..., None] * head + (1 - truth[..., None]) * wall
    return picture.astype(np.float32), truth, head.astype(np.float32)


def banded(truth: Floats, width: int = 9) -> Floats:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    low, high = cv2.erode(truth, kernel), cv2.dilate(truth, kernel)
    return np.where(low >= 1, 1, np.where(high <= 0, 0, UNKNOWN)).astype(np.float32)


def unopinionated(picture: Floats, trimap: Floats) -> Level:
    return Level(picture, trimap, np.full_like(trimap, 0.5), np.zeros_like(trimap))


def test_a_flat_matte_costs_nothing() -> None:
    assert np.abs(ClosedForm(noise(24, 24, 3)).apply(np.full((24, 24), 0.7, np.float32))).max() < 1e-4


def test_a_matte_that_follows_the_colour_costs_nothing() -> None:
    picture = noise(24, 24, 3)
    follows = (picture @ np.array([0.2, 0.5, 0.1], np.float32) + 0.1).astype(np.float32)
    assert np.abs(ClosedForm(picture, 1e-7).apply(follows)).max() < 5e-3


def test_the_laplacian_is_symmetric_and_never_pays() -> None:
    laplacian, one, two = ClosedForm(noise(20, 20, 3)), noise(20, 20, seed=2), noise(20, 20, seed=3)
    left, right = np.vdot(one, laplacian.apply(two)), np.vdot(two, laplacian.apply(one))
    inner = np.s_[3:-3, 3:-3]
    assert left == pytest.approx(right, rel=0.05)
    assert np.vdot(one, laplacian.apply(one)) > 0
    assert np.abs(laplacian.apply(one)[inner]).max() > 0.1


def test_sure_pixels_come_back_exactly() -> None:
    picture, truth, _ = hairy(96)
    trimap = banded(truth)
    alpha, _ = solve(unopinionated(picture, trimap))
    assert (alpha[trimap == 0] == 0).all()
    assert (alpha[trimap == 1] == 1).all()
    assert alpha.min() >= 0
    assert alpha.max() <= 1


def test_strands_come_back_better_than_any_threshold_of_the_trimap() -> None:
    picture, truth, _ = hairy()
    trimap = banded(truth)
    alpha, _ = solve(unopinionated(picture, trimap))
    band = trimap == UNKNOWN
    ours, naive = np.abs(alpha - truth)[band].mean(), np.abs(trimap - truth)[band].mean()
    assert ours < 0.10
    assert naive > 3 * ours


def test_an_opinion_is_heard_where_colour_says_nothing() -> None:
    flat = np.full((48, 48, 3), 0.5, np.float32)
    trimap = np.full((48, 48), UNKNOWN, np.float32)
    trimap[:4], trimap[-4:] = 0, 1
    opinion = np.zeros((48, 48), np.float32)
    opinion[24:] = 1
    alpha, _ = solve(Level(flat, trimap, opinion, np.full_like(opinion, 0.5)))
    assert alpha[12].mean() < 0.1
    assert alpha[36].mean() > 0.9


def test_a_small_solution_serves_the_large_picture() -> None:
    picture, truth, _ = hairy(256)
    small = cv2.resize(picture, (128, 128), interpolation=cv2.INTER_AREA)
    trimap = snap(cv2.resize(banded(truth), (128, 128), interpolation=cv2.INTER_AREA))
    solved, model = solve(unopinionated(small, trimap))
    band = banded(truth) == UNKNOWN
    large = cv2.resize(solved, (256, 256), interpolation=cv2.INTER_LINEAR)
    assert np.abs(transfer(model, picture) - truth)[band].mean() < 0.9 * np.abs(large - truth)[band].mean()


def test_the_foreground_is_freed_of_the_background() -> None:
    picture, truth, head = hairy()
    found, near, far, wide = foreground(picture, truth, lambda values, weight: values)
    edge = (truth > 0.1) & (truth < 0.9)
    assert np.abs(found - head)[edge].mean() < 0.35 * np.abs(picture - head)[edge].mean()
    assert (found[truth == 1] == picture[truth == 1]).all()
    assert near.shape == far.shape == picture.shape
    assert wide.shape == (48, 48, 3)
    assert far[:32].mean() > near[:32].mean()


def test_the_same_input_gives_the_same_bits() -> None:
    picture, truth, _ = hairy(96)
    level = unopinionated(picture, banded(truth))
    assert (solve(level)[0] == solve(level)[0]).all()


def test_windows_among_sure_pixels_need_no_covariance() -> None:
    """The solution is the same as with all of them, and no window around an unknown pixel is left out."""
    picture, truth, _ = hairy()
    trimap = banded(truth)
    some, everywhere = ClosedForm(picture, asked=_around(trimap == UNKNOWN)), ClosedForm(picture)
    alpha = np.where(trimap == UNKNOWN, truth, trimap).astype(np.float32)
    assert np.abs(some.apply(alpha) - everywhere.apply(alpha)).max() < 1e-3
    unknown = trimap == UNKNOWN
    near = np.abs(some.coefficients(alpha) - everywhere.coefficients(alpha))[unknown]
    assert near.max() < 1e-3
