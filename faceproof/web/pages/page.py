"""What a page is: a line in `PAGES`, and the few things every page does the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from faceproof import faults, guard
from faceproof.archive import store
from faceproof.archive.blobs import BlobMissing
from faceproof.archive.keyring import KeyGone, SubjectErased
from faceproof.darkroom.pool import Busy
from faceproof.faults import Fault
from faceproof.organisations import roles
from faceproof.organisations.middleware import AskedBy
from faceproof.organisations.models import Member
from faceproof.web import carrying

View = Callable[..., HttpResponse]
RETRY_AFTER = 10  # seconds; a full studio has usually finished a photo by then


@dataclass(frozen=True, slots=True)
class Page:
    """One address. ``who``: ``anyone``; ``member`` (signed in, own things only); ``organiser``; ``phone``
    (the browser that opened a person's link: see `faceproof.web.carrying`)."""

    name: str
    path: str
    view: View
    who: Literal["anyone", "member", "organiser", "phone"] = "member"


def asker(request: HttpRequest) -> Member:
    """The member behind a page that is not for anyone; `opened` has made sure that there is one."""
    member = getattr(request, "member", None)
    assert isinstance(member, Member)
    return member


def opened(page: Page) -> View:
    """The view behind its door: who may come in, and what a caller reads when a room says no."""

    @wraps(page.view)
    def view(request: AskedBy, *args: Any, **kwargs: Any) -> HttpResponse:
        if page.who == "phone":
            # Whoever may be signed in on this phone has no part in it: the link alone says who is meant.
            request.user, request.member = AnonymousUser(), None
            return carrying.only(request, lambda: _answer(request, page.view, *args, **kwargs))
        if page.who != "anyone" and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if page.who != "anyone" and request.member is None:
            return render(request, "pages/no_organisation.html", status=403)
        if page.who == "organiser" and not roles.may_organise(request.member):
            raise Http404
        return _answer(request, page.view, *args, **kwargs)

    return view


def _answer(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except (guard.NotFound, store.Gone):  # gone: deleted in another window at this very moment
        raise Http404 from None
    except (KeyGone, BlobMissing, SubjectErased) as lost:
        return told(request, faults.of(lost))
    except guard.NotAgreed:
        return redirect("before")
    except Busy:
        return told(request, faults.fault("studio_busy"))


def told(request: HttpRequest, fault: Fault) -> HttpResponse:
    """A page that says what went wrong and what to do; 503 carries `Retry-After`."""
    response = render(request, "pages/fault.html", {"fault": fault}, status=fault.status)
    if fault.status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response
