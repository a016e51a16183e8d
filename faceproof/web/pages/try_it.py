"""Try without keeping: one page, no account. The pictures are in the answer itself and nowhere else."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from faceproof import faults, legal, styles
from faceproof.darkroom import Proof, Refused
from faceproof.darkroom.pool import Busy
from faceproof.engines import EngineError
from faceproof.faults import Fault
from faceproof.finishing import FinishingError
from faceproof.intake import IntakeError
from faceproof.marking import MarkError
from faceproof.organisations import accounts
from faceproof.organisations.models import Member, Organisation
from faceproof.sittings import trying
from faceproof.web import facts, policy
from faceproof.web.pages import photo
from faceproof.web.pages.own_photo import taken
from faceproof.web.pages.page import RETRY_AFTER
from faceproof.web.templatetags.studio import words

TICKS = {"headshot": "try", "adult": "adult"}  # name of the tick → slug of its text
TRIES, SECONDS = 5, 3600  # from one address


@dataclass(frozen=True, slots=True)
class Made:
    """One picture as the page shows it: base64 of a marked JPEG."""

    name: str
    label: str
    data: str


def show(request: HttpRequest) -> HttpResponse:
    org = accounts.open_organisation() if settings.FACEPROOF_TRY else None
    if org is None:
        raise Http404
    made, found = _made(request, org) if request.method == "POST" else ([], [])
    lang, known = get_language() or "en", facts.of(org)
    context = photo.offer(Member(org=org)) | {
        "made": made,
        "refusals": found,
        "sentences": facts.five_sentences(org, "try"),
        "texts": {name: legal.get(slug, lang).filled(known) for name, slug in TICKS.items()},
        "ticked": [name for name in TICKS if request.POST.get(name)],
        "upload_to": reverse("try"),
        "custodies": ("transit",),
        "trying": True,
        "max_photos": 1,
    }
    response = render(request, "pages/try_it.html", context, status=found[0].status if found else 200)
    if response.status_code == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return policy.allow(response, img_src="data:")


def _made(request: HttpRequest, org: Organisation) -> tuple[list[Made], list[Fault]]:
    upload = taken(request)
    if isinstance(upload, Fault):
        return [], [upload]
    if not all(request.POST.get(name) for name in TICKS):
        return [], [faults.fault("not_ticked")]
    if _often(request):
        return [], [faults.fault("tried_enough")]
    wishes = photo.HandIn(request.POST)
    wishes.is_valid()
    try:
        return [_shown(proof) for proof in trying.develop(org, upload, wishes.wish())], []
    except Refused as refused:
        return [], [faults.fault(code) for code in refused.examined.refusals]
    except Busy:
        return [], [faults.fault("studio_busy")]
    except (IntakeError, EngineError, FinishingError, MarkError) as error:
        return [], [faults.of(error)]


def _shown(proof: Proof) -> Made:
    label = {style.name: style.label for style in styles.all_styles()}[proof.style]
    return Made(proof.style, words(label), base64.b64encode(proof.rendition.data).decode())


def _often(request: HttpRequest) -> bool:
    """Counts this try against its network address, of which only a keyed hash is held, for an hour."""
    key = "try:" + salted_hmac("faceproof.try", _address(request), algorithm="sha256").hexdigest()
    cache.add(key, 0, SECONDS)
    try:
        return bool(cache.incr(key) > TRIES)
    except ValueError:  # it ended between the two
        return False


def _address(request: HttpRequest) -> str:
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):  # FACEPROOF_BEHIND_PROXY
        return str(forwarded.rpartition(",")[2].strip())
    return str(request.META.get("REMOTE_ADDR", ""))
