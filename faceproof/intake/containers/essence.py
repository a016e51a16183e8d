"""The part of a file that the decoder gets to see, and what it will cost."""

from __future__ import annotations

from dataclasses import dataclass

from faceproof.imaging.codec.exif import NOTHING, Exif
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import Limits


@dataclass(frozen=True, slots=True)
class Essence:
    """`width` and `height` as stored, before turning. `icc` may be deflated (`icc_deflated`, PNG)."""

    kind: str
    width: int
    height: int
    data: bytes
    icc: bytes = b""
    icc_deflated: bool = False
    exif: Exif = NOTHING
    scans: int = 1
    bytes_per_pixel: float = 4.0
    """What the decoder needs for each declared pixel, beside the finished frame; measured."""

    def check(self, limits: Limits) -> None:
        """Raise IntakeError unless size, shape and cost are inside the limits."""
        long, short = max(self.width, self.height), min(self.width, self.height)
        if short < 1:
            raise IntakeError("corrupt", f"{self.kind} of {self.width} x {self.height}")
        if long > short * limits.max_aspect:
            raise IntakeError("odd_shape", f"{self.width} x {self.height}")
        if self.width * self.height > limits.max_pixels or long > limits.max_side:
            raise IntakeError("too_many_pixels", f"{self.width} x {self.height}")
        if short < limits.min_side:
            raise IntakeError("too_small", f"{self.width} x {self.height}")
        if self.scans > 1 and self.scans * self.width * self.height > limits.max_scanned:
            raise IntakeError("too_complex", f"{self.scans} scans of {self.width} x {self.height}")
        if self.width * self.height * self.bytes_per_pixel > limits.memory:
            raise IntakeError("too_many_pixels", f"{self.width} x {self.height} as {self.kind}")
