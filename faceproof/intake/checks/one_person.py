"""Is there one person only? A portrait of two has no owner who could consent alone."""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

SIZE = 0.4
"""Share of the main face's size from which another counts; passers-by and pictures on walls are smaller."""
SCORE = 0.7


def check(view: View) -> Iterator[Finding]:
    if not view.detections:
        return
    main = view.detections[0].side
    count = sum(other.side > SIZE * main and other.score > SCORE for other in view.detections)
    if count > 1:
        yield Finding("several_faces", "refuse", count, 1)
