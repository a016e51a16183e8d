"""Before anything is uploaded: five sentences from the configuration, and a free choice (R-060, R-064)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from faceproof import guard, legal
from faceproof.consent import records
from faceproof.web import facts, layers
from faceproof.web.pages.page import asker

NEEDED = {"adult": "adult", "headshot": "consent"}  # purpose → slug of the text agreed to
OPTIONAL = {"marketing": "marketing"}


class Agreement(forms.Form):
    """Two needed ticks and one that is really optional; none is ticked for the person (R-079)."""

    headshot = forms.BooleanField(
        error_messages={"required": _("Please tick this to go on, or choose another way.")}
    )
    adult = forms.BooleanField(error_messages={"required": _("This studio is for adults: please confirm.")})
    marketing = forms.BooleanField(required=False)


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    lang = get_language() or "en"
    with guard.as_self(member):
        standing = {purpose: given is not None for purpose, given in records.standing(member).items()}
        form = Agreement(request.POST or None, initial=standing)
        if request.method == "POST" and form.is_valid():
            for purpose, slug in (NEEDED | OPTIONAL).items():
                if form.cleaned_data[purpose]:
                    records.give(member, purpose, text=legal.get(slug, lang))
                elif standing[purpose]:
                    records.withdraw(member, purpose)
            return redirect("photo")
        known = facts.of(member.org)
        texts = {
            purpose: legal.get(slug, lang).filled(known) for purpose, slug in (NEEDED | OPTIONAL).items()
        }
        context = {
            "form": form,
            "texts": texts,
            "sentences": facts.five_sentences(member.org),
            "eyes": layers.eyes(member.org),
            "layers": layers.of(member.org),
            "unstated": layers.unstated(),
            "transfer": known["transfer"],
        }
        return render(request, "pages/before.html", context, status=422 if form.errors else 200)
