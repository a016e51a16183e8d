"""Is there one person only? A portrait of two has no owner who could consent alone."""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.asking import people
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View


def check(view: View) -> Iterator[Finding]:
    count = len(people(view.detections))
    if count > 1 and not view.pointed:
        yield Finding("several_faces", "refuse", count, 1)
