"""No plaintext on disk: marker bytes are searched for in everything that was written, WAL included."""

from __future__ import annotations

import mmap
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faceproof.archive import store, trail
from tests.archive.conftest import MARKED, Scope


def places_with(marker: bytes, home: Path, since: float) -> list[str]:
    """Files below the data folder, the database's folder and the temporary folder that hold ``marker``."""
    found = []
    for path in files(home, Path(os.environ["FACEPROOF_HOME"]), since):
        try:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                if data.find(marker) >= 0:
                    found.append(str(path))
        except (OSError, ValueError):  # gone meanwhile, a socket, or empty
            continue
    return found


def files(home: Path, data: Path, since: float) -> Iterator[Path]:
    for place in (home, data):
        yield from (path for path in place.rglob("*") if path.is_file() and not path.is_symlink())
    for path in Path(tempfile.gettempdir()).iterdir():
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
            yield path


@pytest.fixture
def marker() -> bytes:
    return f"marker_{uuid.uuid4().hex}".encode()


# P-002
def test_nothing_that_was_kept_opened_or_shredded_is_ever_on_disk_in_the_clear(
    cast: Any, soon: Any, as_: Scope, home: Path, as_superuser: Any, marker: bytes
) -> None:
    since = time.time() - 1
    with as_(cast.ann):
        selfie = store.put("selfie", cast.ann.org_id, cast.ann.id, marker * 3000, expires_at=soon)
        draft = store.put_proof(
            "draft",
            cast.ann.org_id,
            cast.ann.id,
            master=marker * 100_000,
            rendition=MARKED + marker,
            expires_at=soon,
        )
        headshot = store.copy_as_headshot(draft.id, expires_at=soon)
        trail.record("thing.done", subject_id=cast.ann.id, detail={"note": marker.decode() * 500})
    with as_(cast.ann):
        assert store.open_object(selfie.id) == marker * 3000
        assert trail.story(subject_id=cast.ann.id)[-1].detail
    as_superuser.execute("checkpoint")
    assert places_with(marker, home, since) == []
    with as_(cast.ann):
        store.shred(draft.id)
        store.shred_subject(cast.ann.org_id, cast.ann.id)
    store.finish_erasures(cast.acme.id)
    as_superuser.execute("checkpoint")
    assert places_with(marker, home, since) == []
    assert headshot.key_id != draft.key_id


def test_the_search_would_find_what_is_written_in_the_clear(
    cast: Any, as_: Scope, home: Path, as_superuser: Any, marker: bytes
) -> None:
    since = time.time() - 1
    with as_(cast.ann):
        trail.record(f"thing.{marker.decode()}", subject_id=cast.ann.id)
    (home / "blobs").mkdir(exist_ok=True)
    (home / "blobs" / "x").write_bytes(b"." * 5000 + marker)
    as_superuser.execute("checkpoint")
    found = places_with(marker, home, since)
    assert any("pg_wal" in place for place in found)
    assert any("base" in place for place in found)
    assert str(home / "blobs" / "x") in found


def test_an_erased_persons_key_is_nowhere_on_disk_either(
    cast: Any, soon: Any, as_: Scope, home: Path, as_superuser: Any
) -> None:
    since = time.time() - 1
    with as_(cast.ann):
        selfie = store.put("selfie", cast.ann.org_id, cast.ann.id, b"x", expires_at=soon)
    (path,) = (home / "keys").rglob(f"{selfie.key_id}.key")
    wrapped = path.read_bytes()[-40:]
    assert places_with(wrapped, home, since) == [str(path)], "one place, and that is not the database"
    with as_(cast.ann):
        store.shred(selfie.id)
    store.finish_erasures(cast.acme.id)
    as_superuser.execute("checkpoint")
    assert places_with(wrapped, home, since) == []
