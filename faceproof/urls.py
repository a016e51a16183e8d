"""Every address of the product: the pages of `web`, and those of django-allauth that need no mail."""

from allauth.account import views as account
from django.urls import include, path

urlpatterns = [
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("", include("faceproof.web.urls")),
]

handler400 = "faceproof.web.errors.bad_request"
handler403 = "faceproof.web.errors.forbidden"
handler404 = "faceproof.web.errors.not_found"
handler500 = "faceproof.web.errors.broken"
