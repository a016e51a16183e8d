"""Defer a job by its name, inside the caller's transaction. Rooms below `jobs` never import a task."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def defer(task: str, *, lock: str | None = None, priority: int | None = None, **arguments: str | int) -> int:
    """Queue ``task`` (its name in `faceproof.jobs.tasks`) with JSON arguments; it exists when the caller
    commits.

    Args:
        lock: jobs with the same lock run one after the other (``subject-7``).
        priority: higher ones first; None is the task's own.

    Returns:
        the job's id.
    """

    options = {} if priority is None else {"priority": priority}
    return app.configure_task(name=task, lock=lock, allow_unknown=True, **options).defer(**arguments)


REST = -1
"""Priority of further looks: everybody's first picture goes before."""


def defer_develop(org_id: int, subject_id: int, sitting_id: UUID, *, rest: bool = False) -> int:
    """Queue the development of a kept selfie; one after the other for one person. ``rest``: its first picture
    is there."""
    return defer(
        "develop",
        lock=f"subject-{subject_id}",
        priority=REST if rest else 0,
        org_id=org_id,
        subject_id=subject_id,
        sitting_id=str(sitting_id),
    )


def others_wait(sitting_id: UUID) -> bool:
    """Whether another kept selfie, one without a picture, waits for a worker."""
    waiting = ProcrastinateJob.objects.filter(task_name="develop", status="todo", priority__gt=REST)
    return waiting.exclude(args__sitting_id=str(sitting_id)).exists()


def over(jobs: Iterable[int]) -> set[int]:
    """Those of ``jobs`` that no worker is going to take: ended, failed for good, or forgotten."""
    wanted = set(jobs)
    alive = ProcrastinateJob.objects.filter(id__in=wanted, status__in=("todo", "doing"))
    return wanted - set(alive.values_list("id", flat=True))


def forget(task: str) -> int:
    """Remove the jobs of ``task`` that were done; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where task_name = %s and status = 'succeeded'", [task])
        return int(cursor.rowcount)
