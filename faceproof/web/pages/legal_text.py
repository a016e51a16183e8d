"""A legal text with its date, version and hash, filled with the values this installation enforces."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from faceproof import legal
from faceproof.organisations.models import Organisation
from faceproof.web import facts
from faceproof.web.context import organisation


def show(request: HttpRequest, slug: str) -> HttpResponse:
    org = organisation(request) or Organisation(name="Faceproof")
    try:
        text = legal.get(slug, get_language() or "en")
    except legal.LegalError:
        raise Http404 from None
    known = facts.of(org)
    sentences = facts.five_sentences(org) if slug == "notice" else []
    context = {"text": text, "body": text.filled(known), "sentences": sentences}
    return render(request, "pages/legal_text.html", context)
