"""What every template knows: the organisation around the page, its colour, the languages, the legal links."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from faceproof import legal, mail
from faceproof.organisations import accounts, policy, roles
from faceproof.organisations.models import Organisation

LEGAL_LINKS = ("privacy", "deletion", "terms")


def organisation(request: HttpRequest) -> Organisation | None:
    """The caller's organisation; for somebody not signed in, the one that admits people."""
    member = getattr(request, "member", None)
    return member.org if member is not None else accounts.open_organisation()


def colour(org: Organisation | None) -> str:
    """The accent as six hexadecimal digits."""
    return bytes(policy.brand_colour(org or Organisation())).hex()


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Template context processor (named in the settings)."""
    member = getattr(request, "member", None)
    org = SimpleLazyObject(lambda: organisation(request))
    lang = get_language() or settings.LANGUAGE_CODE
    return {
        "org": org,
        "member": member,
        "accent": SimpleLazyObject(lambda: colour(organisation(request))),
        "organises": roles.may_organise(member),
        "languages": [("en", "English"), ("fr", "Français")],
        "lang": lang,
        "mails": mail.configured(),
        "may_try": settings.FACEPROOF_TRY,
        "legal_links": [legal.get(slug, lang) for slug in LEGAL_LINKS],
    }
