"""Deleting, from one picture to the account: a page that says what will go, then a button that does it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faceproof import guard
from faceproof.privacy import erase
from faceproof.sittings.models import Headshot, Proof, Sitting
from faceproof.web import facts
from faceproof.web.pages.page import asker


def _asked(request: HttpRequest, what: str, back: str, **more: object) -> HttpResponse:
    known = {"what": what, "back": back, "gone": facts.gone()}
    return render(request, "pages/delete.html", known | more)


def _gone(request: HttpRequest, sentence: str, to: str) -> HttpResponse:
    """Say that it is done, and when the last copy the operator may have made is gone (R-044, R-045)."""
    when = _("Gone from use now; the last backup is gone on %(day)s.") % {"day": facts.gone()}
    messages.success(request, f"{sentence} {when}")
    return redirect(to)


def sitting(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        doomed = guard.sitting(member, ident)
        if request.method != "POST":
            back = reverse("sitting", args=[ident])
            return _asked(request, "sitting", back, sitting=doomed, pictures=_counted(doomed))
        erase.sitting(member, doomed)
    return _gone(request, _("The photo session and everything in it is deleted."), reverse("home"))


def selfie(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """The kept photo of a sitting; the headshots stay (R-041)."""
    member, back = asker(request), reverse("sitting", args=[ident])
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        doomed = sitting.selfies.first()
        if doomed is None:
            raise guard.NotFound
        if sitting.open:  # the work needs the photo: whoever wants it gone now deletes the sitting
            return redirect("sitting_delete", ident=ident)
        if request.method != "POST":
            return _asked(request, "selfie", back, selfie=doomed)
        erase.picture(member, doomed)
    return _gone(request, _("Your photo is deleted."), back)


def proof(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    return _picture(request, ident, guard.proof, "proof")


def headshot(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    return _picture(request, ident, guard.headshot, "headshot")


def _picture(
    request: HttpRequest, ident: uuid.UUID, find: Callable[..., Proof | Headshot], what: str
) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        doomed = find(member, ident)
        to = reverse("home") if what == "headshot" else reverse("sitting", args=[doomed.sitting_id])
        if request.method != "POST":
            back = reverse("headshot", args=[ident]) if what == "headshot" else to
            return _asked(request, what, back, picture=reverse(f"{what}_picture", args=[ident]))
        erase.picture(member, doomed)
    return _gone(request, _("The picture is deleted."), to)


def everything(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        if request.method != "POST":
            return _asked(
                request, "everything", reverse("settings"), pictures=_counted(*Sitting.objects.all())
            )
        erase.everything(member)
    return _gone(request, _("All your pictures are deleted. Your account stays."), reverse("home"))


def account(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    if request.method != "POST":
        return _asked(request, "account", reverse("settings"))
    with guard.as_self(member):
        erase.account(member)
    logout(request)
    return _gone(request, _("Your account and everything in it is erased."), reverse("home"))


def _counted(*sittings: Sitting) -> str:
    """“1 kept photo, 8 looks and 1 headshot”: whoever deletes must not wonder what the ninth picture is."""
    kept = sum(each.selfies.count() for each in sittings)
    drafts = sum(each.proofs.count() for each in sittings)
    shots = sum(each.headshots.count() for each in sittings)
    told = [
        ngettext("%(n)d kept photo", "%(n)d kept photos", kept) % {"n": kept} if kept else "",
        ngettext("%(n)d look", "%(n)d looks", drafts) % {"n": drafts} if drafts else "",
        ngettext("%(n)d headshot", "%(n)d headshots", shots) % {"n": shots} if shots else "",
    ]
    return get_text_list([each for each in told if each], _("and")) or _("no picture")
