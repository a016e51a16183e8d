"""Alpha mattes: matrix-free closed-form matting and foreground colours, numpy and OpenCV only.

The matting Laplacian of Levin, Lischinski and Weiss ("A Closed-Form Solution to Natural Image Matting",
TPAMI 2008) applied to a vector is one guided-filter pass (He, Sun and Tang, "Fast matting using large kernel
matting Laplacian matrices", CVPR 2010), so the system is solved by conjugate gradients without ever building
a matrix: the error of a sparse solver in a tenth of its time (docs/studio.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .colour import Field, Picture

Coefficients = NDArray[np.float32]
"""(h, w, 4): alpha is three weights times the colour plus an offset. Smooth, so it may be enlarged."""

UNKNOWN = np.float32(0.5)
CERTAIN = 100.0
"""Weight that ties sure pixels to their value (Levin et al. use 100)."""


def _box(values: NDArray[Any], radius: int) -> NDArray[np.float32]:
    side = 2 * radius + 1
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT))


def _resize(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _window(plane: Field) -> Field:
    """Mean of every 3 x 3 window. Twice as fast as cv2.blur, which adds up in double."""
    third = np.full(3, 1 / 3, np.float32)
    return np.asarray(cv2.sepFilter2D(plane, -1, third, third, borderType=cv2.BORDER_REFLECT), np.float32)


class ClosedForm:
    """The matting Laplacian of one picture as an operator. `picture` (h, w, 3) 0..1, window 3x3.

    Where nothing is `asked` (h, w; default: everywhere) alpha is taken for constant in a window, as it is
    among sure pixels: the covariances are inverted for a third of the windows.
    """

    def __init__(
        self, picture: Picture, epsilon: float = 1e-5, asked: NDArray[np.bool_] | None = None
    ) -> None:
        self.centre = [np.float32(middle) for middle in cv2.mean(picture)[:3]]
        self.planes = planes = [
            np.asarray(plane - middle, np.float32)
            for plane, middle in zip(cv2.split(picture), self.centre, strict=True)
        ]
        self.mean = means = [_window(plane) for plane in planes]
        where = np.flatnonzero(np.ones(picture.shape[:2], np.bool_) if asked is None else asked)

        def covariance(one: int, two: int) -> NDArray[np.float64]:
            found = _window(planes[one] * planes[two]) - means[one] * means[two]
            return found.ravel().take(where).astype(np.float64) + (epsilon if one == two else 0)

        rr, rg, rb, gg, gb, bb = (
            covariance(*pair) for pair in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
        )
        # Double: the determinant is a difference of nearly equal numbers, and epsilon is small.
        inverse = [gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb]
        scale = 1 / (rr * inverse[0] + rg * inverse[1] + rb * inverse[2])
        inverse += [rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg]
        self.inverse = [np.zeros(picture.shape[:2], np.float32) for _ in inverse]
        for field, term in zip(self.inverse, inverse, strict=True):
            field.ravel()[where] = term * scale

    def _fit(self, alpha: Field) -> list[Field]:
        """Three weights and an offset around every pixel, (h, w) each."""
        middle = _window(alpha)
        c0, c1, c2 = (
            _window(plane * alpha) - mean * middle for plane, mean in zip(self.planes, self.mean, strict=True)
        )
        i00, i01, i02, i11, i12, i22 = self.inverse
        weights = (
            i00 * c0 + i01 * c1 + i02 * c2,
            i01 * c0 + i11 * c1 + i12 * c2,
            i02 * c0 + i12 * c1 + i22 * c2,
        )
        for weight, mean in zip(weights, self.mean, strict=True):
            middle -= weight * mean
        return [_window(plane) for plane in (*weights, middle)]

    def apply(self, alpha: Field) -> Field:
        """The Laplacian times `alpha`."""
        *weights, offset = self._fit(alpha)
        rest = alpha - offset
        for weight, plane in zip(weights, self.planes, strict=True):
            rest -= weight * plane
        return rest * np.float32(9)

    def coefficients(self, alpha: Field) -> Coefficients:
        """Local linear model colour -> alpha, in terms of the picture as it was given."""
        *weights, offset = self._fit(alpha)
        for weight, centre in zip(weights, self.centre, strict=True):
            offset -= weight * centre
        return np.asarray(cv2.merge([*weights, offset]), np.float32)


def transfer(coefficients: Coefficients, picture: Picture) -> Field:
    """Alpha 0..1 of a larger `picture` from the model solved on a smaller one."""
    height, width = picture.shape[:2]
    if coefficients.shape[:2] != (height, width):
        size = (width, height)
        coefficients = np.asarray(cv2.resize(coefficients, size, interpolation=cv2.INTER_LINEAR), np.float32)
    *weights, offset = cv2.split(coefficients)
    alpha = np.asarray(offset, np.float32)
    for weight, plane in zip(weights, cv2.split(picture), strict=True):
        alpha += np.asarray(weight * plane, np.float32)
    return np.clip(alpha, 0, 1)


def conjugate_gradient(
    system: Callable[[Field], Field], target: Field, start: Field, scale: Field, steps: int, tolerance: float
) -> Field:
    """Solve `system(x) = target` from `start`, with the diagonal preconditioner `scale`."""
    x = start.copy()
    residual = target - system(x)
    direction = scale * residual
    product = float(np.vdot(residual, direction))
    enough = tolerance**2 * (float(np.vdot(target, target)) + 1e-9)
    for _ in range(steps):
        step = system(direction)
        length = product / (float(np.vdot(direction, step)) + 1e-20)
        x += np.float32(length) * direction
        residual -= np.float32(length) * step
        if float(np.vdot(residual, residual)) < enough:
            break
        scaled = scale * residual
        following = float(np.vdot(residual, scaled))
        direction = scaled + np.float32(following / product) * direction
        product = following
    return x


@dataclass(frozen=True, slots=True)
class Level:
    """What the solver knows at one size: the picture, the trimap (0, 0.5, 1) and a soft opinion with
    weight."""

    picture: Picture
    trimap: Field
    opinion: Field
    weight: Field

    def half(self) -> Level:
        size = (self.trimap.shape[1] // 2, self.trimap.shape[0] // 2)
        weight = cv2.resize(self.weight, size, interpolation=cv2.INTER_AREA)
        opinion = cv2.resize(self.opinion * self.weight, size, interpolation=cv2.INTER_AREA) / (weight + 1e-6)
        trimap = snap(cv2.resize(self.trimap, size, interpolation=cv2.INTER_AREA))
        picture = _resize(self.picture, size)
        return Level(picture, trimap, np.asarray(opinion, np.float32), np.asarray(weight, np.float32))


def snap(trimap: NDArray[Any]) -> Field:
    """A resized trimap back to exactly 0, 0.5 or 1; anything mixed is unknown."""
    return np.where(trimap <= 0.01, 0, np.where(trimap >= 0.99, 1, UNKNOWN)).astype(np.float32)


def solve(
    level: Level, *, epsilon: float = 1e-5, steps: tuple[int, ...] = (60, 40, 25), tolerance: float = 1e-4
) -> tuple[Field, Coefficients]:
    """Alpha (h, w) 0..1 of `level` and its colour model, coarse to fine over `len(steps)` halvings.

    Sure pixels of the trimap come back exactly 0 or 1. `steps` are the iterations from coarse to fine.
    """
    pyramid = [level]
    for _ in steps[1:]:
        pyramid.append(pyramid[-1].half())
    alpha = pyramid[-1].opinion
    model: Coefficients | None = None
    for size, count in zip(reversed(pyramid), steps, strict=True):
        if model is not None:
            alpha = transfer(model, size.picture)
        sure = size.trimap != UNKNOWN
        pull, value, start = size.weight.copy(), size.opinion.copy(), alpha.copy()
        np.copyto(pull, np.float32(CERTAIN), where=sure)
        np.copyto(value, size.trimap, where=sure)
        np.copyto(start, size.trimap, where=sure)
        laplacian = ClosedForm(size.picture, epsilon, _around(~sure))
        alpha = conjugate_gradient(
            _system(laplacian, pull),
            pull * value,
            start,
            np.float32(1) / (pull + np.float32(4.5)),
            count,
            tolerance,
        )
        alpha = np.clip(alpha, 0, 1)
        model = laplacian.coefficients(alpha)
    assert model is not None
    found = level.trimap.copy()
    np.copyto(found, alpha, where=level.trimap == UNKNOWN)
    return found, model


def _around(unknown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Every window that has a say in the model of an unknown pixel, or of one beside it."""
    return cv2.dilate(unknown.view(np.uint8), np.ones((7, 7), np.uint8)).view(np.bool_)


