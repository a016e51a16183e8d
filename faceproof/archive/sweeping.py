"""Removes what no row refers to: blobs and key files of transactions that never committed.

Safe beside running uploads, because it leaves alone whatever is younger than the longest possible
transaction. Safe to repeat. Safe against its own blindness: with the wrong scope *everything* would look
like an orphan, so it asks the database what it sees before it removes anything.
"""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from faceproof import tenancy
from faceproof.archive import blobs, keyring
from faceproof.archive.erasing import InsideTransaction, blob_names
from faceproof.archive.models import LIVE, StoredObject, SubjectKey
from faceproof.vault import keyfile

OLD_ENOUGH = timedelta(hours=6)  # no transaction of this product lasts minutes, let alone hours


class Blind(RuntimeError):
    """The database does not show the whole organisation, so nothing may be called an orphan."""


def sweep(org_id: int, *, older_than: timedelta = OLD_ENOUGH) -> int:
    """Remove an organisation's orphaned blobs and key files; returns how many.

    Lists first and asks the database afterwards: what was committed in between is known by then.

    Raises:
        Blind: the scope shows less than the whole organisation. InsideTransaction: called within a
        transaction.
    """
    if connection.in_atomic_block:
        raise InsideTransaction("a sweep must see what is committed, and nothing else")
    written_before = timezone.now() - older_than
    old_blobs = [found for found in blobs.listing(org_id) if found.written_at <= written_before]
    cutoff = time.time() - older_than.total_seconds()
    old_files = [path for path in keyring.files(org_id) if path.lstat().st_mtime <= cutoff]
    known_blobs, known_keys = _known(org_id)
    orphans = [found for found in old_blobs if found.name not in known_blobs]
    for found in orphans:
        blobs.discard(found)
    strays = [path for path in old_files if keyring.id_of(path) not in known_keys]
    for path in strays:
        keyfile.destroy(path)
    return len(orphans) + len(strays)


def missing(org_id: int) -> list[UUID]:
    """Ids of living objects whose bytes or key are not there: a loss, never the trace of a killed process."""
    with tenancy.scope(org_id=org_id, reach="organisation"):
        _see_everything(org_id)
        living = list(StoredObject.objects.filter(org_id=org_id, state=LIVE))
    return [stored.id for stored in living if not _is_whole(stored)]


def _is_whole(stored: StoredObject) -> bool:
    return keyring.exists(stored.org_id, stored.key_id) and all(map(blobs.exists, blob_names(stored)))


def _known(org_id: int) -> tuple[set[str], set[UUID | None]]:
    with tenancy.scope(org_id=org_id, reach="organisation"):
        _see_everything(org_id)
        # Rows on their way to verified count as known: finishing them is not the sweep's work.
        names = {name for row in StoredObject.objects.filter(org_id=org_id) for name in blob_names(row)}
        keys: set[UUID | None] = set(SubjectKey.objects.filter(org_id=org_id).values_list("id", flat=True))
    return names, keys


def _see_everything(org_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('app.org', true), current_setting('app.reach', true)")
        if cursor.fetchone() != (str(org_id), "organisation"):
            raise Blind(f"organisation {org_id} is not in sight as a whole")
