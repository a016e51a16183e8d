"""The sweep removes what no row knows, and nothing else."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from faceproof import tenancy
from faceproof.archive import blobs, erasing, keyring, store, sweeping
from tests.archive.conftest import Scope
from tests.archive.test_store import PHOTO, blob_paths, put_draft, put_selfie

NOW = timedelta(seconds=-5)  # everything is old enough


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def roll_back_a_put(member: Any, soon: Any, as_: Scope) -> None:
    with as_(member):
        put_draft(member, soon)
        transaction.set_rollback(True)


def test_orphans_of_a_rolled_back_put_are_removed_and_the_living_stay(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    with as_(cast.ann):
        kept = put_selfie(cast.ann, soon)
    keys_before = sorted((home / "keys").rglob("*.key"))
    roll_back_a_put(cast.ann, soon, as_)
    assert len(blob_paths(home)) == 3
    assert store.sweep(cast.acme.id, older_than=NOW) == 3, "two blobs and the key that was made for them"
    assert len(blob_paths(home)) == 1
    assert sorted((home / "keys").rglob("*.key")) == keys_before
    with as_(cast.ann):
        assert store.open_object(kept.id) == PHOTO
    assert store.sweep(cast.acme.id, older_than=NOW) == 0


def test_what_is_young_may_be_an_upload_and_is_left_alone(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    roll_back_a_put(cast.ann, soon, as_)
    assert store.sweep(cast.acme.id) == 0
    for path in [*blob_paths(home), *(home / "keys").rglob("*.key")]:
        age(path, 7)
    assert store.sweep(cast.acme.id) == 3
    assert blob_paths(home) == []


def test_an_upload_that_is_running_survives_the_sweep(cast: Any, soon: Any, as_: Scope) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def sweep_elsewhere() -> int:
        try:
            return store.sweep(cast.acme.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
        assert pool.submit(sweep_elsewhere).result() == 0
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO


def test_another_organisations_orphans_are_not_this_ones_business(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    roll_back_a_put(cast.eve, soon, as_)
    assert store.sweep(cast.acme.id, older_than=NOW) == 0
    assert len(blob_paths(home)) == 2
    assert store.sweep(cast.evil.id, older_than=NOW) == 3


def test_leftovers_of_killed_writers_are_removed(cast: Any, soon: Any, as_: Scope, home: Path) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    (home / "blobs" / f"{stored.blob}.0#1").write_bytes(b"half a blob")
    temporary = home / "keys" / f"org-{cast.acme.id}" / "x.key.0123.tmp"
    temporary.write_bytes(b"half a key")
    assert store.sweep(cast.acme.id, older_than=NOW) == 2
    assert not temporary.exists()
    assert len(blob_paths(home)) == 1


def test_a_sweep_that_cannot_see_everything_removes_nothing(
    cast: Any, soon: Any, as_: Scope, home: Path, monkeypatch: Any
) -> None:
    with as_(cast.ann):
        put_selfie(cast.ann, soon)
    narrow = tenancy.scope

    def narrowed(**scope: Any) -> Any:
        return narrow(org_id=scope["org_id"], reach="subject")

    with monkeypatch.context() as broken:
        broken.setattr(sweeping.tenancy, "scope", narrowed)
        with pytest.raises(sweeping.Blind):
            store.sweep(cast.acme.id, older_than=NOW)
    assert len(blob_paths(home)) == 1


def test_a_sweep_within_a_transaction_is_refused(cast: Any, as_: Scope) -> None:
    with as_(cast.ann), pytest.raises(erasing.InsideTransaction):
        store.sweep(cast.acme.id)


def test_an_erasure_in_progress_is_left_to_its_own_way(cast: Any, soon: Any, as_: Scope, home: Path) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        store.shred(stored.id)
    assert store.sweep(cast.acme.id, older_than=NOW) == 0
    assert store.finish_erasures(cast.acme.id) == 2


def test_a_row_whose_bytes_are_lost_is_named_and_not_removed(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        whole, lost, locked = (put_selfie(cast.ann, soon) for _ in range(3))
    blobs.delete(f"{lost.blob}.0")
    assert store.missing(cast.acme.id) == [lost.id]
    keyring.destroy(cast.acme.id, locked.key_id)
    assert set(store.missing(cast.acme.id)) == {whole.id, lost.id, locked.id}
    store.sweep(cast.acme.id, older_than=NOW)
    assert len(store.missing(cast.acme.id)) == 3
