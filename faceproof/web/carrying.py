"""The door of the pages that a phone sees after it opened a person's link (organisations/phone.py).

It fails closed: the cookie is looked at here and nowhere else, it signs nobody in, and `opened` leads here
only for pages that say ``phone``. Every other page sees a browser that is not signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from faceproof import guard
from faceproof.organisations.models import Member, PhoneLink

COOKIE = "__Host-phone"
AGE = 20 * 60  # seconds; the link itself ends earlier, and decides


def only(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """``answer``, for the browser that carries a living link; a plain sentence for any other."""
    try:
        carried = guard.on_the_phone(request.COOKIES.get(COOKIE, ""))
    except (guard.NotFound, guard.NotAgreed):
        return over(request)
    request.carried = carried  # type: ignore[attr-defined]
    return answer()


def whom(request: HttpRequest) -> tuple[Member, PhoneLink]:
    """The person whose link it is, and the link; `only` has made sure of both."""
    return cast("tuple[Member, PhoneLink]", request.carried)  # type: ignore[attr-defined]


def over(request: HttpRequest, why: str = "over") -> HttpResponse:
    """This browser has no part in any sitting. ``why``: ``over`` or ``taken`` (another browser has it)."""
    return render(request, "pages/phone_open.html", {"why": why}, status=410)


def bind(response: HttpResponse, secret: str) -> HttpResponse:
    """Give the one browser its cookie."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=AGE,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response
