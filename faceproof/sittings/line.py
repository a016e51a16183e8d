"""The line before the darkroom: photos wait in memory, everybody's first picture before anybody's second.

A web thread joins a case and answers its person at once; a few threads of this process, the hands, take the
cases up. What a case is, it knows itself: it has a `step` that a hand runs and that says what comes next.
Nothing here is ever written down. When the process dies the photos are gone, and the clock `interrupted`
tells their people; when the line is full whoever comes next is turned away and still has the photo.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from enum import IntEnum
from itertools import count
from typing import Protocol

from django.db import close_old_connections, connections

from faceproof.darkroom.pool import Busy

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.5  # between two tries of a step that found every darkroom taken
ANSWER_SECONDS = 60.0  # how long a person may think about a question
LATE_SECONDS = 45.0  # so long before its time is up, a photo of which nothing is kept goes before the rest
STEP_SECONDS = 0.7  # what a first turn takes, until it is known; after that the mean, newer ones weigh more
NEWEST = 0.4


class Stage(IntEnum):
    """Where a case stands; of those that wait, `_Place.turn` says who goes first."""

    FIRST = 0  # nothing to see yet
    OWED = 1  # a small picture was seen, none is kept
    REST = 2  # the first picture is there
    HELD = 3  # the person is asked something; no hand takes it up


class Case(Protocol):
    """One photo on its way. `size` in bytes; `step` may raise `Busy`: then it is tried again."""

    key: uuid.UUID
    size: int

    def step(self) -> Stage | None:
        """Work on it; what comes next, None when it is over."""

    def expire(self, stage: Stage) -> None:
        """Its time is up: let go of the photo and tell the person."""


class _Place:
    def __init__(self, case: Case, number: int, deadline: float) -> None:
        self.case, self.number, self.deadline = case, number, deadline
        self.stage = Stage.FIRST
        self.not_before = 0.0
        self.answer_by = deadline

    @property
    def until(self) -> float:
        """When its time is up, as `time.monotonic`."""
        return self.answer_by if self.stage is Stage.HELD else self.deadline

    @property
    def first(self) -> bool:
        """Whether it goes before the rest: nothing to see yet, or soon too late to keep anything."""
        owed = self.stage is Stage.OWED and self.deadline - time.monotonic() < LATE_SECONDS
        return owed or self.stage is Stage.FIRST

    @property
    def turn(self) -> tuple[int, int]:
        """The lowest goes first: who has nothing to see, who might leave with nothing, who came first."""
        return (self.stage if self.first else Stage.REST), self.number


class Line:
    """A bounded line and its hands.

    Args:
        hands: threads that work; one more than there are darkrooms, so that sealing one picture and making
            the next overlap.
        most: how many cases it holds at most. most_bytes: ... and bytes of photos.
        seconds: how long a case may stay in all; after that it expires, waiting or held (R-036).
    """

    def __init__(self, hands: int, *, most: int = 96, most_bytes: int = 512 * 2**20, seconds: float) -> None:
        self.hands, self.most, self.most_bytes, self.seconds = hands, most, most_bytes, seconds
        self._changed = threading.Condition()
        self._places: dict[uuid.UUID, _Place] = {}  # waiting or held
        self._working: dict[uuid.UUID, _Place] = {}
        self._numbers = count()
        self._step_seconds = STEP_SECONDS
        self._crowd = False
        self._threads: list[threading.Thread] = []
        self._closed = False

    def join(self, case: Case) -> None:
        """Take a place. Raises `Busy` when the line is full."""
        with self._changed:
            places = [*self._places.values(), *self._working.values()]
            held = sum(place.case.size for place in places)
            if self._closed or len(places) >= self.most or held + case.size > self.most_bytes:
                raise Busy
            self._start()
            self._crowd = self._crowd and any(place.stage is Stage.FIRST for place in places)
            deadline = time.monotonic() + self.seconds
            self._places[case.key] = _Place(case, next(self._numbers), deadline)
            self._changed.notify()

    def held(self, key: uuid.UUID) -> Case | None:
        """The case that waits for its person's answer."""
        with self._changed:
            place = self._places.get(key)
            return place.case if place is not None and place.stage is Stage.HELD else None

    def resume(self, key: uuid.UUID) -> bool:
        """Back into the line, with the place it had. False when it is not held any more."""
        with self._changed:
            place = self._places.get(key)
            if place is None or place.stage is not Stage.HELD:
                return False
            place.stage = Stage.FIRST
            self._changed.notify()
            return True

    def drop(self, key: uuid.UUID) -> None:
        """Let go of a case that nobody wants any more; one that is worked on finds out by itself."""
        with self._changed:
            self._places.pop(key, None)

    def before(self, key: uuid.UUID) -> int:
        """How many people get their first picture before this one; 0 when its turn has come."""
        with self._changed:
            mine = self._places.get(key)
            if mine is None or mine.stage is not Stage.FIRST:
                return 0
            ahead = sum(place.turn < mine.turn for place in self._places.values())
            return ahead + sum(place.stage is Stage.FIRST for place in self._working.values())

    def wait(self, key: uuid.UUID) -> float | None:
        """Seconds until this one's first picture may be expected; None when its first turn is over."""
        with self._changed:
            place = self._places.get(key) or self._working.get(key)
            if place is None or place.stage is not Stage.FIRST:
                return None
        return (self.before(key) / self.hands + 0.5) * self._step_seconds

    def length(self) -> int:
        """How many photos are here, whatever they wait for."""
        with self._changed:
            return len(self._places) + len(self._working)

    def firsts_wait(self) -> bool:
        """Whether somebody who has no picture yet, or soon never will, waits for a hand."""
        with self._changed:
            return any(place.first for place in self._places.values())

    def crowded(self) -> bool:
        """Whether so many wait for a first picture that a small one for everybody comes first. A crowd that
        was seen stays one until nobody waits: its last would pay for the pictures of the others otherwise."""
        with self._changed:
            waiting = sum(place.stage is Stage.FIRST for place in self._places.values())
            self._crowd = waiting >= 2 * self.hands or (self._crowd and waiting > 0)
            return self._crowd

    def case(self, key: uuid.UUID) -> Case | None:
        """The case, whether it waits, is held or is worked on."""
        with self._changed:
            place = self._places.get(key) or self._working.get(key)
            return place.case if place is not None else None

    def settle(self, seconds: float = 60.0) -> bool:
        """Wait until nothing is worked on or waits for a hand; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._working and self._next() is None, seconds)

    def close(self) -> None:
        """Take nobody in any more, and let the hands end."""
        with self._changed:
            self._closed = True
            self._places.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self) -> None:
        while len(self._threads) < self.hands:
            name = f"hand-{len(self._threads)}"
            self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
            self._threads[-1].start()

    def _next(self) -> _Place | None:
        waiting = [place for place in self._places.values() if place.stage is not Stage.HELD]
        return min(waiting, key=lambda place: place.turn, default=None)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not (self._closed or self._due()):
                    connections.close_all()  # a hand that waits holds no connection
                    self._changed.wait(self._pause())
                if self._closed:
                    return
                place = self._due()
                assert place is not None
                expired = place.until <= time.monotonic()
                self._working[place.case.key] = self._places.pop(place.case.key)
            then, started = None, time.monotonic()
            try:
                if expired:
                    place.case.expire(place.stage)
                else:
                    then = place.case.step()
            except Busy:
                then, place.not_before = place.stage, time.monotonic() + RETRY_SECONDS
            except Exception:  # a defect of ours: the case has told its person, the operator reads the class
                log.exception("a step of a sitting failed")
            finally:
                close_old_connections()
                with self._changed:
                    del self._working[place.case.key]
                    if place.stage is Stage.FIRST and then is not Stage.FIRST and not expired:
                        self._step_seconds += NEWEST * (time.monotonic() - started - self._step_seconds)
                    if then is not None and not self._closed:
                        place.stage = then
                        place.answer_by = min(place.deadline, time.monotonic() + ANSWER_SECONDS)
                        self._places[place.case.key] = place
                    self._changed.notify_all()
            del place  # not a byte of a photo stays while this hand waits for the next

    def _due(self) -> _Place | None:
        """Whose time is up, or whose turn it is."""
        now = time.monotonic()
        late = [place for place in self._places.values() if place.until <= now]
        if late:
            return late[0]
        waiting = (
            place
            for place in self._places.values()
            if place.stage is not Stage.HELD and place.not_before <= now
        )
        return min(waiting, key=lambda place: place.turn, default=None)

    def _pause(self) -> float | None:
        """Seconds until something may become due without anybody saying so."""
        moments = [place.until for place in self._places.values()]
        moments += [p.not_before for p in self._places.values() if p.not_before and p.stage is not Stage.HELD]
        return max(0.01, min(moments) - time.monotonic()) if moments else None
