"""A key store and a blob folder of its own for every test, and pictures that count as marked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from faceproof import tenancy

MARKED = b"a rendition whose marks hold: "


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and blobs below ``tmp_path``, for this process and for those it starts."""
    for name, folder in (("FACEPROOF_KEYS", "keys"), ("FACEPROOF_BLOBS", "blobs")):
        setattr(settings, name, str(tmp_path / folder))
        monkeypatch.setenv(name, str(tmp_path / folder))
    return tmp_path


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks are `faceproof.marking`'s business; here a picture is marked when it says so."""
    from faceproof.archive import store
    from faceproof.marking import MarkError, Marks

    def read_back(data: bytes, *, root_pem: bytes | None = None) -> Marks:
        if not data.startswith(MARKED):
            raise MarkError("unmarked", "there is no mark in this file")
        return Marks("compositeCapture", b"broken" not in data, False, "test", (), {}, "Acme")

    monkeypatch.setattr(store, "read_back", read_back)


@pytest.fixture
def soon() -> Any:
    return timezone.now() + timedelta(days=30)


Scope = Callable[[Any], AbstractContextManager[Any]]


@pytest.fixture
def as_() -> Scope:
    """``with as_(cast.ann): …`` is what this person's requests see."""
    return lambda member: tenancy.scope(org_id=member.org_id, subject_id=member.id)
