"""“Show it to my colleagues”: one agreement, asked for here only and only of who opens it (R-068)."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from faceproof import guard, legal
from faceproof.sittings import publication
from faceproof.web import facts
from faceproof.web.pages.page import asker


class Agreement(forms.Form):
    """The name to show with it, and a tick that nobody sets for the person."""

    name = forms.CharField(max_length=80, error_messages={"required": _l("Type the name to show.")})
    agreed = forms.BooleanField(
        error_messages={"required": _l("Tick this if you want it; otherwise leave it.")}
    )


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        headshot = guard.headshot(member, ident)
        text = legal.get("publication", get_language() or "en")
        form = Agreement(request.POST or None)
        if request.method == "POST" and form.is_valid():
            publication.publish(member, headshot, form.cleaned_data["name"], text)
            messages.success(request, _("Your colleagues see it now. You can take it back here at any time."))
            return redirect("people")
        context = {
            "headshot": headshot,
            "form": form,
            "text": text.filled(facts.of(member.org)),
            "shown": headshot.publications.first(),
        }
        return render(request, "pages/publish.html", context, status=422 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        if publication.take_back(member):
            messages.success(request, _("Taken back: your colleagues do not see it any more."))
    return redirect("people")
