"""A photo that the person already has, cut by their own hand: nothing looks into it or changes it.

Without JavaScript the form stays as it is while its answer is shown in a frame beside it: so the browser
keeps the chosen file, and the studio need not.
"""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from faceproof import faults, intake
from faceproof.engines import EngineError
from faceproof.faults import Fault
from faceproof.finishing import FinishingError
from faceproof.intake import IntakeError
from faceproof.marking import MarkError
from faceproof.sittings import plainly
from faceproof.sittings.exposure import Upload
from faceproof.web import policy
from faceproof.web.pages.page import asker

WRONG = (IntakeError, EngineError, FinishingError, MarkError)


class Cut(forms.Form):
    """Per cent: where the square lies in the room that is left, and its side of the photo's shorter side."""

    left = forms.IntegerField(min_value=0, max_value=100, initial=50)
    top = forms.IntegerField(min_value=0, max_value=100, initial=30)
    size = forms.IntegerField(min_value=10, max_value=100, initial=100)

    def crop(self) -> plainly.Crop:
        """As `plainly.own_photo` takes it; what cannot be read is as in the empty form."""
        read = [self.cleaned_data.get(name, field.initial) for name, field in self.fields.items()]
        left, top, size = (value / 100 for value in read)
        return left, top, size


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    if request.method != "POST":
        return _page(request, Cut(initial={name: field.initial for name, field in Cut.base_fields.items()}))
    upload, form = taken(request), Cut(request.POST)
    if isinstance(upload, Fault):
        return _page(request, form, upload)
    if not form.is_valid():
        return _page(request, form, faults.fault("bad_cut"))
    try:
        headshot = plainly.own_photo(member, upload, form.crop())
    except WRONG as error:
        return _page(request, form, faults.of(error))
    return redirect("headshot", ident=headshot.id)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """The cut as it would be kept, in the answer itself and nowhere else; for the frame of the page."""
    member = asker(request)
    upload, form = taken(request), Cut(request.POST)
    form.is_valid()
    context: dict[str, object] = {"fault": upload}
    if not isinstance(upload, Fault):
        try:
            made = plainly.look_at(member, upload, form.crop())
            context = {"picture": base64.b64encode(made.rendition.data).decode()}
        except WRONG as error:
            context = {"fault": faults.of(error)}
    response = render(request, "parts/cut.html", context)
    response["X-Frame-Options"] = "SAMEORIGIN"
    policy.instead(response, frame_ancestors="'self'")
    return policy.allow(response, img_src="data:")


def _page(request: HttpRequest, form: Cut, fault: Fault | None = None) -> HttpResponse:
    context = {
        "form": form,
        "fault": fault,
        "accept": ",".join(intake.admitted_types()),
        "max_bytes": settings.FACEPROOF_MAX_UPLOAD,
        "too_long": faults.fault("too_many_bytes").told(),
    }
    response = render(request, "pages/own_photo.html", context, status=fault.status if fault else 200)
    return policy.allow(response, frame_src="'self'")


def taken(request: HttpRequest) -> Upload | Fault:
    """The photo out of the request, which keeps nothing of it."""
    photos: list[UploadedFile[Any]] = request.FILES.getlist("photo")
    too_much = getattr(request, "upload_fault", "")
    if too_much or len(photos) > 1:
        return faults.fault(too_much or "too_many_photos")
    if not photos or not photos[0].size:
        return faults.fault("empty_file")
    photo = photos[0].read()
    photos[0].close()
    return Upload(photo, photos[0].content_type or "")
