"""Change the language: a cookie, and the account when there is one."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from faceproof.organisations.models import User


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    if request.user.is_authenticated and wanted in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=wanted)
    return set_language(request)
