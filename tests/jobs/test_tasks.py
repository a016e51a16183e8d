"""The tasks by themselves: what becomes of a job that kills its worker, and which work comes first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from typing import cast as typed

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from faceproof import queue
from faceproof.jobs import tasks
from faceproof.privacy import retention


class Context:
    """As much of a job's context as `reap` looks at."""

    app: Any

    def __init__(self, working: Any) -> None:
        self.app = working


def run(task: Any) -> Any:
    async def once() -> Any:
        working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with working.open_async():
            return await task.func(typed(JobContext, Context(working)), 0)

    return asyncio.run(once())


def reap() -> int:
    return int(run(tasks.reap))


def left_by_a_killed_worker(as_superuser: Any, job: int, attempts: int) -> None:
    as_superuser.execute(
        "update procrastinate_jobs set status = 'doing', worker_id = null, attempts = %s where id = %s",
        [attempts, job],
    )


def states(as_superuser: Any) -> list[tuple[Any, ...]]:
    found = as_superuser.execute("select task_name, status::text from procrastinate_jobs order by id")
    return list(found.fetchall())


def test_a_job_of_a_killed_worker_is_tried_again_but_not_for_ever(db: str, as_superuser: Any) -> None:
    job = queue.defer("finish_erasures", org_id=1)
    left_by_a_killed_worker(as_superuser, job, attempts=0)
    assert reap() == 1
    assert states(as_superuser) == [("finish_erasures", "todo")]
    left_by_a_killed_worker(as_superuser, job, attempts=tasks.ENOUGH)  # it takes every worker down with it
    assert reap() == 1
    assert states(as_superuser) == [("finish_erasures", "failed")]


def test_a_clock_that_is_queued_again_already_does_not_hold_up_the_reaper(db: str, as_superuser: Any) -> None:
    left_by_a_killed_worker(as_superuser, tasks.clocks.defer(timestamp=1), attempts=0)
    tasks.clocks.defer(timestamp=2)
    left_by_a_killed_worker(as_superuser, queue.defer("finish_erasures", org_id=1), attempts=0)
    assert reap() == 2
    assert states(as_superuser) == [("clocks", "failed"), ("clocks", "todo"), ("finish_erasures", "todo")]


def test_deleting_comes_before_any_line_of_photos(db: str, as_superuser: Any) -> None:
    for number in range(3):
        queue.defer("develop", org_id=1, subject_id=number, sitting_id="x")
    queue.defer("finish_erasures", org_id=1)
    worker = as_superuser.execute("select worker_id from procrastinate_register_worker_v1()").fetchone()
    taken = as_superuser.execute("select task_name from procrastinate_fetch_job_v2(null, %s)", worker)
    assert taken.fetchone() == ("finish_erasures",)


def test_sessions_that_have_ended_are_not_kept(db: str) -> None:
    now = timezone.now()
    for key, ends in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    assert retention.sessions(now) == 1
    assert [session.session_key for session in Session.objects.all()] == ["new"]


def test_one_organisations_failing_clocks_do_not_stop_anothers(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []

    def run(org: Any, now: Any) -> dict[str, int]:
        ran.append(org.id)
        raise ExceptionGroup("clocks", [OSError("a bucket that does not answer")])

    monkeypatch.setattr(retention, "run", run)
    with pytest.raises(ExceptionGroup):
        tasks.clocks.func(timestamp=0)
    assert ran == [cast.acme.id, cast.evil.id]


def test_a_job_that_failed_is_forgotten_like_any_other(db: str, as_superuser: Any) -> None:
    """Its numbers say who handed in a photo; the map of personal data says how long they stay."""
    for status in ("succeeded", "failed", "cancelled"):
        job = queue.defer("finish_erasures", org_id=1)
        as_superuser.execute("update procrastinate_jobs set status = 'doing' where id = %s", [job])
        as_superuser.execute("update procrastinate_jobs set status = %s where id = %s", [status, job])
    run(tasks.prune)
    assert len(states(as_superuser)) == 3
    as_superuser.execute("update procrastinate_events set at = at - interval '8 days'")
    run(tasks.prune)
    assert states(as_superuser) == []
