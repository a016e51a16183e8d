"""Invariant: no selfie in the clear on disk, in either custody mode. We look for it, byte by byte. (P-002)"""

from __future__ import annotations

import io
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from faceproof import tenancy
from faceproof.sittings import flow, gallery
from faceproof.sittings.models import Proof
from tests.home import HOME

COMMENT = f"selfie-in-the-clear-{uuid.uuid4()}".encode()  # in no file that lay there before


@pytest.fixture
def marked_photo(hopper: bytes) -> tuple[bytes, list[bytes]]:
    """A photo and what would betray it: its comment, a piece of its JPEG data, a row of its pixels."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(hopper)).convert("RGB")
    picture.save(out, "JPEG", quality=93, comment=COMMENT)
    data = out.getvalue()
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    row = pixels[300, 200:260]  # inside the face: nothing else on this machine has these 180 bytes
    return data, [COMMENT, data[len(data) // 2 :][:64], row.tobytes(), row[:, ::-1].tobytes()]


def _files(since: float) -> Iterator[Path]:
    """Everything of this installation, and whatever was written to temporary folders meanwhile."""
    yield from (path for path in HOME.rglob("*") if path.is_file())
    for top in {tempfile.gettempdir(), "/var/tmp", "/dev/shm"}:
        for folder, _folders, names in os.walk(top):  # unlike rglob it lives with folders that vanish
            for path in (Path(folder, name) for name in names):
                try:
                    if path.is_file() and path.stat().st_mtime >= since and HOME not in path.parents:
                        yield path
                except OSError:
                    continue


def betrayed(markers: list[bytes], since: float) -> list[str]:
    found = []
    for path in _files(since):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        found += [f"{path}: marker {number}" for number, marker in enumerate(markers) if marker in content]
    return found


@pytest.mark.parametrize("custody", ["transit", "sealed"])
def test_no_file_on_this_machine_holds_the_selfie(
    cast: Any, marked_photo: tuple[bytes, list[bytes]], custody: Any, as_superuser: Any, settings: Any
) -> None:
    settings.FACEPROOF_ENGINE = "studio:"
    photo, markers = marked_photo
    since = time.time() - 1
    sitting = flow.receive(cast.ann, flow.Upload(photo, "image/jpeg"), custody=custody)
    if custody == "sealed":
        flow.develop(cast.ann, sitting.id)
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        proof = Proof.objects.filter(sitting=sitting).first()
        assert proof is not None
        gallery.download(cast.ann, gallery.choose(cast.ann, proof), "web-original")
    as_superuser.execute("CHECKPOINT")
    assert betrayed(markers, since) == []


def test_the_search_itself_finds_a_planted_file(marked_photo: tuple[bytes, list[bytes]]) -> None:
    photo, markers = marked_photo
    since = time.time() - 1
    planted = HOME / "planted.bin"
    planted.write_bytes(b"x" * 1000 + photo)
    try:
        assert len(betrayed(markers, since)) == 2  # comment and JPEG data
    finally:
        os.unlink(planted)
