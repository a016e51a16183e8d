"""Put, open, shred. Read this file to know what can be done with a picture that is kept.

Objects come in three classes: a ``selfie`` (one part, ``photo``), a ``draft`` and a ``headshot`` (two
parts: the ``master`` at native resolution and its marked ``rendition``). Each part is sealed on its own, so
that looking at a rendition does not decrypt the master. What a scope does not show does not exist: other
people's ids raise `Gone`, like ids that never were.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from faceproof.archive import blobs, keyring, killpoints, locks, trail
from faceproof.archive.erasing import PARTS, blob_names, hide
from faceproof.archive.erasing import finish as finish_erasures
from faceproof.archive.erasing import still_open as open_erasures
from faceproof.archive.models import LIVE, StoredObject, SubjectKey
from faceproof.archive.sweeping import missing, sweep
from faceproof.marking import MarkError, read_back
from faceproof.vault import envelope

__all__ = [
    "Gone",
    "UnmarkedProof",
    "copy_as_headshot",
    "finish_erasures",
    "missing",
    "open_erasures",
    "open_object",
    "open_part",
    "put",
    "put_proof",
    "shred",
    "shred_subject",
    "sweep",
]

Proof = Literal["draft", "headshot"]
CLASSES = ("selfie", "draft", "headshot", trail.AUDIT)


class Gone(Exception):
    """There is no such object, it is erased, or it is somebody else's: the caller cannot tell which."""

    code = "gone"


class UnmarkedProof(Exception):
    """A picture whose marks cannot be read back; it is not kept, so it cannot leave."""

    code = "unmarked_proof"


def put(
    klass: Literal["selfie"],
    org_id: int,
    subject_id: int,
    data: bytes,
    *,
    expires_at: datetime,
    sitting_id: UUID | None = None,
) -> StoredObject:
    """Seal a selfie under the subject's selfie key.

    When this returns the bytes are on disk, durably; they become reachable with the caller's commit.
    """
    if klass != "selfie":
        raise UnmarkedProof(f"a {klass} is kept by put_proof, which reads its marks back")
    return _keep(klass, org_id, subject_id, {"photo": data}, expires_at, sitting_id)


def put_proof(
    klass: Proof,
    org_id: int,
    subject_id: int,
    *,
    master: bytes,
    rendition: bytes,
    expires_at: datetime,
    sitting_id: UUID | None = None,
    root_pem: bytes | None = None,
) -> StoredObject:
    """Seal a master and its marked rendition as a draft or a headshot.

    Args:
        root_pem: the organisation's own root; then a rendition that somebody else signed is refused too.

    Raises:
        UnmarkedProof: the rendition's marks cannot be read back, or do not hold. Nothing has been written.
    """
    _refuse_unmarked(rendition, root_pem)
    parts = {"master": master, "rendition": rendition}
    return _keep(klass, org_id, subject_id, parts, expires_at, sitting_id)


def copy_as_headshot(
    object_id: UUID, *, expires_at: datetime, sitting_id: UUID | None = None
) -> StoredObject:
    """A headshot from a draft: its parts sealed anew under the headshot key. The draft stays."""
    draft = _living(object_id)
    parts = {part: open_part(object_id, part) for part in PARTS["headshot"]}
    return put_proof(
        "headshot", draft.org_id, draft.subject_id, **parts, expires_at=expires_at, sitting_id=sitting_id
    )


def open_object(object_id: UUID) -> bytes:
    """The photo of a selfie. Recording that it was opened, and why, is the caller's."""
    return open_part(object_id, "photo")


def open_part(object_id: UUID, part: str) -> bytes:
    """One part of an object, authenticated as a whole.

    Raises:
        Gone: not there for this scope. ValueError: its class has no such part.
        vault.header.SealError: the bytes are not those that were sealed. keyring.KeyGone,
        blobs.BlobMissing: lost.
    """
    stored = _living(object_id)
    if part not in PARTS[stored.klass]:
        raise ValueError(f"a {stored.klass} has no {part}")
    key = keyring.opened(stored.key_id, stored.org_id, stored.subject_id, stored.klass)
    sealed = blobs.get(blob_names(stored)[PARTS[stored.klass].index(part)])
    return envelope.open_sealed(sealed, key, _context(stored, part))


