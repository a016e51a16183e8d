"""A supervised child comes back, later each time, and leaves nothing behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from faceproof.launcher.probe import PATIENCE, Probe, web_answers, worker_answers
from faceproof.launcher.program import BACKOFF, STEADY, Program
from tests.launcher.helpers import environment, free_port, running, until


class Clock:
    """Time as the test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sleeper(clock: Clock) -> Iterator[Program]:
    program = Program("sleeper", ["sleep", "600"], {"PATH": os.environ["PATH"]}, clock)
    program.start()
    yield program
    program.sweep()


def end(program: Program) -> int:
    assert program.process is not None
    program.process.kill()
    program.process.wait()
    return program.process.pid


def test_a_killed_child_is_started_again_at_once(sleeper: Program) -> None:
    first = end(sleeper)
    sleeper.tend()
    assert sleeper.running
    assert sleeper.process is not None
    assert sleeper.process.pid != first


def test_each_end_in_a_row_makes_it_wait_longer(sleeper: Program, clock: Clock) -> None:
    for wait in BACKOFF:
        end(sleeper)
        sleeper.tend()
        if wait:
            assert not sleeper.running
            clock.now += wait - 0.01
            sleeper.tend()
            assert not sleeper.running
            clock.now += 0.02
            sleeper.tend()
        assert sleeper.running


def test_steady_running_forgets_earlier_ends(sleeper: Program, clock: Clock) -> None:
    for _ in range(3):
        end(sleeper)
        sleeper.tend()
        clock.now += 60
        sleeper.tend()
    assert sleeper.ends == 3
    clock.now += STEADY + 1
    sleeper.tend()
    end(sleeper)
    sleeper.tend()
    assert sleeper.running, "the first end after a steady time is restarted at once"


def test_what_a_killed_child_had_started_goes_with_it(clock: Clock, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {note}; wait"
    program = Program("parent", ["sh", "-c", script], {"PATH": os.environ["PATH"]}, clock)
    program.start()
    assert until(lambda: note.exists() and note.read_text().strip())
    grandchild = int(note.read_text())
    end(program)
    assert running(grandchild)
    program.tend()
    assert until(lambda: not running(grandchild))
    program.sweep()


def test_children_write_no_core_dumps_and_end_with_their_parent(tmp_path: Path) -> None:
    note = tmp_path / "child"
    parent = f"""
import os, sys, time
from faceproof.launcher.program import Program
script = "ulimit -c > {note}; echo $$ >> {note}; exec sleep 600"
Program("child", ["sh", "-c", script], dict(os.environ)).start()
time.sleep(600)
"""
    core = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    allow = (hard, hard) if hard != resource.RLIM_INFINITY else core
    with subprocess.Popen(
        [sys.executable, "-c", parent], env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, allow),
    ) as process:  # fmt: skip
        assert until(lambda: note.exists() and len(note.read_text().split()) == 2)
        limit, child = note.read_text().split()
        process.kill()
    assert limit == "0"
    if not sys.platform.startswith("linux"):
        os.kill(int(child), signal.SIGTERM)
        pytest.skip("only Linux tells a child that its parent died")
    assert until(lambda: not running(int(child)))


def test_a_probe_reports_three_failures_in_a_row_and_no_fewer() -> None:
    answers = iter([True, False, False, True, False, False, False])
    seen: list[tuple[bool, int]] = []
    done = threading.Event()

    def next_answer() -> bool:
        seen.append((probe.hangs, probe.failures))
        try:
            return next(answers)
        except StopIteration:
            done.set()
            return False

    probe = Probe(next_answer, every=0.001)
    probe.start()
    assert done.wait(30)
    probe.stop()
    assert [hangs for hangs, _ in seen[:7]] == [False] * 7
    assert seen[7] == (True, PATIENCE)


def test_a_web_program_that_does_not_listen_does_not_answer() -> None:
    assert web_answers("127.0.0.1", free_port())() is False


@pytest.mark.usefixtures("db")
def test_a_queue_without_a_recent_heartbeat_means_a_dead_worker() -> None:
    from django.db import connection

    answers = worker_answers(connection.settings_dict)
    assert answers() is False
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        assert answers() is True
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert answers() is False


def test_a_database_that_is_away_says_nothing_about_the_worker() -> None:
    away = {"HOST": "127.0.0.1", "PORT": str(free_port()), "USER": "u", "PASSWORD": "", "NAME": "n"}
    assert worker_answers(away)() is True
