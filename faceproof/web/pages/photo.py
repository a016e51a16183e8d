"""Hand in a photo, or several to find the best. A plain form; htmx replaces the main part with the answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from faceproof import faults, guard, intake
from faceproof.faults import Fault
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import flow
from faceproof.web import uploads
from faceproof.web.pages.page import asker, told


class HandIn(forms.Form):
    """How the photo is held. The photo itself is read from ``request.FILES``: it never becomes form data."""

    custody = forms.ChoiceField(choices=[(mode, mode) for mode in policy.CUSTODIES], required=False)
    keep_days = forms.IntegerField(min_value=1, required=False)


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
    if request.method != "POST":
        return render(request, "pages/photo.html", offer(member))
    flaw = _flaw(request)
    if flaw is not None:
        return render(request, "pages/photo.html", offer(member) | {"fault": flaw}, status=flaw.status)
    return _receive(request, member)


def offer(member: Member) -> dict[str, object]:
    """What the upload form needs: kinds, limits, custody modes (default first), longest time to keep."""
    longest = policy.days(member.org, "selfie")
    return {
        "accept": ",".join(intake.admitted_types()),
        "max_bytes": settings.FACEPROOF_MAX_UPLOAD,
        "max_together": uploads.TOGETHER * settings.FACEPROOF_MAX_UPLOAD,
        "max_photos": intake.LIMITS.max_photos,
        "too_long": faults.fault("too_many_bytes").told(),
        "too_long_together": faults.fault("too_many_bytes_together").told(),
        "too_many": faults.fault("too_many_photos").told(),
        "custodies": policy.custodies(member.org),
        "longest": longest,
        "periods": sorted({min(days, longest) for days in (1, 7, 30) if longest}),
    }


def _flaw(request: HttpRequest) -> Fault | None:
    photos = request.FILES.getlist(
        "photo"
    )  # reads the request: only then is it known whether it was too long
    too_much = getattr(request, "upload_fault", "")
    if too_much:
        return faults.fault(too_much)
    # Of several photos an empty one is told with the others; without any photo there is nothing to tell.
    return None if any(photo.size for photo in photos) else faults.fault("empty_file")


def _receive(request: HttpRequest, member: Member) -> HttpResponse:
    form = HandIn(request.POST)
    form.is_valid()
    custody = form.cleaned_data.get("custody") or None
    # None is the organisation's limit: what cannot be read as days must not become the longest time there is.
    days = 1 if "keep_days" in form.errors else form.cleaned_data.get("keep_days")
    try:
        # handed over, not held here: `receive` lets go of the photos as soon as they are worked on
        sitting = flow.receive(member, _taken(request), custody=custody, keep_days=days)
    except flow.CustodyNotAllowed:
        fault = faults.fault("custody_not_allowed")
        return render(request, "pages/photo.html", offer(member) | {"fault": fault}, status=fault.status)
    except flow.Deleted as deleted:
        return told(request, faults.of(deleted))
    return redirect("sitting", ident=sitting.id)


def _taken(request: HttpRequest) -> flow.Upload:
    """The photos out of the request, which keeps nothing of them."""
    photos: list[UploadedFile[Any]] = request.FILES.getlist("photo")
    declared = photos[0].content_type or "" if len(photos) == 1 else ""
    taken = []
    for photo in photos:
        taken.append(photo.read())
        photo.close()
    return flow.Upload(taken[0] if len(taken) == 1 else tuple(taken), declared)
