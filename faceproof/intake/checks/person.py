"""Is there a face, and is it surely a person's?

What this cannot do: a painting or a good drawing of a person passes, as it does in every face detector.
Measured on the Mona Lisa: detector 0.96, presence 1.00.
"""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.verdict import Finding
from faceproof.intake.view import SURE, View


def check(view: View) -> Iterator[Finding]:
    if view.face is None:
        yield Finding("no_face", "refuse")
    elif view.face.score < SURE:
        yield Finding("not_a_person", "refuse", view.face.score, SURE)
