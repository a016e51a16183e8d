"""Withdrawing does what the text says that was agreed to: the pictures go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from faceproof import guard
from faceproof.archive.models import StoredObject
from faceproof.privacy import retention
from faceproof.sittings import flow, gallery, studio
from faceproof.sittings.models import Headshot, Proof, Selfie
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> Iterator[None]:
    settings.FACEPROOF_ENGINE = "fake:"
    yield
    studio.close()


def test_the_pictures_of_who_withdrew_go_without_another_button(cast: Cast, hopper: bytes) -> None:
    kept = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed")
    flow.develop(cast.ann, kept.id)
    with guard.as_self(cast.ann):
        gallery.choose(cast.ann, Proof.objects.filter(sitting=kept)[0])
    ann = Client()
    ann.force_login(cast.ann.user)
    answer = ann.post("/settings/", {"purpose": "headshot", "wish": "withdraw"}, secure=True)
    assert answer["Location"] == "/settings/delete-pictures/"  # at once, for who wants it
    with guard.as_self(cast.ann):
        assert Headshot.objects.exists(), "there is a day to download it"
    retention.run(cast.acme, timezone.now() + timedelta(days=1, minutes=1))
    with guard.as_self(cast.ann):
        assert not any(kind.objects.exists() for kind in (Selfie, Proof, Headshot))
        assert set(StoredObject.objects.values_list("state", flat=True)) == {"verified"}


def test_who_withdrew_does_not_choose_a_picture_for_months(cast: Cast, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"))
    with guard.as_self(cast.ann):
        proof = Proof.objects.filter(sitting=sitting)[0]
    ann = Client()
    ann.force_login(cast.ann.user)
    ann.post("/settings/", {"purpose": "headshot", "wish": "withdraw"}, secure=True)
    answer = ann.post(f"/sittings/{sitting.id}/choose/", {"proof": str(proof.id)}, secure=True)
    assert answer["Location"] == "/before/"
    with guard.as_self(cast.ann):
        assert not Headshot.objects.exists()
