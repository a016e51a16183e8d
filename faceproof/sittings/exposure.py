"""Put what was handed in through the darkroom and turn whatever happens there into an `Outcome`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.utils import timezone

from faceproof import tenancy
from faceproof.darkroom import Choice, Examined, Order, Proof, Refused
from faceproof.darkroom.examining import LOST
from faceproof.darkroom.pool import Busy
from faceproof.engines import EngineError
from faceproof.finishing import FinishingError
from faceproof.intake import IntakeError, may_ask
from faceproof.marking import MarkError
from faceproof.marking.authority import AuthorityError
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import models, studio
from faceproof.sittings.models import ASKING, FAILED, READY, REFUSED, Sitting

PAUSED = "paused"
"""Not a state of a sitting: more looks will be made when nobody waits for a first one."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo as it arrived, or several of one person: the bytes, and the content type that the sender of one
    photo claims."""

    photo: bytes | tuple[bytes, ...] = field(repr=False)  # never in a traceback or a log line
    declared: str = ""

    @property
    def count(self) -> int:
        return len(self.photo) if isinstance(self.photo, tuple) else 1

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return sum(map(len, self.photo)) if isinstance(self.photo, tuple) else len(self.photo)

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
    codes: tuple[str, ...] = ()
    fault: str = ""
    choice: Choice | None = None  # when there were several photos
    faces: tuple[Box, ...] = field(default=(), repr=False)  # to ask which one is the person's; never stored

    def told(self) -> dict[str, Any]:
        """For the trail: codes, and how many photos there were."""
        photos = len(self.choice.photos) if self.choice else 1
        return {"codes": list(self.codes), "fault": self.fault, "photos": photos}


def expose(
    member: Member,
    sitting: Sitting,
    upload: Upload,
    *,
    examine_only: bool = False,
    keep: Callable[[Proof], bool] = lambda proof: True,
    pause: Callable[[], bool] = lambda: False,
    ask: bool = False,
    glimpse: Callable[[bytes], None] | None = None,
) -> Outcome:
    """Run the darkroom for the looks that this sitting has no proof of yet.

    Args:
        keep: is given each proof as soon as it is made; False when nobody wants it any more.
        pause: asked after each proof: True gives the darkroom to somebody else, and the outcome is `PAUSED`.
        ask: a refusal that the person can settle by an answer is the outcome `ASKING`.
        glimpse: many wait: make one small picture, give its marked preview to this and be `PAUSED`.

    Raises:
        Busy: the studio is full.
    """
    order = _order(member, sitting, upload, examine_only)
    if glimpse is not None:
        order = replace(order, glimpse=True)
        keep, pause = partial(_shown, glimpse), _at_once
    exposing = _Exposing(sitting, order, keep, pause)
    try:
        exposing.run(member)
    except IntakeError as error:
        if error.code == "decoder_busy":  # nothing is wrong with the photo
            raise Busy from error
        return Outcome(REFUSED, codes=(error.code,))
    except Refused as error:
        told = error.examined
        settled = ask and upload.count == 1 and may_ask(told.refusals)
        state = ASKING if settled else REFUSED
        return Outcome(state, told.warnings, told.refusals, choice=told.choice, faces=told.faces)
    except (EngineError, FinishingError, MarkError, AuthorityError) as error:
        # One look in small decides nothing: another look may be possible where this one is not.
        return exposing.failed(error.code) if glimpse is None else Outcome(PAUSED)
    return exposing.done() if glimpse is None else Outcome(PAUSED)


def _shown(glimpse: Callable[[bytes], None], proof: Proof) -> bool:
    glimpse(proof.rendition.data)
    return True


def _at_once() -> bool:
    return True


def _order(member: Member, sitting: Sitting, upload: Upload, examine_only: bool) -> Order:
    spot = sitting.answer.get("face")
    return Order(
        photo=upload.photo,
        declared=upload.declared or None,
        made_at=timezone.now(),
        engine=sitting.engine,
        styles=_missing(member, sitting),
        brand_colour=policy.brand_colour(member.org),
        examine_only=examine_only,
        lens=sitting.lens,
        coarse=studio.coarse(),
        anyway=bool(sitting.answer.get("anyway")),
        spot=(float(spot[0]), float(spot[1])) if spot else None,
    )


class _Exposing:
    """One run through the darkroom, and what came of it so far."""

    def __init__(
        self, sitting: Sitting, order: Order, keep: Callable[[Proof], bool], pause: Callable[[], bool]
    ) -> None:
        self.order, self.keep, self.pause = order, keep, pause
        self.wanted = set(order.styles or ())
        self.earlier = self.wanted < set(sitting.styles)  # looks of this sitting were made before
        self.examined: Examined | None = None
        self.made: set[str] = set()
        self.paused = self.unwanted = False

    def run(self, member: Member) -> None:
        pool = studio.pool()
        for event in pool.develop(self.order, studio.signer(member.org), go_on=self._go_on):
            if isinstance(event, Examined):
                self.examined = event
                continue
            self.made.add(event.style)
            self.unwanted = not self.keep(event) or self.unwanted

    def _go_on(self) -> bool:
        self.paused = self.pause()
        return not (self.paused or self.unwanted)

    def failed(self, code: str) -> Outcome:
        """Whose fault it is: the photo's, when nothing can be cut out of it; else the studio's."""
        choice = self.examined.choice if self.examined else None
        warnings = self.examined.warnings if self.examined else ()
        lost = code in LOST
        if self.made or self.earlier:
            return Outcome(READY, (*warnings, code if lost else "looks_missing"), choice=choice)
        if lost:
            return Outcome(REFUSED, warnings, (code,), choice=choice)
        return Outcome(FAILED, fault=code, choice=choice)

    def done(self) -> Outcome:
        if self.unwanted:  # deleted meanwhile: or it would come back into the line, for nobody
            return Outcome(READY)
        if self.paused and self.made < self.wanted:
            return Outcome(PAUSED)
        if self.examined is None:
            return Outcome(READY)
        warnings = self.examined.warnings
        if not self.order.examine_only and self.made < self.wanted:
            warnings += ("edges_unsure",)
        return Outcome(READY, warnings, choice=self.examined.choice)


def _missing(member: Member, sitting: Sitting) -> tuple[str, ...]:
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        made = set(models.Proof.objects.filter(sitting=sitting).values_list("style", flat=True))
    return tuple(name for name in sitting.styles if name not in made)
