"""Everything that is kept about a person, as one ZIP file: made in memory, handed out, gone.

Pictures come marked, as every picture that leaves; the kept photo as it was handed in. Nothing is written to
a disk. One person packs once at a time, and one process one file, so that memory stays bounded; what would
make the file larger than `MOST` is left out and named.
"""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.db.models import Model, QuerySet
from django.utils.timezone import localdate

from faceproof import formats, legal
from faceproof.archive import blobs, keyring, locks, store, trail
from faceproof.consent.models import Consent
from faceproof.finishing import FinishingError
from faceproof.formats import Format
from faceproof.intake import sniff
from faceproof.intake.errors import IntakeError
from faceproof.organisations.models import Member, User
from faceproof.sittings import gallery
from faceproof.sittings.models import Headshot, OfSubject, Proof, Publication, Selfie, Sitting

MOST = 200 * 1024 * 1024  # bytes of pictures in one file
LOST = (store.Gone, keyring.KeyGone, blobs.BlobMissing, FinishingError)
ENDINGS = {"jpeg": "jpg", "png": "png", "webp": "webp", "heic": "heic"}

# Which file tells what of which table (a test compares it with the data map) …
TOLD = {
    "organisations.User": "account.json",
    "organisations.Member": "account.json",
    "organisations.Organisation": "account.json",
    "account.EmailAddress": "account.json",
    "consent.Consent": "consents.json",
    "sittings.Sitting": "sittings.json",
    "sittings.Selfie": "photos/",
    "sittings.Proof": "drafts/",
    "sittings.Headshot": "headshots/",
    "sittings.Publication": "sittings.json",
    "archive.AuditEntry": "record.json",
}
# … and what is in none, and why.
NOT_TOLD = {
    "account.EmailConfirmation": "a link that works for days; the rest is in account.json",
    "sessions.Session": "a key to a signed-in browser: whoever had the file would be signed in",
    "organisations.PhoneLink": "a key to a sitting for minutes",
    "archive.StoredObject": "where a picture lies; the picture is in the file",
    "archive.SubjectKey": "the number of a key; what it opens is in the file",
    "procrastinate.ProcrastinateJob": "work on its way, by number",
}


class Running(Exception):
    """This person, or another in this process, is packing at this moment."""

    code = "export_running"


@dataclass
class Contents:
    """What went in, for the pages that explain it: file name → what it is."""

    headshots: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    record: list[trail.Told] = field(default_factory=list)


Owned = TypeVar("Owned", bound=OfSubject)
Readable = Callable[[Contents], Mapping[str, str]]
_one = threading.Lock()


def pack(member: Member, readable: Readable) -> io.BytesIO:
    """The file, from its beginning. Runs in the subject's scope; the trail says so in the same transaction.

    Args:
        readable: writes the pages for people, name → text, in their language.

    Raises:
        Running: packing already.
    """
    with _alone():
        if not locks.free(f"export/{member.org_id}/{member.id}"):
            raise Running
        out, contents = io.BytesIO(), Contents()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            _pictures(member, packed, contents)
            counts = {name: len(getattr(contents, name)) for name in ("headshots", "drafts", "photos")}
            trail.record("subject.exported", subject_id=member.id, actor_id=member.id, detail=counts)
            contents.record = trail.story(subject_id=member.id)
            for name, text in _tables(member, contents).items():
                packed.writestr(name, text)
            for name, text in readable(contents).items():
                packed.writestr(name, text)
    out.seek(0)
    return out


@contextmanager
def _alone() -> Iterator[None]:
    if not _one.acquire(blocking=False):
        raise Running
    try:
        yield
    finally:
        _one.release()


def _pictures(member: Member, packed: zipfile.ZipFile, contents: Contents) -> None:
    """Headshots first: what does not fit any more is rather a draft. Entries are written last, and quickly:
    from the first on, this person's other requests wait for this one."""
    entries: list[dict[str, Any]] = []
    for shot in _own(Headshot, member).order_by("created_at"):
        entries += _headshot(member, shot, packed, contents)
    for proof in _own(Proof, member).order_by("created_at", "style"):
        name = f"drafts/{_day(proof)}-{proof.style}-{str(proof.id)[:8]}.jpg"
        _put(packed, contents, contents.drafts, name, partial(gallery.preview, member, proof))
    for kept in _own(Selfie, member).order_by("created_at"):
        name = f"photos/{_day(kept)}-{str(kept.id)[:8]}"
        if _put(packed, contents, contents.photos, name, partial(store.open_object, kept.object_id)):
            entries.append(
                {"action": "selfie.exported", "object_id": kept.object_id, "sitting_id": kept.sitting_id}
            )
    for entry in entries:
        trail.record(subject_id=member.id, actor_id=member.id, **entry)


