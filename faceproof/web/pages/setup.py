"""The one-time link that the installation prints: it makes the first organiser."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login, password_validation
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from faceproof.organisations import setup
from faceproof.organisations.models import User


class FirstOrganiser(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, and not one that many people use."),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError(_("This address already has an account."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password


def show(request: HttpRequest, token: str) -> HttpResponse:
    if not setup.usable(token):
        raise Http404
    form = FirstOrganiser(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = setup.redeem(token, **form.cleaned_data)
        except setup.LinkSpent:
            raise Http404 from None
        login(request, user)
        return redirect("organisation")
    return render(request, "pages/setup.html", {"form": form}, status=422 if form.errors else 200)
