"""Really delete: bytes, keys, rows and accounts. Every function runs inside the subject's scope and is
safe to repeat.

A deletion has two halves. The first commits at once: rows gone, objects *hidden* (unreachable for
everybody) and the audit entry written. The second removes blobs and keys and *looks* whether they are gone
(`archive.store`); it runs right after the commit and again from the clock until everything is verified, so
that ``kill -9`` only delays it.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from faceproof import queue
from faceproof.archive import locks, store, trail
from faceproof.consent.models import Consent
from faceproof.organisations import letters, phone
from faceproof.organisations.models import Member, User
from faceproof.privacy import retention
from faceproof.sittings import plainly, publication, studio
from faceproof.sittings.models import Headshot, Picture, Proof, Selfie, Sitting

PICTURES: tuple[type[Picture], ...] = (Selfie, Proof, Headshot)
AFTER_WITHDRAWAL = timedelta(days=1)  # time to download what one wants to have, or to think again


def sitting(member: Member, doomed: Sitting) -> None:
    """Delete one sitting: its selfie, its proofs, its headshots."""
    locks.subject(member.org_id, member.id)
    for kind in PICTURES:
        for row in kind._default_manager.filter(sitting=doomed):
            _hide(row)
    trail.record("sitting.deleted", subject_id=member.id, actor_id=member.id, sitting_id=doomed.id)
    studio.line().drop(doomed.id)
    doomed.delete()
    _finish_after_commit(member)


def picture(member: Member, doomed: Selfie | Proof | Headshot) -> None:
    """Delete one selfie, proof or headshot. Of two at the same time, one deletes and tells."""
    locks.subject(member.org_id, member.id)
    if not type(doomed)._default_manager.filter(id=doomed.id).delete()[0]:
        return
    _hide(doomed)
    kind = type(doomed).__name__.lower()
    trail.record(
        f"{kind}.deleted",
        subject_id=member.id,
        actor_id=member.id,
        object_id=doomed.object_id,
        sitting_id=doomed.sitting_id,
    )
    _finish_after_commit(member)


def everything(member: Member) -> None:
    """Delete every picture of the person and the keys they were under; the account stays."""
    locks.subject(member.org_id, member.id)
    for waiting in Sitting.objects.filter(subject_id=member.id):
        studio.line().drop(waiting.id)
    Sitting.objects.filter(subject_id=member.id).delete()
    for klass in ("selfie", "draft", "headshot"):
        store.shred_subject(member.org_id, member.id, klass)
    trail.record("subject.erased", subject_id=member.id, actor_id=member.id)
    _finish_after_commit(member)


def after_withdrawal(member: Member) -> None:
    """What the consent covered goes within a day, by the clocks, if the person does not delete it at once."""
    locks.subject(member.org_id, member.id)
    publication.take_back(member)
    for waiting in Sitting.objects.filter(subject_id=member.id):  # nothing more is made of a photo in memory
        studio.line().drop(waiting.id)
    latest = timezone.now() + AFTER_WITHDRAWAL
    for kind in PICTURES:
        covered = kind._default_manager.filter(subject_id=member.id, expires_at__gt=latest)
        for engine in plainly.ENGINES:  # no AI, so that consent was not about it
            covered = covered.exclude(sitting__engine__startswith=f"{engine}:")
        covered.update(expires_at=latest)


def account(member: Member) -> None:
    """Delete the person altogether: pictures, keys, the key of their audit details, consents, sign-in
    (R-051, R-052).

    What stays is the trail's skeleton: numbers and times that belong to nobody any more.
    """
    locks.subject(member.org_id, member.id)
    user_id = member.user_id
    last = not Member.objects.filter(user_id=user_id).exclude(id=member.id).exists()
    user = User.objects.filter(id=user_id).first()
    if last and user is not None:  # the last word is written while the address is known
        letters.write(member.org, user, "erased", day=retention.last_backup(timezone.now()))
    everything(member)
    Consent.objects.filter(subject_id=member.id).delete()
    trail.record("account.erased", subject_id=member.id, actor_id=member.id)
    store.shred_subject(member.org_id, member.id)  # now the audit key too: details become unreadable
    phone.forget(member)
    Member.objects.filter(id=member.id).delete()
    if last:
        _forget_sign_in(user_id)


def _forget_sign_in(user_id: int) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user_id):
            session.delete()
    User.objects.filter(id=user_id).delete()


def _hide(row: Picture) -> None:
    store.shred(row.object_id, actor_id=row.subject_id)


def _finish_after_commit(member: Member) -> None:
    queue.defer("finish_erasures", org_id=member.org_id)
    org_id = member.org_id
    transaction.on_commit(lambda: store.finish_erasures(org_id), robust=True)
