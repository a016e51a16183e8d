"""Every part of the house on one page, for those who build it; there only in debug (docs/operations.md)."""

from __future__ import annotations

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from faceproof import faults
from faceproof.organisations.models import Organisation
from faceproof.web import facts, layers
from faceproof.web.templatetags.studio import drawings, symbols

COLOURS = re.compile(r"--([a-z0-9-]+): #[0-9a-f]{6}")
SIZES = re.compile(r"--((?:s|t|r)-[a-z0-9]+):")


class Sample(forms.Form):
    """One field of each kind; sent without a word it shows its errors."""

    name = forms.CharField(label="Text", help_text="A hint stands below the field.")
    mail = forms.EmailField(label="E-mail address")
    kind = forms.ChoiceField(
        label="One of these", choices=[("a", "This"), ("b", "That")], widget=forms.RadioSelect
    )
    colour = forms.CharField(label="Colour", widget=forms.TextInput(attrs={"type": "color"}), required=False)
    agreed = forms.BooleanField(label="A tick that is needed")


def stylesheet() -> str:
    found = finders.find("faceproof/faceproof.css")
    assert found is not None
    return Path(found).read_text(encoding="utf-8")


def names(pattern: re.Pattern[str]) -> list[str]:
    """The tokens of the stylesheet, each once, in its order."""
    return list(dict.fromkeys(pattern.findall(stylesheet())))


def show(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    org = Organisation(name="Acme")
    context = {
        "colours": names(COLOURS),
        "sizes": names(SIZES),
        "icons": sorted(symbols("icons")),
        "drawings": sorted(drawings()),
        "faults": [faults.FAULTS[code] for code in ("too_dark", "engine_failed", "studio_busy")],
        "form": Sample({"name": "Ann"}),
        "empty_form": Sample(),
        "sentences": facts.five_sentences(org),
        "layers": layers.of(org),
        "eyes": layers.eyes(org),
        "unstated": layers.unstated(),
        "transfer": facts.of(org)["transfer"],
        "step": 2,
    }
    return render(request, "pages/components.html", context)
