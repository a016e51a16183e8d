"""Transactions that change what is kept of one subject take turns.

One lock a subject, the same for all of them, taken again without harm and released by the commit. It closes
the gap between "this was the last object of its class" and the next upload. Having only one lock there is no
order in which two of them could be taken wrongly; but a transaction that changes rows of its own *before* it
puts or shreds should call `subject` first, or it may wait for somebody who waits for it (PostgreSQL then
aborts one of the two: nothing is lost, somebody tries again).
"""

from __future__ import annotations

from django.db import connection


def subject(org_id: int, subject_id: int) -> None:
    """Wait until no other transaction changes this subject's things; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"faceproof/subject/{org_id}/{subject_id}"],
        )


def free(name: str) -> bool:
    """Take the lock ``name`` until the transaction ends, without waiting; False when another has it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"faceproof/{name}"])
        found = cursor.fetchone()
    return bool(found and found[0])
