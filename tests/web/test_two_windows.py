"""One person, two windows: what one deletes while the other works with it is simply not there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from faceproof import guard
from faceproof.archive import keyring
from faceproof.archive.models import SubjectKey
from faceproof.darkroom.pool import Pool
from faceproof.privacy import erase
from faceproof.sittings import flow, studio
from faceproof.sittings.models import Proof, Selfie, Sitting
from tests.conftest import Cast
from tests.web.test_pages import TlsClient


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> Iterator[None]:
    settings.FACEPROOF_ENGINE = "fake:"
    yield
    studio.close()


@pytest.fixture
def ann(cast: Cast) -> Client:
    client = TlsClient(headers={"accept-language": "en"})
    client.force_login(cast.ann.user)
    return client


@pytest.fixture
def proof(cast: Cast, hopper: bytes) -> Proof:
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"))
    with guard.as_self(cast.ann):
        found = Proof.objects.filter(sitting=sitting).first()
    assert found is not None
    return found


def overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other window deletes the proof right after this one has found it."""
    real = guard.proof

    def found_and_deleted(member: Any, ident: uuid.UUID) -> Proof:
        found, doomed = real(member, ident), real(member, ident)
        erase.picture(member, doomed)
        return found

    monkeypatch.setattr(guard, "proof", found_and_deleted)


def test_looking_at_what_is_being_deleted_is_not_found(
    ann: Client, proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtaken(monkeypatch)
    assert ann.get(f"/proofs/{proof.id}.jpg", secure=True).status_code == 404


def test_choosing_what_is_being_deleted_is_not_found(
    ann: Client, proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtaken(monkeypatch)
    address = f"/sittings/{proof.sitting_id}/choose/"
    assert ann.post(address, {"proof": str(proof.id)}, secure=True).status_code == 404


def test_a_key_that_was_lost_is_said_in_a_sentence(cast: Cast, ann: Client, proof: Proof) -> None:
    with guard.as_self(cast.ann):
        key = SubjectKey.objects.get(klass="draft")
    keyring.destroy(cast.acme.id, key.id)
    answer = ann.get(f"/proofs/{proof.id}.jpg", secure=True)
    assert answer.status_code == 500
    assert "The key of this picture is not there." in answer.content.decode()


def test_deleting_everything_while_a_photo_is_worked_on_is_told_to_who_sent_it(
    cast: Cast, ann: Client, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Pool.develop

    def deleting(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        yield from real(self, order, signer, **more)
        with guard.as_self(cast.ann):
            erase.everything(cast.ann)

    monkeypatch.setattr(Pool, "develop", deleting)
    answer = ann.post("/photo/", {"photo": SimpleUploadedFile("a.jpg", hopper, "image/jpeg")}, secure=True)
    assert ann.get(answer["Location"]).status_code == 404
    with guard.as_self(cast.ann):
        assert not Sitting.objects.exists()


@pytest.mark.parametrize("days", ["0", "-5", "for ever"])
def test_a_time_that_cannot_be_read_is_never_the_longest(
    cast: Cast, ann: Client, hopper: bytes, days: str
) -> None:
    photo = SimpleUploadedFile("a.jpg", hopper, "image/jpeg")
    sent = {"photo": photo, "custody": "sealed", "keep_days": days}
    assert ann.post("/photo/", sent, secure=True).status_code == 302
    with guard.as_self(cast.ann):
        assert Selfie.objects.get().expires_at <= timezone.now() + timedelta(days=1)


def test_sending_a_photo_after_the_account_was_erased_is_answered_and_leaves_nothing(
    cast: Cast, ann: Client, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = flow.hand_in

    def erased(member: Any, upload: Any, **how: Any) -> Any:
        with guard.as_self(member):
            erase.account(member)
        return real(member, upload, **how)

    monkeypatch.setattr(flow, "hand_in", erased)
    answer = ann.post("/photo/", {"photo": SimpleUploadedFile("a.jpg", hopper, "image/jpeg")}, secure=True)
    assert answer.status_code == 410
    with guard.as_self(cast.ann):
        assert not Sitting.objects.exists()
