"""A real worker process on a real queue, and what happens when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from faceproof import tenancy
from faceproof.consent import records
from faceproof.sittings import flow
from faceproof.sittings.models import Proof, Sitting
from tests.conftest import ROOT

PATIENCE = 90.0  # seconds; a bound for a broken run, not a measurement


@contextmanager
def worker(**env: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "faceproof", "worker"],
        env=os.environ | {"FACEPROOF_ENGINE": "fake:"} | env,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def until(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def state(member: Any, sitting: Sitting) -> str:
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        return Sitting.objects.get(id=sitting.id).state


@pytest.fixture
def waiting(cast: Any, hopper: bytes, settings: Any) -> Sitting:
    settings.FACEPROOF_ENGINE = "fake:"
    return flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed")


@pytest.mark.slow
def test_a_worker_takes_the_job_and_stops_when_told(cast: Any, waiting: Sitting) -> None:
    with worker() as process:
        assert until(lambda: state(cast.ann, waiting) == "ready")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.mark.slow
def test_a_killed_workers_job_is_finished_by_another(cast: Any, waiting: Sitting) -> None:
    with worker(FACEPROOF_KILL_AT="after-marking") as first:
        assert until(lambda: first.poll() is not None)
        assert first.returncode == -signal.SIGKILL
    assert state(cast.ann, waiting) == "developing"
    with worker():
        assert until(lambda: state(cast.ann, waiting) == "ready")
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert Proof.objects.filter(sitting=waiting).count() == len(waiting.styles)


# P-007
@pytest.mark.slow
def test_a_worker_does_nothing_for_somebody_who_withdrew_meanwhile(cast: Any, waiting: Sitting) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        records.withdraw(cast.ann, "headshot")
    with worker():
        assert until(lambda: state(cast.ann, waiting) == "failed")
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert Sitting.objects.get(id=waiting.id).fault == "not_agreed"
        assert not Proof.objects.exists()
