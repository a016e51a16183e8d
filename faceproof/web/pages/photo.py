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
from faceproof.sittings.models import Sitting
from faceproof.web import uploads
from faceproof.web.pages.page import asker

AUTOMATIC, OFF, BY_HAND = "auto", "off", "hand"  # the correction of a close photo's perspective
USUAL = 70  # per cent; how far the automatic one goes


class HandIn(forms.Form):
    """How the photo is held and drawn. The photo itself is read from ``request.FILES``: it never becomes form
    data."""

    custody = forms.ChoiceField(choices=[(mode, mode) for mode in policy.CUSTODIES], required=False)
    keep_days = forms.IntegerField(min_value=1, required=False)
    lens = forms.ChoiceField(choices=[(way, way) for way in (AUTOMATIC, OFF, BY_HAND)], required=False)
    strength = forms.IntegerField(min_value=0, max_value=100, required=False)

    def wish(self) -> float | None:
        """As `flow.hand_in` takes it. What cannot be read is left to the camera's evidence."""
        way, strength = self.cleaned_data.get("lens"), self.cleaned_data.get("strength")
        if way == OFF:
            return 0.0
        if way != BY_HAND or "strength" in self.errors:
            return None
        return (USUAL if strength is None else strength) / 100


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
    if request.method != "POST":
        return render(request, "pages/photo.html", offer(member))
    taken = received(request, member)
    if isinstance(taken, Sitting):
        return redirect("sitting", ident=taken.id)
    return _again(request, member, taken)


def received(request: HttpRequest, member: Member) -> Sitting | Fault:
    """What was handed in, as a sitting; or why it cannot be taken. Phones hand in the same way."""
    flaw = _flaw(request)
    return _receive(request, member, _wishes(request)) if flaw is None else flaw


def _wishes(request: HttpRequest) -> HandIn:
    form = HandIn(request.POST)
    form.is_valid()
    return form


def _again(request: HttpRequest, member: Member, fault: Fault) -> HttpResponse:
    """The form with the reason, and what was chosen in it."""
    context = offer(member, _wishes(request).wish()) | {"fault": fault}
    return render(request, "pages/photo.html", context, status=fault.status)


def offer(member: Member, lens: float | None = None) -> dict[str, object]:
    """What the upload form needs: kinds, limits, custody modes (default first), longest time to keep, and the
    wish for the perspective."""
    longest = policy.days(member.org, "selfie")
    return {
        "accept": ",".join(intake.admitted_types()),
        "max_bytes": settings.FACEPROOF_MAX_UPLOAD,
        "max_together": uploads.TOGETHER * settings.FACEPROOF_MAX_UPLOAD,
        "max_photos": intake.LIMITS.max_photos,
        "too_long": faults.fault("too_many_bytes").told(),
        "too_long_together": faults.fault("too_many_bytes_together").told(),
        "too_many": faults.fault("too_many_photos").told(),
        "lens": AUTOMATIC if lens is None else BY_HAND if lens else OFF,
        "strength": round(lens * 100) if lens else USUAL,
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


def _receive(request: HttpRequest, member: Member, form: HandIn) -> Sitting | Fault:
    custody = form.cleaned_data.get("custody") or None
    # None is the organisation's limit: what cannot be read as days must not become the longest time there is.
    days = 1 if "keep_days" in form.errors else form.cleaned_data.get("keep_days")
    try:
        return flow.hand_in(member, _taken(request), custody=custody, keep_days=days, lens=form.wish())
    except flow.CustodyNotAllowed:
        return faults.fault("custody_not_allowed")


def _taken(request: HttpRequest) -> flow.Upload:
    """The photos out of the request, which keeps nothing of them."""
    photos: list[UploadedFile[Any]] = request.FILES.getlist("photo")
    declared = photos[0].content_type or "" if len(photos) == 1 else ""
    taken = []
    for photo in photos:
        taken.append(photo.read())
        photo.close()
    return flow.Upload(taken[0] if len(taken) == 1 else tuple(taken), declared)
