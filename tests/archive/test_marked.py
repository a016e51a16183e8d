"""With the real reader of marks: what `marking` signed is kept, the same picture without its marks is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from faceproof import formats, marking
from faceproof.archive import store
from faceproof.archive.models import StoredObject
from faceproof.marking import authority
from tests.archive.conftest import Scope


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(store, "read_back", marking.read_back)
    authority.create_authority(tmp_path / "pki", "Acme")
    signer = authority.load_signer(tmp_path / "pki")
    fmt = next(each for each in formats.all_formats() if each.file == "jpeg")
    pixels = np.random.default_rng(1).integers(0, 255, (fmt.height, fmt.width, 3), dtype=np.uint8)
    facts = marking.Facts(
        engine="fake:1",
        style="plain",
        source_type="compositeCapture",
        actions=(("c2pa.edited", "Drew a test picture."),),
        made_at=timezone.now(),
    )
    return marking.mark(pixels, fmt, facts, signer)


def test_a_marked_picture_is_kept(cast: Any, soon: Any, as_: Scope, marked: bytes) -> None:
    ann = cast.ann
    with as_(ann):
        kept = store.put_proof("draft", ann.org_id, ann.id, master=b"m", rendition=marked, expires_at=soon)
        assert store.open_part(kept.id, "rendition") == marked


def test_a_picture_whose_marks_were_taken_off_or_broken_is_refused(
    cast: Any, soon: Any, as_: Scope, marked: bytes, hopper: bytes
) -> None:
    middle = len(marked) // 2
    broken = marked[:middle] + bytes([marked[middle] ^ 1]) + marked[middle + 1 :]
    ann = cast.ann
    for rendition in (hopper, broken, marked[:-100], b""):
        with as_(ann), pytest.raises(store.UnmarkedProof):
            store.put_proof("draft", ann.org_id, ann.id, master=b"m", rendition=rendition, expires_at=soon)
    with as_(ann):
        assert not StoredObject.objects.exists()


def test_a_picture_that_somebody_else_signed_is_refused_where_our_own_root_is_asked_for(
    cast: Any, soon: Any, as_: Scope, marked: bytes, tmp_path: Path
) -> None:
    authority.create_authority(tmp_path / "other", "Acme")  # the same name, another key
    stranger, own = ((tmp_path / name / "root.pem").read_bytes() for name in ("other", "pki"))
    ann = cast.ann
    kept = {"master": b"m", "rendition": marked, "expires_at": soon}
    with as_(ann), pytest.raises(store.UnmarkedProof):
        store.put_proof("draft", ann.org_id, ann.id, **kept, root_pem=stranger)
    with as_(ann):
        assert store.put_proof("draft", ann.org_id, ann.id, **kept, root_pem=own)
