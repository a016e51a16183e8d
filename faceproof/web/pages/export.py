"""Take everything along: a page that says what is in the file, and a button that packs and downloads it."""

from __future__ import annotations

from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import get_language

from faceproof import faults, guard
from faceproof.privacy import export
from faceproof.sittings.models import Headshot, Proof, Selfie
from faceproof.web.events import timeline
from faceproof.web.pages.page import asker, told


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    if request.method == "POST":
        return _file(request)
    with guard.as_self(member):
        counts = {
            "headshots": Headshot.objects.filter(subject_id=member.id).count(),
            "drafts": Proof.objects.filter(subject_id=member.id).count(),
            "photos": Selfie.objects.filter(subject_id=member.id).count(),
        }
    return render(request, "pages/export.html", counts)


def _file(request: HttpRequest) -> HttpResponse:
    member = asker(request)

    def readable(contents: export.Contents) -> dict[str, str]:
        known = {"contents": contents, "org": member.org, "day": localdate(), "lang": get_language()}
        return {
            "README.txt": render_to_string("pages/export_readme.txt", known),
            "record.html": render_to_string(
                "pages/export_record.html", known | {"events": timeline(contents.record)}
            ),
        }

    try:
        with guard.as_self(member):
            packed = export.pack(member, readable)
    except export.Running as error:
        return told(request, faults.of(error))
    response = FileResponse(packed, as_attachment=True, filename=f"faceproof-{localdate().isoformat()}.zip")
    response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "no-store, private"
    return cast(HttpResponse, response)  # it differs in how its body is read, not in what pages do with it
