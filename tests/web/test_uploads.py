"""A photo comes in through memory only, bounded, and without the name of its file."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory, override_settings

LIMIT = 3_000_000


def sent(**files: tuple[str, bytes]) -> Any:
    data = {name: SimpleUploadedFile(*file, content_type="image/jpeg") for name, file in files.items()}
    return RequestFactory().post("/photo/", data)


@pytest.fixture(autouse=True)
def no_temporary_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("an upload asked for a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_a_photo_larger_than_any_buffer_of_the_framework_stays_in_memory() -> None:
    photo = bytes(range(256)) * 11_000  # 2.8 MB; Django's own handlers spool from 2.5 MB
    assert sent(photo=("me.jpg", photo)).FILES["photo"].read() == photo


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_the_name_of_the_file_is_forgotten() -> None:
    assert sent(photo=("holiday with Zoe.jpg", b"x")).FILES["photo"].name == "photo"


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_a_photo_above_the_limit_is_dropped_and_the_request_says_so() -> None:
    request = sent(photo=("me.jpg", b"x" * (LIMIT + 1)))
    assert "photo" not in request.FILES
    assert request.upload_fault == "too_many_bytes"


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_a_file_that_nobody_asked_for_is_not_taken_in() -> None:
    request = sent(other=("a.jpg", b"x"), photo=("me.jpg", b"y"))
    assert set(request.FILES) == {"photo"}


def several(*photos: bytes) -> Any:
    files = [SimpleUploadedFile("me.jpg", photo, content_type="image/jpeg") for photo in photos]
    return RequestFactory().post("/photo/", {"photo": files})


def held(request: Any) -> int:
    """Bytes of photos that the request still holds."""
    return sum(len(photo.read()) for photo in request.FILES.getlist("photo"))


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_eight_photos_come_in_together_in_their_order() -> None:
    request = several(*(bytes([number]) * 1000 for number in range(8)))
    assert [photo.read(1)[0] for photo in request.FILES.getlist("photo")] == list(range(8))
    assert not hasattr(request, "upload_fault")


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_a_ninth_photo_is_too_many_and_nothing_is_held() -> None:
    """Or one request of a hundred photos, each within the limit, would fill the memory."""
    request = several(*(bytes([number]) * 1000 for number in range(9)))
    assert held(request) == 0
    assert request.upload_fault == "too_many_photos"


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_photos_that_are_too_large_together_are_let_go() -> None:
    request = several(*(b"x" * (LIMIT - 1000) for _ in range(3)))
    assert held(request) == 0
    assert request.upload_fault == "too_many_bytes_together"


@override_settings(FACEPROOF_MAX_UPLOAD=LIMIT)
def test_one_photo_above_its_limit_stops_the_others_too() -> None:
    request = several(b"good", b"x" * (LIMIT + 1), b"good")
    assert held(request) == 0
    assert request.upload_fault == "too_many_bytes"


@override_settings(FACEPROOF_MAX_UPLOAD=1000)
def test_a_body_far_above_the_limit_is_not_even_read() -> None:
    """Or one request could keep a thread and the network busy for as long as it likes."""
    request = sent(photo=("me.jpg", b"x" * 100_000))
    with pytest.raises(RequestDataTooBig):
        _ = request.FILES
    assert request.environ["wsgi.input"].read(1) == b"-", "nothing of it was taken"
