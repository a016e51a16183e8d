"""An error on its way from a darkroom process to its pool: as plain values, because exceptions do not
travel well."""

from __future__ import annotations

from dataclasses import dataclass

from faceproof.darkroom import Examined, Refused
from faceproof.engines import EngineError
from faceproof.finishing import FinishingError
from faceproof.imaging.nets import NetError
from faceproof.intake import IntakeError
from faceproof.marking import MarkError

KINDS = {kind.__name__: kind for kind in (IntakeError, FinishingError, MarkError)}
KNOWN = (IntakeError, Refused, EngineError, FinishingError, MarkError, NetError)

DONE = "done"
"""What a process says when every proof of an order is made."""
ON, ENOUGH = "on", "enough"
"""What it is told after each proof: make the next, or put the photo away."""


@dataclass(frozen=True, slots=True)
class Failure:
    """``kind`` is the class's name; ``examined`` is there for a refused photo only."""

    kind: str
    code: str = ""
    detail: str = ""
    retry: bool = False
    examined: Examined | None = None

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """The values of one of `KNOWN`."""
        if isinstance(error, Refused):
            return cls("Refused", examined=error.examined)
        code, detail = getattr(error, "code", "engine_failed"), getattr(error, "detail", str(error))
        return cls(type(error).__name__, code, detail, getattr(error, "retry", False))

    def error(self) -> Exception:
        """The same error again."""
        if self.examined is not None:
            return Refused(self.examined)
        if self.kind in KINDS:
            return KINDS[self.kind](self.code, self.detail)
        return EngineError(self.code, self.detail, retry=self.retry)
