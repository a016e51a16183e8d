"""A card with the person's initials on the organisation's colour, for whoever gives no photo."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from faceproof import faults
from faceproof.engines import EngineError
from faceproof.sittings import plainly
from faceproof.web.pages.page import asker


class Letters(forms.Form):
    """One to three letters; `engines` says which ones the typeface has."""

    letters = forms.CharField(max_length=12)


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    form = Letters(request.POST or None)
    fault = None
    if request.method == "POST":
        text = form.cleaned_data["letters"] if form.is_valid() else ""
        try:
            return redirect("headshot", ident=plainly.initials(member, text).id)
        except EngineError as error:
            fault = faults.of(error)
    context = {"form": form, "fault": fault}
    return render(request, "pages/initials.html", context, status=fault.status if fault else 200)
