"""The door for photos: `admit` turns untrusted bytes into a frame, `examine` says whether it will do."""

from faceproof.intake.asking import TASTE, WHICH, may_ask
from faceproof.intake.door import admit, admitted_types
from faceproof.intake.errors import IntakeError
from faceproof.intake.examination import examine
from faceproof.intake.limits import LIMITS, Limits
from faceproof.intake.verdict import Finding, Verdict

__all__ = [
    "LIMITS",
    "TASTE",
    "WHICH",
    "Finding",
    "IntakeError",
    "Limits",
    "Verdict",
    "admit",
    "admitted_types",
    "examine",
    "may_ask",
]
