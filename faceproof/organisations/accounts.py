"""Signing up: django-allauth does the work, the organisation's policy decides who may."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from faceproof import tenancy
from faceproof.organisations.models import Member, Organisation, User
from faceproof.organisations.setup import first_organisation


def open_organisation() -> Organisation | None:
    """The organisation that admits new people by itself: the oldest whose sign-up is open.

    A new installation gets its first organisation here, if not from the one-time link before.
    """
    first_organisation()
    with tenancy.installation():
        return Organisation.objects.filter(signup="open").order_by("id").first()


def join(user: User, org: Organisation, *, role: str = "subject") -> Member:
    """Make ``user`` a member of ``org``; the same again changes nothing."""
    with tenancy.scope(org_id=org.id, user_id=user.id, reach="organisation"):
        member, _made = Member.objects.get_or_create(org=org, user=user, defaults={"role": role})
        return member


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open while an organisation admits people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return open_organisation() is not None

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """On a new browser the pages speak the language that the person chose on an earlier one."""
        response: HttpResponse = super().post_login(request, user, **more)
        if user.language and not more.get("signup"):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                path="/",
                secure=True,
                httponly=True,
                samesite="Lax",
            )
        return response

    def clean_email(self, email: str) -> str:
        email = super().clean_email(email).lower()
        org = open_organisation()
        domains = [str(domain).lower() for domain in org.signup_domains] if org else []
        if domains and email.rpartition("@")[2] not in domains:
            raise forms.ValidationError(
                _("Use your address at your organisation: other addresses are not admitted here.")
            )
        return email


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """E-mail, password, and the attestation that the person is an adult (R-072)."""

    adult = forms.BooleanField(
        required=True,
        label=_("I am 18 or older"),
        error_messages={
            "required": _("Faceproof is for adults only: please confirm that you are 18 or older.")
        },
    )

    @transaction.atomic  # or a kill in between leaves an account that belongs nowhere and cannot be erased
    def save(self, request: HttpRequest) -> Any:
        user = super().save(request)
        if user is not None:
            User.objects.filter(pk=user.pk).update(language=get_language() or "en")
            org = open_organisation()
            if org is not None:
                join(user, org)
        return user