def shred(object_id: UUID, *, actor_id: int | None = None) -> None:
    """Hide an object for ever; `finish_erasures` removes it after the commit. Twice is as good as once.

    The last living object of a subject's class takes the class's key with it.
    """
    stored = _known(object_id)
    locks.subject(stored.org_id, stored.subject_id)
    stored.refresh_from_db()
    if stored.state != LIVE:
        return
    hide(stored, actor_id=actor_id)
    if not _of(stored.org_id, stored.subject_id, stored.klass).exists():
        _hide_keys(stored.org_id, stored.subject_id, (stored.klass,), actor_id)


def shred_subject(
    org_id: int, subject_id: int, klass: str | None = None, *, actor_id: int | None = None
) -> None:
    """Hide everything of one class; without a class, everything, and with the audit key close the subject."""
    if klass is not None and klass not in CLASSES:
        raise ValueError(f"unknown class {klass!r}")
    locks.subject(org_id, subject_id)
    classes = CLASSES if klass is None else (klass,)
    for each in classes:
        for stored in _of(org_id, subject_id, each):
            hide(stored, actor_id=actor_id)
    if trail.AUDIT in classes:
        # A subject without an audit key gets the row of one, so that the door is closed for them too.
        place = {"org_id": org_id, "subject_id": subject_id, "klass": trail.AUDIT}
        if not SubjectKey.objects.filter(**place).exists():
            SubjectKey.objects.create(**place)
    _hide_keys(org_id, subject_id, classes, actor_id)


def _keep(
    klass: str,
    org_id: int,
    subject_id: int,
    parts: Mapping[str, bytes],
    expires_at: datetime,
    sitting_id: UUID | None,
) -> StoredObject:
    """Row and entry first (they may be refused), bytes last; all of it stands or falls with the commit."""
    key = keyring.of(org_id, subject_id, klass)
    stored = StoredObject.objects.create(
        org_id=org_id,
        subject_id=subject_id,
        klass=klass,
        key_id=key.name.id,
        blob=blobs.fresh_name(org_id),
        size=sum(map(len, parts.values())),
        expires_at=expires_at,
    )
    trail.record("custody.sealed", subject_id=subject_id, object_id=stored.id, sitting_id=sitting_id)
    for name, part in zip(blob_names(stored), PARTS[klass], strict=True):
        if part != PARTS[klass][0]:
            killpoints.reached("between-blobs")
        blobs.put(name, envelope.seal(parts[part], key, _context(stored, part)))
    killpoints.reached("after-blobs")
    return stored


def _refuse_unmarked(rendition: bytes, root_pem: bytes | None) -> None:
    try:
        marks = read_back(rendition, root_pem=root_pem)
    except MarkError as error:
        raise UnmarkedProof(str(error)) from error
    if not marks.c2pa_valid or not marks.digital_source_type:
        raise UnmarkedProof("the marks read back, but do not hold")
    if root_pem is not None and not marks.signer_trusted:
        raise UnmarkedProof("somebody else signed it")


def _living(object_id: UUID) -> StoredObject:
    stored = _known(object_id)
    if stored.state != LIVE:
        raise Gone(str(object_id))
    return stored


def _known(object_id: UUID) -> StoredObject:
    stored = StoredObject.objects.filter(id=object_id).first()
    if stored is None:
        raise Gone(str(object_id))
    return stored


def _of(org_id: int, subject_id: int, klass: str) -> QuerySet[StoredObject]:
    return StoredObject.objects.filter(org_id=org_id, subject_id=subject_id, klass=klass, state=LIVE)


def _hide_keys(org_id: int, subject_id: int, classes: tuple[str, ...], actor_id: int | None) -> None:
    living = SubjectKey.objects.filter(org_id=org_id, subject_id=subject_id, klass__in=classes, state=LIVE)
    for key in living:
        hide(key, actor_id=actor_id)


def _context(stored: StoredObject, part: str) -> envelope.Context:
    return envelope.Context(stored.org_id, stored.subject_id, stored.klass, stored.id, part)
