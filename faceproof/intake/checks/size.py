"""Are there enough pixels in the face?"""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

REFUSED_IOD = 40.0
"""Pixels between the irises. Below it a headshot would hold under 300 px and a passport scan does better."""
FEW_IOD = 90.0
"""Below it the common 800 px headshot would have to be invented in part; only smaller formats are offered."""


def check(view: View) -> Iterator[Finding]:
    if view.face is None:
        return
    if view.face.iod < REFUSED_IOD:
        yield Finding("face_too_small", "refuse", view.face.iod, REFUSED_IOD)
    elif view.face.iod < FEW_IOD:
        yield Finding("few_pixels", "warn", view.face.iod, FEW_IOD)
