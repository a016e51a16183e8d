"""Is the whole head in the picture? Hair may touch the edge; chin, cheeks and crown may not be missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from faceproof.imaging.face import OVAL
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

TOLERANCE = 0.02
"""Of the face's height: the mesh is no more exact than that."""
CROWN = 0.10
"""Room needed above the oval, of the face's height. The skull reaches about 0.25 above it; portraits cut a
little into the hair on purpose, and the tightest accepted one at hand leaves 0.37."""


def check(view: View) -> Iterator[Finding]:
    if view.face is None:
        return
    oval = view.face.landmarks[OVAL, :2]
    width, height = view.frame.width, view.frame.height
    face_height = float(np.ptp(oval[:, 1])) or 1.0
    room = {
        "above": oval[:, 1].min() / face_height - CROWN,
        "below": (height - oval[:, 1].max()) / face_height + TOLERANCE,
        "left": oval[:, 0].min() / face_height + TOLERANCE,
        "right": (width - oval[:, 0].max()) / face_height + TOLERANCE,
    }
    least = float(min(room.values()))
    if least < 0.0:
        yield Finding("head_cut_off", "refuse", least, 0.0)