def _headshot(
    member: Member, shot: Headshot, packed: zipfile.ZipFile, contents: Contents
) -> list[dict[str, Any]]:
    fmt = largest(shot)
    name = f"headshots/{_day(shot)}-{shot.style}-{str(shot.id)[:8]}.{fmt.ending}"
    size: list[int] = []

    def cut() -> bytes:
        export = gallery.cut(member, shot, fmt)
        size.extend((export.width, export.height))
        return export.data

    if not _put(packed, contents, contents.headshots, name, cut):
        return []
    told = {"format": fmt.name, "width": size[0], "height": size[1]}
    return [
        {
            "action": "headshot.downloaded",
            "object_id": shot.object_id,
            "sitting_id": shot.sitting_id,
            "detail": told,
        }
    ]


def largest(shot: Headshot) -> Format:
    """The offered format with the most true pixels; of two, the smaller file."""
    sizes = {fmt.name: shot.largest.get(fmt.name) or (0, 0) for fmt in formats.offered()}
    return max(
        formats.offered(), key=lambda fmt: (sizes[fmt.name][0] * sizes[fmt.name][1], fmt.file == "jpeg")
    )


def _put(
    packed: zipfile.ZipFile, contents: Contents, told: list[str], name: str, read: Callable[[], bytes]
) -> bool:
    """Add one picture; False when it is lost or there is no room: then it is named as left out."""
    try:
        data = read()
    except LOST:
        data = b""
    if told is contents.photos:
        name = f"{name}.{_ending(data)}"
    if not data or sum(each.file_size for each in packed.infolist()) + len(data) > MOST:
        contents.left_out.append(name)
        return False
    packed.writestr(zipfile.ZipInfo(name, packed_at()), data)  # stored: a picture is compressed already
    told.append(name)
    return True


def packed_at() -> tuple[int, int, int, int, int, int]:
    """The date that files of pictures carry in the ZIP: the day, no time."""
    day = localdate()
    return day.year, day.month, day.day, 0, 0, 0


def _ending(photo: bytes) -> str:
    try:
        return ENDINGS[sniff.kind_of(photo)]
    except IntakeError:
        return "bin"


def _day(row: Headshot | Proof | Selfie) -> str:
    return localdate(row.created_at).isoformat()


def _tables(member: Member, contents: Contents) -> dict[str, str]:
    user = User.objects.get(id=member.user_id)
    consents = list(Consent.objects.filter(subject_id=member.id).order_by("given_at"))
    addresses = EmailAddress.objects.filter(user=user)
    account = {
        "account": _plain(user, "password"),
        "membership": _plain(member),
        "organisation": {"name": member.org.name, "contact": member.org.contact},
        "addresses": [_plain(each) for each in addresses],
    }
    sittings = [
        _plain(each)
        | {
            kind: [_plain(row) for row in getattr(each, kind).all()]
            for kind in ("selfies", "proofs", "headshots")
        }
        for each in _own(Sitting, member).order_by("created_at")
    ]
    shown = [_plain(each) for each in _own(Publication, member)]
    texts = {
        f"texts/{text.slug}-{text.version}-{text.lang}.md": text.body_markdown
        for text in legal.all_texts()
        if text.sha256 in {each.text_sha256 for each in consents}
    }
    contents.texts += texts
    return {
        "account.json": _json(account),
        "consents.json": _json([_plain(each) for each in consents]),
        "sittings.json": _json({"sittings": sittings, "shown_to_colleagues": shown}),
        "record.json": _json([asdict(entry) for entry in contents.record]),
        **texts,
    }


def _own(kind: type[Owned], member: Member) -> QuerySet[Owned]:
    """Asked for by person, though row-level security shows no other: each holds without the other."""
    return kind._default_manager.filter(org_id=member.org_id, subject_id=member.id)


def _plain(row: Model, *leave_out: str) -> dict[str, Any]:
    """Every column of a row: one that is added later is told without anybody thinking of it."""
    return {
        column.attname: getattr(row, column.attname)
        for column in row._meta.concrete_fields
        if column.name not in leave_out
    }


def _json(values: object) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False, default=str) + "\n"
