"""Is the face sharp? Measured at the size it will have in a headshot, so a huge soft photo may still do."""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.checks.texture import ALONG, LAPLACIAN, detail
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

SHARPNESS = 0.010
"""Energy of the Laplacian over the variance of the face, without noise (no unit). The softest of 17
accepted portraits has 0.053; blurring them by a sigma of 1 % of the eye distance leaves 0.012-0.025, by 2 %
0.002-0.003."""
SOFT = 0.035
MOTION = 0.12
"""Detail along the poorer of two crossed directions over the richer one. Portraits have 0.31 at least,
mostly 0.8; a movement by 6 % of the eye distance leaves 0.04-0.13, by 12 % 0.02-0.07."""
SOME_MOTION = 0.2


def check(view: View) -> Iterator[Finding]:
    if view.face is None:
        return
    sharpness = detail(view.grey, view.skin, LAPLACIAN)
    if sharpness < SHARPNESS:
        yield Finding("blurred", "refuse", sharpness, SHARPNESS)
        return
    even = evenness(view)
    if even < MOTION:
        yield Finding("blurred", "refuse", even, MOTION)
    elif sharpness < SOFT:
        yield Finding("blurred", "warn", sharpness, SOFT)
    elif even < SOME_MOTION:
        yield Finding("blurred", "warn", even, SOME_MOTION)


def evenness(view: View) -> float:
    """Detail along the poorer of two crossed directions over the richer one, 0..1: movement wipes out one."""
    along = {name: detail(view.grey, view.skin, kernel) for name, kernel in ALONG.items()}
    return min(_ratio(along["across"], along["down"]), _ratio(along["rising"], along["falling"]))


def _ratio(one: float, other: float) -> float:
    return min(one, other) / max(one, other, 1e-9)
