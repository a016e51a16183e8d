from __future__ import annotations

import pytest

from faceproof.imaging.pipeline import PipelineError, Stage, check, run

DOUBLE = Stage("double", lambda x: 2 * x, ("x",), ("y",))
SPLIT = Stage("split", lambda x, y: (x + y, x - y), ("x", "y"), ("sum", "difference"))


def test_stages_run_in_the_order_of_the_list() -> None:
    assert run([DOUBLE, SPLIT], {"x": 3}) == {"x": 3, "y": 6, "sum": 9, "difference": -3}


def test_a_stage_in_the_wrong_place_is_refused_before_anything_runs() -> None:
    ran: list[str] = []
    first = Stage("first", lambda x: ran.append("first"), ("x",), ("z",))
    with pytest.raises(PipelineError, match="'split' takes y"):
        run([first, SPLIT, DOUBLE], {"x": 3})
    assert ran == []


def test_checking_runs_nothing() -> None:
    check([Stage("never", lambda x: 1 / 0, ("x",), ("y",))], {"x"})


def test_only_the_values_asked_for_are_kept() -> None:
    assert run([DOUBLE, SPLIT], {"x": 3}, keep={"sum"}) == {"sum": 9}


def test_a_value_is_let_go_after_its_last_use_and_not_before() -> None:
    seen: list[bool] = []

    class Big:
        gone = False

        def __del__(self) -> None:
            Big.gone = True

    stages = [
        Stage("make", lambda: Big(), (), ("big",)),
        Stage("use", lambda big: seen.append(Big.gone), ("big",), ("used",)),
        Stage("later", lambda used: seen.append(Big.gone), ("used",), ("end",)),
    ]
    run(stages, {}, keep={"end"})
    assert seen == [False, True]


def test_the_hook_hears_of_every_stage_and_its_time() -> None:
    heard: list[tuple[str, float]] = []
    run([DOUBLE, SPLIT], {"x": 1}, hook=lambda name, ms: heard.append((name, ms)))
    assert [name for name, _ in heard] == ["double", "split"]
    assert all(ms >= 0 for _, ms in heard)


def test_a_stage_that_gives_too_little_is_noticed() -> None:
    with pytest.raises(ValueError, match="zip"):
        run([Stage("short", lambda x: (1,), ("x",), ("a", "b"))], {"x": 1})
