"""Signing up: django-allauth does the work, the organisation's policy decides who may."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as BaseResetPasswordKeyForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.account.stages import EmailVerificationStage
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from faceproof import tenancy
from faceproof.organisations import letters
from faceproof.organisations.middleware import membership
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


# django-allauth's name of a mail → our letter, and the value of allauth's that becomes its link.
LETTERS = {
    "account/email/password_reset_key": ("password_reset", "password_reset_url"),
    "account/email/email_confirmation": ("confirm_address", "activate_url"),
    "account/email/email_confirmation_signup": ("confirm_address", "activate_url"),
    "account/email/account_already_exists": ("account_exists", ""),
    "account/email/password_changed": ("password_changed", ""),
    "account/email/password_reset": ("password_changed", ""),
}


class FirstTime(EmailVerificationStage):  # type: ignore[misc]
    """An address is confirmed before the first sign-in. Who signed in before there was a mail server, and the
    organiser of the setup link, come in as they always did: a mail server never locks anybody out."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is not None and user.last_login is not None:
            return None, True
        found: tuple[HttpResponse | None, bool] = super().handle()
        return found


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open while an organisation admits people; mails are our letters."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address or this password is not right.")
    }

    def get_login_stages(self) -> list[str]:
        ours = f"{__name__}.{FirstTime.__name__}"
        return [ours if "EmailVerification" in stage else stage for stage in super().get_login_stages()]

    def add_message(self, request: HttpRequest, *told: Any, **more: Any) -> None:
        """Not where the page that follows says the same in its heading."""
        found = request.resolver_match
        if found is None or found.url_name != "account_reset_password_from_key":
            super().add_message(request, *told, **more)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue our letter in place of allauth's. To an address without an account nothing is ever sent."""
        if template_prefix == "account/email/unknown_account":
            return
        name, link = LETTERS[template_prefix]
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            return
        member = membership(user)
        org = member.org if member is not None else first_organisation()
        own: dict[str, dict[str, str | int]] = {
            "password_reset": {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
            "confirm_address": {"days": settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS},
            "account_exists": {"link": letters.address(reverse("account_login"))},
            "password_changed": {
                "link": letters.address(reverse("account_reset_password")),
                "contact": org.contact or gettext("the person who runs this studio in your organisation"),
            },
        }
        letters.write(org, user, name, **own[name] | ({"link": str(context[link])} if link else {}))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Without the address and browser of whoever did it, which allauth would put in."""
        self.send_mail(template_prefix, user.email, {})

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return letters.address(path)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return letters.address(reverse("account_confirm_email", args=[emailconfirmation.key]))

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


PASSWORD_HELP = _("At least 10 characters, and not one that many people use.")


class ChangePasswordForm(BaseChangePasswordForm):  # type: ignore[misc]
    """With one line of help in place of a list."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["oldpassword"].help_text = ""  # a link to new passwords by mail, which may be off


class ResetPasswordKeyForm(BaseResetPasswordKeyForm):  # type: ignore[misc]
    """The same."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["password1"].help_text = PASSWORD_HELP


def _address(field: forms.Field) -> None:
    """One name for it everywhere, said once: a placeholder that repeats the label is read out twice."""
    field.label = _("E-mail address")
    field.widget.attrs.pop("placeholder", None)


class LoginForm(BaseLoginForm):  # type: ignore[misc]
    """An address and a password."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _address(self.fields["login"])


class ResetPasswordForm(BaseResetPasswordForm):  # type: ignore[misc]
    """An address."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _address(self.fields["email"])


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """E-mail, password, and the attestation that the person is an adult (R-072)."""

    adult = forms.BooleanField(
        required=True,
        label=_("I am 18 or older"),
        error_messages={
            "required": _("Faceproof is for adults only: please confirm that you are 18 or older.")
        },
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["password1"].help_text = PASSWORD_HELP
        _address(self.fields["email"])

    def clean_email(self) -> str:
        """The policy decides who may *join*; whoever has an account is asked nothing of the kind."""
        org = open_organisation()
        domains = [str(domain).lower() for domain in org.signup_domains] if org else []
        if domains and self.cleaned_data["email"].lower().rpartition("@")[2] not in domains:
            raise forms.ValidationError(
                _("Use your address at your organisation: other addresses are not admitted here.")
            )
        return str(super().clean_email())

    @transaction.atomic  # or a kill in between leaves an account that belongs nowhere and cannot be erased
    def save(self, request: HttpRequest) -> Any:
        user = super().save(request)
        if user is not None:
            User.objects.filter(pk=user.pk).update(language=get_language() or "en")
            org = open_organisation()
            if org is not None:
                join(user, org)
        return user
