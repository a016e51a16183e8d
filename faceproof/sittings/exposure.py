"""Put one photo through the darkroom and turn whatever happens there into an `Outcome`."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from faceproof import tenancy
from faceproof.darkroom import Examined, Order, Proof, Refused
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
    """A photo as it arrived: the bytes, and the content type that the sender claims."""

    photo: bytes = field(repr=False)  # never in a traceback or a log line
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; ``codes`` are refusals, ``fault`` is what went wrong on our side."""

    state: str
    warnings: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    codes: tuple[str, ...] = ()
    fault: str = ""


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
        return Outcome(REFUSED, error.examined.warnings, codes=error.examined.refusals)
    except (EngineError, FinishingError, MarkError, AuthorityError) as error:
        return Outcome(FAILED, fault=error.code)
    return Outcome(READY, examined.warnings if examined else (), tuple(proofs))


def _missing(member: Member, sitting: Sitting) -> tuple[str, ...]:
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        made = set(models.Proof.objects.filter(sitting=sitting).values_list("style", flat=True))
    return tuple(name for name in sitting.styles if name not in made)
