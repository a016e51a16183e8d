"""A try of which nothing is kept: photo in, marked pictures out, no row about anybody. Members come first."""

from __future__ import annotations

import threading

from django.utils import timezone

from faceproof import tenancy
from faceproof.archive import trail
from faceproof.darkroom import Order, Proof
from faceproof.darkroom.pool import Busy
from faceproof.organisations import policy
from faceproof.organisations.models import Organisation
from faceproof.sittings import studio
from faceproof.sittings.exposure import Upload

LOOKS = 2
NOBODY = 0  # subject of the one entry: that somebody tried
_one = threading.BoundedSemaphore(1)  # a process tries for one visitor at a time


def develop(org: Organisation, upload: Upload, lens: float | None = None) -> list[Proof]:
    """One or two marked pictures of the photo, in memory.

    Raises:
        Busy: a member waits for a first picture, or another try is being made. darkroom.Refused,
        intake.IntakeError, engines.EngineError, finishing.FinishingError, marking.MarkError: as
        `darkroom.develop`.
    """
    waits = studio.line().firsts_wait
    if waits() or not _one.acquire(blocking=False):
        raise Busy
    try:
        made: list[Proof] = []
        events = studio.pool().develop(
            _order(org, upload, lens), studio.signer(org), go_on=lambda: not waits()
        )
        del upload
        made.extend(event for event in events if isinstance(event, Proof))
    finally:
        _one.release()
    with tenancy.scope(org_id=org.id, subject_id=NOBODY):
        trail.record("try.made", subject_id=NOBODY)  # a count, for the operator: no person, no detail
    return made


def _order(org: Organisation, upload: Upload, lens: float | None) -> Order:
    looks = [style.name for style in policy.approved_styles(org)]
    return Order(
        photo=upload.photo,
        declared=upload.declared or None,
        made_at=timezone.now(),
        engine=studio.engine(),
        styles=tuple(looks[:LOOKS]),
        brand_colour=policy.brand_colour(org),
        lens=lens,
        coarse=studio.coarse(),
    )
