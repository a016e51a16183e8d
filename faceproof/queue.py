"""Defer a job by its name, inside the caller's transaction. Rooms below `jobs` never import a task."""

from __future__ import annotations

from procrastinate.contrib.django import app


def defer(task: str, *, lock: str | None = None, **arguments: str | int) -> int:
    """Queue ``task`` (its name in `faceproof.jobs.tasks`) with JSON arguments; it exists when the caller
    commits.

    Args:
        lock: jobs with the same lock run one after the other (``subject-7``).

    Returns:
        the job's id.
    """

    return app.configure_task(name=task, lock=lock, allow_unknown=True).defer(**arguments)
