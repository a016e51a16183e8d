"""One's own switches, each explained in a line: consents, mail, language, what is kept, account, deletion."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from faceproof import guard, legal
from faceproof.consent import records
from faceproof.organisations.models import User
from faceproof.privacy import erase
from faceproof.sittings.models import Selfie
from faceproof.web import facts
from faceproof.web.pages.before import NEEDED, OPTIONAL
from faceproof.web.pages.page import asker

TEXTS = NEEDED | OPTIONAL


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    if request.method == "POST" and "reminders" in request.POST:
        return _remind(request, request.POST["reminders"] == "on")
    with guard.as_self(member):
        if request.method == "POST":
            return _change(request)
        standing, known = records.standing(member), facts.of(member.org)
        lang = get_language() or "en"
        rows = [
            {
                "purpose": purpose,
                "title": legal.get(slug, lang).title,
                "text": legal.get(slug, lang).filled(known),
                "consent": standing[purpose],
            }
            for purpose, slug in TEXTS.items()
            if purpose != "adult"
        ]
        kept = list(Selfie.objects.select_related("sitting").order_by("expires_at"))
        context = {
            "consents": rows,
            "kept": kept,
            "facts": known,
            "reminders": User.objects.values_list("reminders", flat=True).get(id=member.user_id),
        }
        return render(request, "pages/settings.html", context)


def _remind(request: HttpRequest, wish: bool) -> HttpResponse:
    """The mail a week before headshots reach their date: on or off."""
    User.objects.filter(id=asker(request).user_id).update(reminders=wish)
    messages.success(request, _("The reminder is on.") if wish else _("The reminder is off."))
    return redirect("settings")


def _change(request: HttpRequest) -> HttpResponse:
    """Withdraw or give one consent. Withdrawing the main one leads to deleting what it covered."""
    member = asker(request)
    purpose, wish = request.POST.get("purpose", ""), request.POST.get("wish")
    if wish == "withdraw" and purpose in TEXTS:
        records.withdraw(member, purpose)
        if purpose == "headshot":
            soon = _("Withdrawn. What was made with AI is deleted within a day; here you can do it at once.")
            messages.success(request, soon)
            erase.after_withdrawal(member)  # the text agreed to says so; nobody has to press another button
            return redirect("everything_delete")
        messages.success(request, _("Withdrawn."))
    elif wish == "give" and purpose in OPTIONAL:
        records.give(member, purpose, text=legal.get(OPTIONAL[purpose], get_language() or "en"))
        messages.success(request, _("Thank you. You can withdraw this here at any time."))
    return redirect("settings")
