"""Whether a photo will do for a portrait."""

from __future__ import annotations

from faceproof.imaging.frame import Frame
from faceproof.intake.checks import CHECKS
from faceproof.intake.verdict import Verdict
from faceproof.intake.view import look


def examine(frame: Frame) -> Verdict:
    """Look at a frame with every check, in order. About 60 ms for 2 MP, 130 ms when it has to be turned."""
    view = look(frame)
    findings = tuple(finding for check in CHECKS for finding in check(view))
    return Verdict(findings, view.frame, view.face)
