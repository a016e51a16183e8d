"""Put what was handed in through the darkroom and turn whatever happens there into an `Outcome`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from faceproof import tenancy
from faceproof.darkroom import Choice, Examined, Order, Proof, Refused
from faceproof.darkroom.pool import Busy
from faceproof.engines import EngineError
from faceproof.finishing import FinishingError
from faceproof.intake import IntakeError
from faceproof.marking import MarkError
from faceproof.marking.authority import AuthorityError
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import models, studio
from faceproof.sittings.models import FAILED, READY, REFUSED, Sitting


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo as it arrived, or several of one person: the bytes, and the content type that the sender of one
    photo claims."""

    photo: bytes | tuple[bytes, ...] = field(repr=False)  # never in a traceback or a log line
    declared: str = ""

    @property
    def count(self) -> int:
        return len(self.photo) if isinstance(self.photo, tuple) else 1

    def chosen(self, choice: Choice | None) -> bytes:
        """The photo that is used. Of several there is one only when the darkroom chose it."""
        if not isinstance(self.photo, tuple):
            return self.photo
        if choice is None or choice.used is None:
            raise ValueError("none of these photos was chosen")
        return self.photo[choice.used - 1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; ``codes`` are refusals, ``fault`` is what went wrong on our side."""

    state: str
    warnings: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    codes: tuple[str, ...] = ()
    fault: str = ""
    choice: Choice | None = None  # when there were several photos

    def told(self) -> dict[str, Any]:
        """For the trail: codes, and how many photos there were."""
        photos = len(self.choice.photos) if self.choice else 1
        return {"codes": list(self.codes), "fault": self.fault, "photos": photos}


def expose(member: Member, sitting: Sitting, upload: Upload, *, examine_only: bool = False) -> Outcome:
    """Run the darkroom for the looks that this sitting has no proof of yet.

    Raises:
        Busy: the studio is full.
    """
    order = Order(
        photo=upload.photo,
        declared=upload.declared or None,
        made_at=timezone.now(),
        engine=sitting.engine,
        styles=_missing(member, sitting),
        brand_colour=policy.brand_colour(member.org),
        examine_only=examine_only,
        lens=sitting.lens,
        coarse=studio.coarse(),
    )
    examined: Examined | None = None
    proofs: list[Proof] = []
    try:
        for event in studio.pool().develop(order, studio.signer(member.org)):
            if isinstance(event, Examined):
                examined = event
            else:
                proofs.append(event)
    except IntakeError as error:
        if error.code == "decoder_busy":  # nothing is wrong with the photo
            raise Busy from error
        return Outcome(REFUSED, codes=(error.code,))
    except Refused as error:
        told = error.examined
        return Outcome(REFUSED, told.warnings, codes=told.refusals, choice=told.choice)
    except (EngineError, FinishingError, MarkError, AuthorityError) as error:
        choice = examined.choice if examined else None
        if error.code not in ("edges_unsure", "edges_lost"):
            return Outcome(FAILED, fault=error.code, choice=choice)
        # The photo's fault, not the studio's: none of these looks can be made of it.
        if set(order.styles or ()) < set(sitting.styles):  # others were made before
            return Outcome(READY, (error.code,), choice=choice)
        return Outcome(REFUSED, examined.warnings if examined else (), codes=(error.code,), choice=choice)
    if examined is None:
        return Outcome(READY, proofs=tuple(proofs))
    warnings = examined.warnings
    if not examine_only and {proof.style for proof in proofs} < set(order.styles or ()):
        warnings += ("edges_unsure",)
    return Outcome(READY, warnings, tuple(proofs), choice=examined.choice)


def _missing(member: Member, sitting: Sitting) -> tuple[str, ...]:
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        made = set(models.Proof.objects.filter(sitting=sitting).values_list("style", flat=True))
    return tuple(name for name in sitting.styles if name not in made)