def _system(laplacian: ClosedForm, pull: Field) -> Callable[[Field], Field]:
    return lambda x: laplacian.apply(x) + pull * x


def foreground(
    picture: Picture,
    alpha: Field,
    carry: Callable[[Picture, Field], Picture],
    *,
    radius: int = 45,
    reduce: int = 4,
) -> tuple[Picture, Picture, Picture, Picture]:
    """Foreground colours behind a soft edge, the averaged colours on both sides of it, and the person's
    averaged so widely that what is mixed in at the edge does not count: (h / reduce, w / reduce, 3).

    Two passes of blur fusion (Forte, "Approximate fast foreground colour estimation", ICIP 2021): the
    wide one on a picture reduced `reduce` times, `radius` in full pixels. The others are (h, w, 3), all
    0..1. Where alpha is 1 the foreground is the picture, exactly.

    `carry(picture, weight)` fills a picture where its weight (h, w) is 0: further from a side than `radius`
    it has the colour that this side has nearest by, not the picture's, which would be the other side's. A
    pixel teaches with the fourth power of its share: a soft one is mostly of the colour it is to be freed of.
    (Bench of 10 truths: colours off by 25.3 of 255, with plain shares and no carrying 30.2.)
    """
    height, width = alpha.shape
    small = _resize(picture, (width // reduce, height // reduce))
    cover = _resize(alpha, (width // reduce, height // reduce))
    empty = 1 - cover
    beyond = (carry(small, _surely(cover)), carry(small, _surely(empty)))
    taught = (cover * cover, empty * empty)
    taught = (taught[0] * taught[0], taught[1] * taught[1])
    wide = _means(small, small, taught, max(1, radius // reduce), beyond, 1e-2)
    mixed = _freed(small, wide[0], wide[1], _thrice(cover))
    close = _means(mixed, wide[1], (cover, empty), 2, wide, 1e-2)
    near, far = (
        np.asarray(cv2.resize(x, (width, height), interpolation=cv2.INTER_LINEAR), np.float32) for x in close
    )
    found = near.copy()
    cv2.copyTo(picture, (alpha > 0).view(np.uint8), found)
    edge = np.flatnonzero((alpha > 0) & (alpha < 1))
    here, before, behind = (x.reshape(-1, 3).take(edge, 0) for x in (picture, near, far))
    found.reshape(-1, 3)[edge] = _freed(here, before, behind, alpha.ravel().take(edge)[:, None])
    return found, near, far, wide[0]


def _freed(here: Picture, before: Picture, behind: Picture, share: Field) -> Picture:
    """The person's colour of a mixture: what both sides would mix to is replaced by what is there."""
    rest = here - behind
    rest -= share * (before - behind)
    rest *= share
    rest += before
    return np.clip(rest, 0, 1, out=rest)


def _thrice(share: Field) -> Field:
    """(h, w, 3): the same for every channel; numpy takes six times as long over an axis of three."""
    return np.asarray(cv2.merge([share] * 3), np.float32)


def _surely(share: Field) -> Field:
    return np.asarray(np.clip((share - 0.85) / 0.15, 0, 1), np.float32)


def _means(
    front: Picture,
    back: Picture,
    weight: tuple[Field, Field],
    radius: int,
    otherwise: tuple[Picture, Picture],
    little: float,
) -> tuple[Picture, Picture]:
    """Averages of each side around every pixel; where a side weighs `little` or less, the `otherwise`."""
    found = []
    for side, share, instead in zip((front, back), weight, otherwise, strict=True):
        mean = _box(side * _thrice(share), radius) + np.float32(little) * instead
        found.append(mean * _thrice(np.float32(1) / (_box(share, radius) + np.float32(little))))
    return found[0], found[1]
