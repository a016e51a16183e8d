"""What the phone may do: hand in the photo of one sitting, and see its verdict and first picture."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from faceproof import faults, guard
from faceproof.organisations import phone
from faceproof.organisations.models import Member, PhoneLink
from faceproof.sittings import gallery
from faceproof.sittings.models import ASKING, FAILED, REFUSED, Sitting
from faceproof.web import carrying
from faceproof.web.context import colour
from faceproof.web.pages import photo
from faceproof.web.pages.picture import jpeg


def show(request: HttpRequest) -> HttpResponse:
    member, link = carrying.whom(request)
    with guard.as_self(member):
        sitting = _of(link)
    if sitting is None or sitting.state in (REFUSED, FAILED):  # its photo is gone: another may be handed in
        if request.method == "POST":
            return _receive(request, member, link)
        return _page(request, member, sitting, photo.offer(member))
    with guard.as_self(member):
        first = sitting.proofs.order_by("created_at").exists()
    waits = (sitting.open or sitting.state == ASKING) and not first
    if waits and request.GET.get("seen") == sitting.state:
        return HttpResponse(status=204)  # nothing new: the page is left alone, and so is a screen reader
    return _page(request, member, sitting, {"first": first, "waits": waits})


def picture(request: HttpRequest) -> HttpResponse:
    """The first picture of this sitting, and no other."""
    member, link = carrying.whom(request)
    with guard.as_self(member):
        sitting = _of(link)
        proof = sitting.proofs.order_by("created_at").first() if sitting is not None else None
        if proof is None:
            raise guard.NotFound
        return jpeg(gallery.preview(member, proof))


def _receive(request: HttpRequest, member: Member, link: PhoneLink) -> HttpResponse:
    taken = photo.received(request, member)
    if isinstance(taken, Sitting):
        phone.handed_in(link, taken.id)
        return redirect("phone")
    return _page(request, member, None, photo.offer(member) | {"fault": taken}, taken.status)


def _page(
    request: HttpRequest, member: Member, sitting: Sitting | None, more: dict[str, object], status: int = 200
) -> HttpResponse:
    codes = sitting.refusals or ([sitting.fault] if sitting.fault else []) if sitting else []
    around: dict[str, object] = {"org": member.org, "accent": colour(member.org), "sitting": sitting}
    around["upload_to"] = reverse("phone")
    context = around | {"refusals": [faults.fault(code) for code in codes]} | more
    return render(request, "pages/phone.html", context, status=status)


def _of(link: PhoneLink) -> Sitting | None:
    return Sitting.objects.filter(id=link.sitting_id).first() if link.sitting_id else None
