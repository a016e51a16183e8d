"""A link out of a QR code, opened on the phone. Reading the page opens nothing: only its button does, or a
preview of the link by some program would spend it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from faceproof import guard
from faceproof.organisations import phone
from faceproof.web import carrying


def show(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        try:
            return carrying.bind(redirect("phone"), phone.open_once(token))
        except phone.LinkSpent:
            pass
    elif phone.to_open(token) is not None:
        return render(request, "pages/phone_open.html", {"why": ""})
    return _spent(request, token)


def _spent(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by this very browser: back to where it was. By another, or too old: a sentence."""
    link = phone.taken(token)
    if link is None:
        return carrying.over(request)
    try:
        if guard.on_the_phone(request.COOKIES.get(carrying.COOKIE, ""))[1].pk == link.pk:
            return redirect("phone")
    except (guard.NotFound, guard.NotAgreed):
        pass
    return carrying.over(request, "taken")
