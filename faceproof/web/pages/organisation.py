"""The organiser's page: policy only. No face, no name and no count of who said no appears here."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from faceproof import guard, styles
from faceproof.organisations import policy
from faceproof.organisations.models import Organisation
from faceproof.web import facts
from faceproof.web.pages.page import asker
from faceproof.web.templatetags.studio import words


class Policy(forms.Form):
    """What an organiser may set. Days stay inside the operator's published limits (R-038 … R-040)."""

    name = forms.CharField(label=_l("Name of the organisation"), max_length=120)
    contact = forms.CharField(
        label=_l("Data-protection contact"),
        help_text=_l("Shown to everybody who uploads a photo: a name and an e-mail address."),
        max_length=200,
        required=False,
    )
    accent = forms.RegexField(
        re.compile(r"^#[0-9a-fA-F]{6}$"),
        label=_l("Accent colour"),
        help_text=_l("Contrast is adjusted so that text stays readable."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    signup = forms.ChoiceField(
        label=_l("Who may sign up"),
        choices=[("open", _l("Anybody who can reach this address")), ("closed", _l("Nobody new for now"))],
        widget=forms.RadioSelect,
    )
    signup_domains = forms.CharField(
        label=_l("Only with e-mail addresses at"),
        help_text=_l("Domains separated by spaces, for example: example.com example.fr. Empty: any."),
        required=False,
    )
    custody = forms.MultipleChoiceField(
        label=_l("How photos may be held"),
        choices=[
            ("transit", _l("In memory only, for the seconds of the work")),
            ("sealed", _l("Kept encrypted for some days, when the person asks for it")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    selfie_days = forms.IntegerField(
        label=_l("Kept photos: days"), min_value=1, max_value=policy.LIMITS["selfie"]
    )
    draft_days = forms.IntegerField(
        label=_l("Looks not chosen: days"), min_value=1, max_value=policy.LIMITS["draft"]
    )
    headshot_days = forms.IntegerField(
        label=_l("Headshots: days"), min_value=1, max_value=policy.LIMITS["headshot"]
    )
    styles = forms.MultipleChoiceField(
        label=_l("Approved looks"),
        help_text=_l("None ticked: all but the optional ones, which take more time."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["styles"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(style.name, _label(style)) for style in styles.all_styles()]

    def clean_signup_domains(self) -> list[str]:
        return [
            word.lstrip("@").lower() for word in self.cleaned_data["signup_domains"].replace(",", " ").split()
        ]


def _label(style: styles.Style) -> str:
    label = words(style.label)
    return label if style.usual else _("%(look)s (optional)") % {"look": label}


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_organiser(member):
        org = Organisation.objects.get(id=member.org_id)
        form = Policy(request.POST or None, initial=_initial(org))
        if request.method == "POST" and form.is_valid():
            Organisation.objects.filter(id=org.id).update(**form.cleaned_data)
            messages.success(request, _("Saved. New photos follow these rules from now on."))
            return redirect("organisation")
        context = {"form": form, "limits": policy.LIMITS, "sentences": facts.five_sentences(org)}
        return render(request, "pages/organisation.html", context, status=422 if form.errors else 200)


def _initial(org: Organisation) -> dict[str, Any]:
    values = {name: getattr(org, name) for name in Policy.base_fields}
    return values | {"signup_domains": " ".join(org.signup_domains), "custody": list(policy.custodies(org))}
