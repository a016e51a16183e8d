"""Every address of the product: the pages of `web`, and django-allauth's for signing in."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("faceproof.web.urls")),
]

handler400 = "faceproof.web.errors.bad_request"
handler403 = "faceproof.web.errors.forbidden"
handler404 = "faceproof.web.errors.not_found"
handler500 = "faceproof.web.errors.broken"
