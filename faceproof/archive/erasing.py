"""The two halves of an erasure, for objects and keys alike, along the states of `vault.erasure`.

The first half (`hide`) belongs to the caller's transaction, with its audit entry. The second (`finish`)
runs outside of any: it removes, commits that it did, looks, and commits what it saw. Killed between any two
of these, the next call continues; nothing here is harmed by being done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from faceproof import tenancy
from faceproof.archive import blobs, keyring, killpoints, trail
from faceproof.archive.models import LIVE, StoredObject, SubjectKey
from faceproof.vault import erasure
from faceproof.vault.erasure import State

log = logging.getLogger(__name__)

PARTS = {"selfie": ("photo",), "draft": ("master", "rendition"), "headshot": ("master", "rendition")}
_OPEN = ~Q(state__in=(LIVE, State.VERIFIED))


class Overtaken(Exception):
    """Somebody else moved this erasure on at the same moment; there is nothing left to do here."""


class InsideTransaction(RuntimeError):
    """Bytes may only be removed once their hiding has been committed."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How one kind of thing is removed, looked for, and told of when it is gone."""

    remove: Callable[[], None]
    remains: Callable[[], list[str]]
    action: str
    killpoint: str


def blob_names(stored: StoredObject) -> list[str]:
    """The names of an object's blobs, in the order of its parts."""
    return [f"{stored.blob}.{number}" for number in range(len(PARTS[stored.klass]))]


def hide(thing: StoredObject | SubjectKey, *, actor_id: int | None = None) -> None:
    """First half: ask and hide, with the audit entry, in the caller's transaction."""
    _step(thing, State.REQUESTED)
    _step(thing, State.HIDDEN)
    _tell("custody.hidden" if isinstance(thing, StoredObject) else "custody.key_hidden", thing, actor_id)


def still_open(org_id: int) -> list[StoredObject | SubjectKey]:
    """Everything hidden and not yet verified, objects first."""
    with tenancy.scope(org_id=org_id, reach="organisation"):
        objects = StoredObject.objects.filter(_OPEN, org_id=org_id).order_by("hidden_at")
        keys = SubjectKey.objects.filter(_OPEN, org_id=org_id).order_by("hidden_at")
        return [*objects, *keys]


def finish(org_id: int) -> int:
    """Second half, for everything that is open in one organisation. Returns how many were verified.

    What cannot be finished is logged as an error and stays open for the next call; it holds up nothing else.

    Raises:
        InsideTransaction: called within a transaction, where "hidden" might still be rolled back.
    """
    if connection.in_atomic_block:
        raise InsideTransaction("finish erasures after the commit")
    killpoints.reached("after-hidden-commit")
    verified = 0
    for thing in still_open(org_id):
        try:
            _finish(thing)
            verified += 1
        except Overtaken:
            continue
        except Exception as error:
            # Whatever it is (a full disk, a bucket that does not answer), an erasure is never given up.
            log.error("erasure of %s stays open: %s: %s", thing, type(error).__name__, error)
    return verified


def _finish(thing: StoredObject | SubjectKey) -> None:
    way = _way(thing)
    if thing.state == State.HIDDEN:
        way.remove()
        killpoints.reached(way.killpoint)
        with tenancy.scope(org_id=thing.org_id, reach="organisation"):
            _step(thing, State.DESTROYED)
        killpoints.reached("after-destroyed-commit")
    remains = way.remains()
    if remains:  # came back from a backup, or the first removal did not do what it said
        way.remove()
        remains = way.remains()
    with tenancy.scope(org_id=thing.org_id, reach="organisation"):
        _step(thing, State.VERIFIED, remains=remains)
        _tell(way.action, thing, None)


def _way(thing: StoredObject | SubjectKey) -> _Way:
    if isinstance(thing, SubjectKey):
        return _Way(
            lambda: keyring.destroy(thing.org_id, thing.id),
            lambda: [f"key {thing.id}"] if keyring.exists(thing.org_id, thing.id) else [],
            "custody.key_destroyed",
            "after-key-removed",
        )
    names = blob_names(thing)

    def remove() -> None:
        for name in names:
            blobs.delete(name)

    return _Way(
        remove,
        lambda: [name for name in names if blobs.exists(name)],
        "custody.erased",
        "after-blobs-removed",
    )


def _step(thing: StoredObject | SubjectKey, to: State, *, remains: list[str] | None = None) -> None:
    now = None if thing.state == LIVE else State(thing.state)
    erasure.advance(now, to, remains=remains)
    rows = type(thing)._default_manager.filter(pk=thing.pk, state=thing.state)
    # one conditional UPDATE decides who took the step
    if not rows.update(**{"state": to.value, f"{to}_at": timezone.now()}):
        raise Overtaken(str(thing))
    thing.state = to.value


def _tell(action: str, thing: StoredObject | SubjectKey, actor_id: int | None) -> None:
    sitting_id = trail.sitting_of(thing.id) if isinstance(thing, StoredObject) else None
    # never a detail: the audit key may be what is being destroyed
    trail.record(
        action, subject_id=thing.subject_id, actor_id=actor_id, object_id=thing.id, sitting_id=sitting_id
    )
