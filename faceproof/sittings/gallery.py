"""After the proofs: choose one, look at it, download it in any format until its date."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from faceproof import darkroom, finishing, formats, tenancy
from faceproof.archive import locks, store, trail
from faceproof.darkroom.changes import overlay
from faceproof.engines import Master
from faceproof.engines.master import Similarity, holds_retouch, report_of
from faceproof.finishing import Wish
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import keeping, studio
from faceproof.sittings.models import FAILED, READY, WAITING, Headshot, Proof, Selfie, Sitting


def choose(member: Member, proof: Proof) -> Headshot:
    """Make a proof the person's headshot: re-sealed under the headshot key. Choosing twice gives the same
    one.

    Must run inside the subject's scope.
    """
    locks.subject(member.org_id, member.id)
    existing = Headshot.objects.filter(sitting=proof.sitting, style=proof.style).first()
    if existing is not None:
        return existing
    expires_at = policy.expiry(member.org, "headshot", timezone.now())
    stored = store.copy_as_headshot(proof.object_id, expires_at=expires_at, sitting_id=proof.sitting_id)
    headshot = Headshot.objects.create(
        org_id=member.org_id,
        subject_id=member.id,
        sitting=proof.sitting,
        object_id=stored.id,
        style=proof.style,
        engine=proof.engine,
        source_type=proof.source_type,
        width=proof.width,
        height=proof.height,
        largest=proof.largest,
        wish=proof.wish,
        developed_at=proof.created_at,
        expires_at=expires_at,
    )
    trail.record(
        "headshot.chosen",
        subject_id=member.id,
        actor_id=member.id,
        object_id=stored.id,
        sitting_id=proof.sitting_id,
        detail={"style": proof.style, "until": expires_at.isoformat(), "key": str(stored.key_id)},
    )
    return headshot


def preview(member: Member, picture: Proof | Headshot, wish: Wish | None = None) -> bytes:
    """The marked preview (JPEG) of a proof or headshot as the person wishes it (None: as they settled on).

    As it was made it comes as it was sealed; anything else is cut from the master, marked and read back now.
    """
    wish = Wish.of(picture.wish) if wish is None else wish
    if not wish.plain():
        return store.open_part(picture.object_id, "rendition")
    fmt = formats.get(darkroom.PREVIEW)
    return darkroom.export(_master(picture), fmt, studio.signer(member.org), _made(picture), wish).data


def tune(member: Member, picture: Proof | Headshot, wish: Wish) -> None:
    """Settle on a wish: previews, downloads and the largest true sizes are as it says from now on.

    Must run inside the subject's scope. The same wish once more changes nothing and is not written down.
    """
    locks.subject(member.org_id, member.id)
    picture.refresh_from_db()
    if wish.plain() == picture.wish:
        return
    picture.wish = wish.plain()
    picture.largest = {name: list(size) for name, size in darkroom.sizes(_master(picture), wish).items()}
    picture.save(update_fields=["wish", "largest"])
    trail.record(
        "picture.tuned",
        subject_id=member.id,
        actor_id=member.id,
        object_id=picture.object_id,
        sitting_id=picture.sitting_id,
        detail={"style": picture.style, "wish": wish.plain()},
    )


def before(picture: Proof | Headshot, wish: Wish | None = None) -> Similarity | None:
    """Where the photo lies under the preview, so that a page can draw it there from its own memory: (a, b, x,
    y), with which a point (s, t) of the photo lies at (a s - b t + x, b s + a t + y) of the preview.

    s and t are shares of the photo's width, EXIF's orientation applied; the result is in shares of the
    preview's width, both from the upper left corner. wish: None for the stored one. None where the master
    does not know. Where a close photo's perspective was corrected it is the nearest that is straight.
    """
    master, fmt = _master(picture), formats.get(darkroom.PREVIEW)
    if master.photo is None:
        return None
    crop = finishing.cut(master, fmt, Wish.of(picture.wish) if wish is None else wish)
    a, b, x, y = master.photo
    unit = 1 / crop.width
    return a * unit, b * unit, (x - crop.left) * unit, (y - crop.top) * unit


def _master(picture: Proof | Headshot) -> Master:
    return Master.from_bytes(store.open_part(picture.object_id, "master"))


def _made(picture: Proof | Headshot) -> datetime:
    """The date in its marks."""
    return picture.created_at if isinstance(picture, Proof) else picture.developed_at


def told(picture: Proof | Headshot) -> Mapping[str, float | str]:
    """What the engine measured of what it changed (docs/studio.md): it lies in the sealed master only."""
    stored = store.open_part(picture.object_id, "master")
    return report_of(stored, retouch=Wish.of(picture.wish).retouch)


def retouched(picture: Proof | Headshot) -> bool:
    """Whether it can be had without retouch: not where there was none, as in a face of few pixels."""
    return holds_retouch(store.open_part(picture.object_id, "master"))


def changes(picture: Proof | Headshot) -> bytes:
    """The layer (PNG) that shows where a person was changed, to lie over the preview."""
    return overlay(_master(picture), wish=Wish.of(picture.wish))


def download(member: Member, headshot: Headshot, format_name: str) -> darkroom.Export:
    """One format of a headshot, marked anew; written to the trail before it leaves.

    Raises:
        formats.FormatError: no such format, or none that may be offered without further checks.
        finishing.FinishingError: the picture cannot give this format.
    """
    fmt = formats.get(format_name)
    if fmt not in formats.offered():
        raise formats.FormatError("unknown_format", "", "name", f"{format_name} is not offered")
    export = cut(member, headshot, fmt)
    trail.record(
        "headshot.downloaded",
        subject_id=member.id,
        actor_id=member.id,
        object_id=headshot.object_id,
        sitting_id=headshot.sitting_id,
        detail={"format": fmt.name, "width": export.width, "height": export.height},
    )
    return export


def cut(member: Member, headshot: Headshot, fmt: formats.Format) -> darkroom.Export:
    """One format of a headshot, marked anew. Writing to the trail that it leaves is the caller's."""
    signer, wish = studio.signer(member.org), Wish.of(headshot.wish)
    return darkroom.export(_master(headshot), fmt, signer, headshot.developed_at, wish)


def again(member: Member, sitting: Sitting) -> bool:
    """Queue a kept selfie once more, for looks approved since. False when there is nothing to do or no
    selfie left."""
    wanted = [style.name for style in policy.approved_styles(member.org)]
    missing = set(wanted) - set(Proof.objects.filter(sitting=sitting).values_list("style", flat=True))
    if not missing or not Selfie.objects.filter(sitting=sitting).exists():
        return False
    locks.subject(member.org_id, member.id)
    moved = Sitting.objects.filter(id=sitting.id, state__in=(READY, FAILED)).update(
        state=WAITING, styles=wanted, attempt=uuid.uuid4(), fault="", changed_at=timezone.now()
    )
    if moved:
        keeping.queued(member, sitting)
        trail.record("sitting.again", subject_id=member.id, actor_id=member.id, sitting_id=sitting.id)
    return bool(moved)


def story(member: Member, sitting: Sitting) -> list[trail.Told]:
    """What happened to this photo, oldest first, from the audit trail."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        return trail.story(sitting_id=sitting.id)
