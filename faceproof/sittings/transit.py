"""A photo in memory, from the moment it is handed in until it is let go of."""

from __future__ import annotations

import time
from collections.abc import Callable

from faceproof.darkroom import Proof
from faceproof.darkroom.pool import Busy
from faceproof.organisations.models import Member
from faceproof.sittings import closing, keeping, studio
from faceproof.sittings.exposure import Box, Upload
from faceproof.sittings.line import Stage
from faceproof.sittings.models import Sitting


class Case:
    """One sitting in the line (`line.Case`).

    Args:
        work: the step itself (`flow`). asks: whether there is somebody to ask.
    """

    def __init__(
        self,
        member: Member,
        sitting: Sitting,
        upload: Upload,
        keep_days: int | None,
        work: Callable[[Case], Stage | None],
        *,
        asks: bool = True,
    ) -> None:
        self.member, self.sitting, self.keep_days, self.asks = member, sitting, keep_days, asks
        self.key, self.size = sitting.id, upload.size
        self.faces: tuple[Box, ...] = ()
        self.kept = False  # whether a picture of it was kept
        self.seen = False  # whether a turn in the darkroom was had
        self.glimpse = b""  # a small first picture, marked, while many wait; in memory only
        self._work, self._upload, self._started = work, upload, time.monotonic()

    @property
    def upload(self) -> Upload:
        """The photo, as long as it is held."""
        return self._upload

    def keep(self, made: Proof) -> bool:
        """As `keeping.accept`, for `expose`."""
        wanted = keeping.accept(self.member, self.sitting, made)
        self.kept = self.kept or wanted
        return wanted

    def wants_glimpse(self) -> bool:
        """Whether a small picture comes first: in transit, when many wait and this person has none yet."""
        early = self.asks and self.sitting.custody == "transit" and not (self.glimpse or self.seen)
        self.seen = True
        return early and studio.line().crowded()

    def show(self, preview: bytes) -> None:
        """Hold a small picture for the person to see until the first one in full size is there."""
        self.glimpse = preview

    def let_go(self) -> int:
        """Drop the photo; returns how long it was held, in ms: the time that is told."""
        self._upload, self.glimpse = Upload(b""), b""
        return round((time.monotonic() - self._started) * 1000)

    def step(self) -> Stage | None:
        """As `line.Case.step`; whatever goes wrong, the person is told."""
        try:
            return self._work(self)
        except Busy:
            raise
        except Exception:
            closing.cut_short(self.member, self.sitting, "engine_failed", self.let_go())
            raise

    def expire(self, stage: Stage) -> None:
        """As `line.Case.expire`."""
        held_ms = self.let_go()
        if stage is Stage.HELD:
            closing.unanswered(self.member, self.sitting, held_ms)
        else:
            closing.cut_short(self.member, self.sitting, "too_slow", held_ms)
