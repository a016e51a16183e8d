"""Defer a job by its name, inside the caller's transaction. Rooms below `jobs` never import a task."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def defer(task: str, *, lock: str | None = None, **arguments: str | int) -> int:
    """Queue ``task`` (its name in `faceproof.jobs.tasks`) with JSON arguments; it exists when the caller
    commits.

    Args:
        lock: jobs with the same lock run one after the other (``subject-7``).

    Returns:
        the job's id.
    """

    return app.configure_task(name=task, lock=lock, allow_unknown=True).defer(**arguments)


def defer_develop(org_id: int, subject_id: int, sitting_id: UUID) -> int:
    """Queue the development of a kept selfie; one after the other for one person."""
    return defer(
        "develop",
        lock=f"subject-{subject_id}",
        org_id=org_id,
        subject_id=subject_id,
        sitting_id=str(sitting_id),
    )


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
