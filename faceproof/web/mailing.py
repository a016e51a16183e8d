"""Pages that end in a mail are not there while no mail server is set: nobody waits for what never comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from faceproof import mail


def with_mail(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view`` while mail is sent, else 404."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not mail.configured():
            raise Http404
        return view(request, *args, **kwargs)

    return shown
