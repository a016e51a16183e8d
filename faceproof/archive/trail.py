"""The audit trail: what was done, in the same transaction as doing it, and read back as a story.

Entries of the archive itself are called ``custody.…``; every other action is named by the room that did it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from faceproof import tenancy
from faceproof.archive import keyring
from faceproof.archive.models import AuditEntry
from faceproof.vault import envelope, header
from faceproof.vault.keys import DataKey

AUDIT = "audit"
_Ring = dict[UUID, DataKey]  # keys opened for one story, and let go with it
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class OutsideTransaction(RuntimeError):
    """An entry would not have committed together with its action."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a story. ``detail`` is ``None`` when there was none, or it cannot be read any more."""

    ref: UUID
    at: datetime
    action: str
    subject_id: int
    actor_id: int | None
    object_id: UUID | None
    sitting_id: UUID | None
    detail: Mapping[str, Any] | None
    readable: bool  # False: there was a detail, and the key it was sealed under has been destroyed


def record(
    action: str,
    *,
    subject_id: int,
    actor_id: int | None = None,
    object_id: UUID | None = None,
    sitting_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write an entry: it commits with the action around it, or the action does not commit either.

    Args:
        action: ``thing.done``, in the clear.
        actor_id: the member who did it; ``None`` is the installation itself.
        detail: JSON values, sealed under the subject's audit key. Without one no key is touched.

    Raises:
        OutsideTransaction: there is no transaction to commit with.
        tenancy.OutsideScope: no organisation is set. ValueError: ``action`` is more than a name.
        keyring.SubjectErased: a detail about somebody whose data were erased altogether.
    """
    if not _ACTION.fullmatch(action):  # it stays in the clear for ever, so it must not be able to hold more
        raise ValueError(f"{action!r} is not a dotted lower-case name")
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{action} must be recorded in the transaction of the action")
    org_id = tenancy.require().org_id
    assert org_id is not None  # `require` says so
    entry = AuditEntry(
        org_id=org_id,
        subject_id=subject_id,
        actor_id=actor_id,
        action=action,
        object_id=object_id,
        sitting_id=sitting_id,
    )
    if detail is not None:
        key = keyring.of(org_id, subject_id, AUDIT)
        text = json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        entry.key_id = key.name.id
        entry.detail = envelope.seal(text.encode(), key, _context(entry))
    entry.save(force_insert=True)
    return entry


def story(*, sitting_id: UUID | None = None, subject_id: int | None = None) -> list[Told]:
    """The entries of one sitting, or of one subject, oldest first, with their details opened.

    Shows what the scope around it shows. One of the two arguments must be given.
    """
    if (sitting_id is None) == (subject_id is None):
        raise ValueError("name a sitting or a subject")
    which = {"subject_id": subject_id} if sitting_id is None else {"sitting_id": sitting_id}
    ring: _Ring = {}
    return [_told(entry, ring) for entry in AuditEntry.objects.filter(**which).order_by("id")]


def sitting_of(object_id: UUID) -> UUID | None:
    """The sitting that an object came from, as far as the trail says."""
    entries = AuditEntry.objects.filter(object_id=object_id, sitting_id__isnull=False)
    return entries.order_by("id").values_list("sitting_id", flat=True).first()


def _told(entry: AuditEntry, ring: _Ring) -> Told:
    detail, readable = None, True
    if entry.detail is not None and entry.key_id is not None:
        try:
            detail = _opened(entry, entry.key_id, ring)
        except keyring.KeyGone:
            readable = False
    return Told(
        entry.ref,
        entry.at,
        entry.action,
        entry.subject_id,
        entry.actor_id,
        entry.object_id,
        entry.sitting_id,
        detail,
        readable,
    )


def _opened(entry: AuditEntry, key_id: UUID, ring: _Ring) -> dict[str, Any]:
    if key_id not in ring:
        ring[key_id] = keyring.opened(key_id, entry.org_id, entry.subject_id, AUDIT)
    found = json.loads(envelope.open_sealed(bytes(entry.detail or b""), ring[key_id], _context(entry)))
    if not isinstance(found, dict):
        raise header.Tampered(f"the detail of entry {entry.ref} is no mapping")
    return found


def _context(entry: AuditEntry) -> envelope.Context:
    return envelope.Context(entry.org_id, entry.subject_id, AUDIT, entry.ref, "detail")
