"""Every address of the product: the pages of `web`, and those of django-allauth."""

from allauth.account import views as account
from django.urls import include, path

from faceproof.web.mailing import with_mail

urlpatterns = [
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/reset/", with_mail(account.password_reset), name="account_reset_password"),
    path(
        "accounts/password/reset/sent/",
        with_mail(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/done/",
        with_mail(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path(
        "accounts/password/reset/<slug:uidb36>/<slug:key>/",
        with_mail(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/confirm/",
        with_mail(account.email_verification_sent),
        name="account_email_verification_sent",
    ),
    path("accounts/confirm/<str:key>/", with_mail(account.confirm_email), name="account_confirm_email"),
    path("", include("faceproof.web.urls")),
]

handler400 = "faceproof.web.errors.bad_request"
handler403 = "faceproof.web.errors.forbidden"
handler404 = "faceproof.web.errors.not_found"
handler429 = "faceproof.web.errors.too_often"
handler500 = "faceproof.web.errors.broken"
