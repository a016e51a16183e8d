"""The way of a photo, layer by layer, and who sees what, as this studio is configured (R-003, R-007)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from faceproof.legal.french import elided
from faceproof.organisations.models import Organisation
from faceproof.web import facts


@dataclass(frozen=True, slots=True)
class Layer:
    """One place that a photo comes to. ``own``: a machine of the organisation, or of a company outside."""

    code: str  # names its icon
    name: str
    place: str
    does: str
    keeps: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Eyes:
    """One row of “who sees what”: a person or a company, and what they see of three things."""

    who: str
    photo: str
    headshots: str
    record: str
    you: bool = False


def of(org: Organisation) -> list[Layer]:
    """From the person's own device to where the last byte rests."""
    known = facts.of(org)
    house = own_machines(org)
    if facts.is_local(str(settings.FACEPROOF_ENGINE)):
        engine = Layer(
            "spark",
            _("The AI"),
            house,
            _("The engine “%(engine)s” reworks your photo here, on these machines. It needs no network.")
            % known,
            _("In memory, %(transit_seconds)s seconds at most.") % known,
        )
    else:
        engine = Layer(
            "spark",
            _("The AI"),
            _("another company: %(engine)s") % known,
            _("Your photo is sent there to be reworked. A transfer to another country is possible."),
            _("What that company keeps is written in its own terms."),
            own=False,
        )
    kept = {
        "transit": _("Your photo never comes here."),
        "choice": _("Your photo comes here only if you ask for it, for %(selfie_days)s at most.") % known,
        "sealed": _("Your photo rests here for %(selfie_days)s at most.") % known,
    }[facts.keeping(org)]
    place, own = storage(org)
    return [
        Layer(
            "phone",
            _("Your phone or computer"),
            pgettext("place", "with you"),
            _("You choose a photo. Until you send it, it is nowhere else."),
            _(
                "The page lets go of it when you are done, start again or leave."
                " It stores nothing in the browser."
            ),
        ),
        Layer(
            "site",
            _("This site"),
            house,
            _("Takes the photo over an encrypted connection and looks whether it can be used."),
            _("In memory only, never written to a disk."),
        ),
        engine,
        Layer(
            "lock",
            _("The sealed storage"),
            place,
            _("Holds your headshots, encrypted under a key of your own. %(kept)s") % {"kept": kept},
            _("Looks %(draft_days)s, headshots %(headshot_days)s, or until you delete them.") % known,
            own=own,
        ),
    ]


def own_machines(org: Organisation) -> str:
    """The organisation's machines, and where they stand when the operator says so."""
    house = elided(_("%(organisation)s’s own machines") % {"organisation": org.name}, org.name)
    return f"{house}, {settings.FACEPROOF_REGION}" if settings.FACEPROOF_REGION else house


def unstated() -> bool:
    """Whether the operator has not said where the machines stand: then the page says that, too (R-003)."""
    return not settings.FACEPROOF_REGION


def storage(org: Organisation) -> tuple[str, bool]:
    """Where sealed files lie, and whether that is on the organisation's own machines."""
    address = str(settings.FACEPROOF_BLOBS)
    if not address.startswith("s3://"):
        return own_machines(org), True
    asked = parse_qs(urlsplit(address).query)
    parts = [urlsplit(asked.get("endpoint", [""])[0]).hostname or "S3", *asked.get("region", [])]
    return ", ".join(parts), False


def eyes(org: Organisation) -> list[Eyes]:
    """Who sees what; the last two rows are there because people ask."""
    known = facts.of(org)
    local = facts.is_local(str(settings.FACEPROOF_ENGINE))
    no, yes = pgettext("who sees what", "no"), pgettext("who sees what", "yes")
    return [
        Eyes(_("You"), yes, yes, yes, you=True),
        Eyes(
            _("%(organisation)s: managers and HR") % known,
            no,
            _("only one that you choose to show"),
            no,
        ),
        Eyes(
            _("People who run the machines"),
            _("no page shows it"),
            _("no page shows them; the files are encrypted"),
            _("that something happened, not what"),
        ),
        Eyes(
            _("Other companies"),
            no if local else _("yes: %(engine)s") % known,
            no if local else _("yes: %(engine)s") % known,
            no,
        ),
    ]
