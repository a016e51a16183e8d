"""Does the person look roughly into the camera?"""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

YAW = 25.0
"""Degrees. Beyond it half of the face is invisible to every later step."""
PITCH = 25.0
"""Degrees, and coarse: anatomy alone moves it by 5 to either side; accepted portraits span -11..12."""


def check(view: View) -> Iterator[Finding]:
    if view.face is None:
        return
    if abs(view.face.yaw) > YAW:
        yield Finding("turned_away", "refuse", abs(view.face.yaw), YAW)
    elif abs(view.face.pitch) > PITCH:
        yield Finding("turned_away", "refuse", abs(view.face.pitch), PITCH)
