"""The line before the darkroom: who comes first, who is turned away, what is let go of when time is up."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest

from faceproof.darkroom.pool import Busy
from faceproof.sittings.line import Line, Stage


class Case:
    """A photo that needs ``turns`` turns; writes down whose turn it was."""

    def __init__(self, name: str, told: list[str], turns: int = 1, size: int = 1) -> None:
        self.name, self.told, self.turns, self.size = name, told, turns, size
        self.key = uuid.uuid4()
        self.expired: Stage | None = None
        self.gate: threading.Event | None = None

    def step(self) -> Stage | None:
        if self.gate is not None:
            assert self.gate.wait(20)
        self.told.append(self.name)
        self.turns -= 1
        return Stage.REST if self.turns else None

    def expire(self, stage: Stage) -> None:
        self.expired = stage


class Asking(Case):
    def step(self) -> Stage | None:
        self.told.append(self.name)
        return Stage.HELD if len(self.told) == 1 else None


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(1, seconds=60)
    yield made
    made.close()


# P-041
def test_everybody_gets_a_first_picture_before_anybody_gets_a_second(line: Line) -> None:
    told: list[str] = []
    opening = Case("opening", told)
    opening.gate = threading.Event()
    line.join(opening)
    while line.firsts_wait():  # until the hand has it
        time.sleep(0.01)
    cases = [Case(name, told, turns=2) for name in ("ann", "bob", "eve")]
    for case in cases:
        line.join(case)
    assert [line.before(case.key) for case in cases] == [1, 2, 3]
    opening.gate.set()
    assert line.settle()
    assert told == ["opening", "ann", "bob", "eve", "ann", "bob", "eve"]


def test_a_crowd_is_seen_as_one(line: Line) -> None:
    gate, told = threading.Event(), list[str]()
    cases = [Case(str(number), told) for number in range(4)]
    for case in cases:
        case.gate = gate
    line.join(cases[0])
    assert not line.crowded()
    assert line.case(cases[0].key) is cases[0]
    for case in cases[1:]:
        line.join(case)
    assert line.crowded()
    assert line.length() == 4
    gate.set()
    assert line.settle()
    assert line.case(cases[0].key) is None


def test_a_crowd_stays_one_until_nobody_waits(line: Line) -> None:
    """Or its last three would get a large picture each, and wait for those of the others."""
    gates = [threading.Event() for _ in range(4)]
    told: list[str] = []
    cases = [Case(str(number), told) for number in range(4)]
    for case, case.gate in zip(cases, gates, strict=True):
        line.join(case)
    assert line.crowded()
    for gate in gates[:2]:
        gate.set()
    until(lambda: len(told) == 2 and line.before(cases[3].key) == 1)
    assert line.crowded(), "one still waits"
    for gate in gates[2:]:
        gate.set()
    assert line.settle()
    assert not line.crowded()


def test_the_crowd_of_this_morning_is_no_crowd_in_the_evening(line: Line) -> None:
    def crowd(of: int) -> bool:
        gate, told = threading.Event(), list[str]()
        cases = [Case(str(number), told) for number in range(of)]
        for case in cases:
            case.gate = gate
        line.join(cases[0])
        until(lambda: not line.firsts_wait())
        for case in cases[1:]:
            line.join(case)
        seen = line.crowded()
        gate.set()
        assert line.settle()
        return seen

    assert crowd(of=4)
    assert not crowd(of=2), "nobody asked in between"


def test_how_long_the_first_picture_takes_is_learned_from_those_before(line: Line) -> None:
    class Slow(Case):
        def step(self) -> Stage | None:
            time.sleep(0.05)
            return super().step()

    gate, told = threading.Event(), list[str]()
    for _ in range(12):
        line.join(Slow("before", told))
    assert line.settle()
    cases = [Case(str(number), told) for number in range(5)]
    for case in cases:
        case.gate = gate
        line.join(case)
    until(lambda: line.before(cases[0].key) == 0 or not line.firsts_wait())
    waits = [line.wait(case.key) for case in cases]
    assert None not in waits
    assert waits == sorted(waits), "who came later waits longer"
    assert 0.05 < waits[4] < 1.0, "not the guess of the beginning, which is over three seconds"
    gate.set()
    assert line.settle()
    assert line.wait(cases[0].key) is None


def test_who_has_nothing_to_keep_goes_before_the_rest_when_time_runs_out(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order(late: float) -> list[str]:
        monkeypatch.setattr("faceproof.sittings.line.LATE_SECONDS", late)
        told: list[str] = []
        opening, gate = Case("opening", told), threading.Event()
        opening.gate = gate
        for case in (opening, Case("large", told, turns=2), Owed("small", told, turns=2)):
            line.join(case)
        gate.set()
        assert line.settle()
        return told

    assert order(late=0.0) == ["opening", "large", "small", "large", "small"]
    assert order(late=1000.0) == ["opening", "large", "small", "small", "large"]


class Owed(Case):
    """Of whom nothing is kept after the first turn."""

    def step(self) -> Stage | None:
        return Stage.OWED if super().step() is Stage.REST else None


def until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.005)
    raise AssertionError("it never came to that")


def test_a_full_line_turns_people_away_by_number_and_by_bytes() -> None:
    for line in (Line(1, most=2, seconds=60), Line(1, most_bytes=2, seconds=60)):
        gate, told = threading.Event(), list[str]()
        cases = [Case(str(number), told) for number in range(3)]
        for case in cases:
            case.gate = gate
        line.join(cases[0])
        line.join(cases[1])
        with pytest.raises(Busy):
            line.join(cases[2])
        gate.set()
        assert line.settle()
        line.join(cases[2])
        assert line.settle()
        line.close()


def test_a_question_holds_the_photo_until_it_is_answered_or_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, told = Line(1, seconds=60), list[str]()
    case = Asking("ann", told)
    line.join(case)
    assert line.settle()
    assert line.held(case.key) is case
    assert line.resume(case.key)
    assert not line.resume(case.key), "it is answered once"
    assert line.settle()
    assert told == ["ann", "ann"]
    assert line.held(case.key) is None

    monkeypatch.setattr("faceproof.sittings.line.ANSWER_SECONDS", 0.05)
    silent = Asking("bob", [])
    line.join(silent)
    for _ in range(1000):
        if silent.expired is not None:
            break
        time.sleep(0.01)
    assert silent.expired is Stage.HELD
    assert line.held(silent.key) is None
    line.close()


def test_a_photo_whose_time_is_up_is_let_go_of_though_it_still_waits() -> None:
    line, told = Line(1, seconds=0.2), list[str]()
    first, second = Case("ann", told), Case("bob", told)
    first.gate = threading.Event()
    line.join(first)
    line.join(second)
    time.sleep(0.3)
    first.gate.set()
    assert line.settle()
    assert second.expired is Stage.FIRST
    assert told == ["ann"]
    line.close()


def test_a_busy_darkroom_is_tried_again_and_a_defect_ends_only_its_own_case(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceproof.sittings.line.RETRY_SECONDS", 0.01)
    told: list[str] = []

    class Reluctant(Case):
        tries = 0

        def step(self) -> Stage | None:
            self.tries += 1
            if self.tries < 3:
                raise Busy
            return super().step()

    class Broken(Case):
        def step(self) -> Stage | None:
            raise ZeroDivisionError

    for case in (Broken("eve", told), Reluctant("ann", told), Case("bob", told)):
        line.join(case)
    for _ in range(1000):
        if len(told) == 2:
            break
        time.sleep(0.01)
    assert sorted(told) == ["ann", "bob"]


def test_what_is_dropped_is_not_worked_on(line: Line) -> None:
    told: list[str] = []
    first, second = Case("ann", told), Case("bob", told)
    first.gate = threading.Event()
    line.join(first)
    line.join(second)
    line.drop(second.key)
    first.gate.set()
    assert line.settle()
    assert told == ["ann"]
