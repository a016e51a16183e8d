"""A chosen headshot: download it in any format, again and again, until the date shown (R-144)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as _

from faceproof import changes, faults, formats, guard
from faceproof.engines import MAX_SIDE
from faceproof.finishing import FinishingError, Wish
from faceproof.formats import Format, FormatError
from faceproof.sittings import gallery, plainly
from faceproof.sittings.models import Headshot
from faceproof.web import looks
from faceproof.web.look import query
from faceproof.web.pages.page import asker, told

PLACES = (
    (_("For chat and the directory"), ("avatar", "entra")),
    (_("For profiles and applications"), ("linkedin", "cv")),
    (_("For the web, and for designers"), ("web-original", "png")),
    (_("For paper"), ("print", "badge")),
)
"""Where a picture is going to be; a format that stands in none of them comes last."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One format of one headshot and the size it would truly have."""

    format: Format
    width: int
    height: int

    @property
    def smaller(self) -> bool:
        """True when the photo holds fewer pixels than the format asks for."""
        return self.format.fit == "exact" and self.width < self.format.width


def offers(headshot: Headshot) -> list[Offer]:
    """What may be downloaded, never above the pixels held; formats that cannot be cut at all are left out."""
    sizes = {fmt.name: headshot.largest.get(fmt.name) for fmt in formats.offered()}
    return [Offer(fmt, *size) for fmt in formats.offered() if (size := sizes[fmt.name]) and min(size) > 0]


def grouped(found: list[Offer]) -> list[tuple[str, list[Offer]]]:
    """The offers by the place that they are for, places without any left out."""
    names = {name for _label, group in PLACES for name in group}
    others = [offer.format.name for offer in found if offer.format.name not in names]
    rows = [*PLACES, (_("For elsewhere"), tuple(others))]
    groups = [(label, [offer for offer in found if offer.format.name in group]) for label, group in rows]
    return [(label, group) for label, group in groups if group]


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        shot = guard.headshot(member, ident)
        label = looks.label(shot.style)
        found = offers(shot)
        context = {
            "headshot": shot,
            "label": label,
            "told": changes.sentences(gallery.told(shot)),
            "plain": plainly.is_plain(shot.engine),
            "places": grouped(found),
            "retouched": gallery.retouched(shot),
            "wish": Wish.of(shot.wish),
            "query": query(Wish.of(shot.wish)),
            "copies": any(offer.format.file == "png" for offer in found),
            "limited": any(offer.smaller for offer in found),
            "closer_helps": max(shot.width, shot.height) < MAX_SIDE,
            "left_out": [fmt for fmt in formats.offered() if fmt.name not in {o.format.name for o in found}],
        }
        return render(request, "pages/headshot.html", context)


def download(request: HttpRequest, ident: uuid.UUID, name: str) -> HttpResponse:
    member = asker(request)
    try:
        with guard.as_self(member):
            shot = guard.headshot(member, ident)
            export = gallery.download(member, shot, name)
    except FormatError:
        raise guard.NotFound from None
    except FinishingError as error:
        return told(request, faults.of(error))
    response = HttpResponse(export.data, content_type=f"image/{export.file}")
    response["Cache-Control"] = "no-store, private"
    filename = f"headshot-{name}-{export.width}x{export.height}.{formats.get(name).ending}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
