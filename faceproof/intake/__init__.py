"""The door for photos: `admit` turns untrusted bytes into a frame, `examine` says whether it will do."""

from faceproof.intake.door import admit, admitted_types
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import LIMITS, Limits

__all__ = ["LIMITS", "IntakeError", "Limits", "admit", "admitted_types"]
