"""What the checks found, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from faceproof.imaging.face import Face
from faceproof.imaging.frame import Frame


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `value` was measured, `limit` is where the check draws its line; units as in the check."""

    code: str
    severity: Literal["refuse", "warn"]
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`frame` is upright even when the photo was not; `face` is the one that a portrait would show."""

    findings: tuple[Finding, ...]
    frame: Frame
    face: Face | None
    faces: tuple[tuple[float, float, float, float], ...] = ()
    """Left, top, width, height of those that count, as `asking.boxes`: to ask which one is the person's."""

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against making a portrait of it."""
        return all(finding.severity != "refuse" for finding in self.findings)
