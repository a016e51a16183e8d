"""The key store: outside the database, for the service only, one key a subject and class, rotatable."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from faceproof import tenancy
from faceproof.archive import keyring, store
from faceproof.archive.models import LIVE, StoredObject, SubjectKey
from faceproof.vault import header, keys
from tests.archive.conftest import Scope
from tests.archive.test_store import PHOTO, put_draft, put_selfie


def key_files(home: Path) -> list[Path]:
    return sorted((home / "keys").rglob("*.key"))


def test_the_first_start_makes_a_store_that_only_its_owner_can_enter(home: Path) -> None:
    master = keyring.start()
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    assert (home / "keys" / "master.json").stat().st_mode & 0o777 == 0o600
    assert keyring.start().primary == master.primary


def test_many_processes_starting_at_once_agree_on_one_master(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: keyring.start().primary, range(16)))) == 1


def test_a_missing_master_is_not_replaced_while_there_are_keys(cast: Any, home: Path) -> None:
    assert key_files(home), "the cast has audit keys"
    (home / "keys" / "master.json").unlink()
    with pytest.raises(keyring.KeyStoreRefused) as caught:
        keyring.start()
    assert caught.value.code == "master_missing"
    assert "backup" in caught.value.hint
    assert not (home / "keys" / "master.json").exists()


@pytest.mark.parametrize(("which", "mode"), [("keys", 0o750), ("keys/master.json", 0o640)])
def test_a_store_that_others_can_read_is_refused(home: Path, which: str, mode: int) -> None:
    keyring.start()
    keyring._masters.clear()
    (home / which).chmod(mode)
    with pytest.raises(keyring.KeyStoreRefused) as caught:
        keyring.start()
    assert caught.value.code == "keystore_unsafe"


def test_the_master_may_lie_elsewhere(home: Path, settings: Any, tmp_path: Path) -> None:
    settings.FACEPROOF_MASTER_KEYSET = str(tmp_path / "safe" / "master.json")
    keyring.start()
    assert (tmp_path / "safe" / "master.json").exists()
    assert not (home / "keys" / "master.json").exists()


def test_two_workers_that_need_the_first_key_of_a_person_end_with_one(
    cast: Any, soon: Any, home: Path
) -> None:
    before = len(key_files(home))
    together = threading.Barrier(4)

    def work(_: int) -> StoredObject:
        try:
            together.wait()
            with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
                return put_selfie(cast.ann, soon)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(work, range(4)))
    assert len({each.key_id for each in stored}) == 1
    assert len(key_files(home)) == before + 1
    with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
        assert SubjectKey.objects.filter(klass="selfie", state=LIVE).count() == 1
        assert all(store.open_object(each.id) == PHOTO for each in stored)


def test_the_index_refuses_a_second_living_key_whatever_the_program_does(
    cast: Any, soon: Any, as_: Scope
) -> None:
    from django.db import IntegrityError

    with as_(cast.ann), pytest.raises(IntegrityError, match="one_live_key_a_class"):
        SubjectKey.objects.create(org_id=cast.ann.org_id, subject_id=cast.ann.id, klass="audit")


def test_an_upload_beside_the_deletion_of_the_last_object_never_loses_its_key(
    cast: Any, soon: Any, as_: Scope
) -> None:
    def upload() -> StoredObject:
        try:
            with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
                return put_selfie(cast.ann, soon)
        finally:
            connections.close_all()

    with as_(cast.ann):
        last = put_selfie(cast.ann, soon)
    for _ in range(5):
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(upload)
            with as_(cast.ann):
                store.shred(last.id)
            last = running.result()
        store.finish_erasures(cast.acme.id)
        with as_(cast.ann):
            assert store.open_object(last.id) == PHOTO


# P-005
def test_a_deletion_waits_for_an_upload_of_the_same_person(
    cast: Any, soon: Any, as_: Scope, as_superuser: Any
) -> None:
    with as_(cast.ann):
        last = put_selfie(cast.ann, soon)

    def shred() -> None:
        try:
            with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
                store.shred(last.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with as_(cast.ann):
            new = put_selfie(cast.ann, soon)
            deletion = pool.submit(shred)
            waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            while not deletion.done() and as_superuser.execute(waiting).fetchone() == (0,):
                time.sleep(0.01)
            assert not deletion.done(), "it would have taken the key that the new upload is under"
        deletion.result()
    assert store.finish_erasures(cast.acme.id) == 1
    with as_(cast.ann):
        assert store.open_object(new.id) == PHOTO


def test_no_key_is_in_the_database(cast: Any, soon: Any, as_: Scope, home: Path, as_superuser: Any) -> None:
    with as_(cast.ann):
        put_draft(cast.ann, soon)
    tables = as_superuser.execute(
        "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
        " where schemaname = 'public'"
    ).fetchall()
    dump = "\n".join(
        str(row) for (table,) in tables for row in as_superuser.execute(f"select t::text from {table} t")
    ).lower()
    assert "custody.sealed" in dump
    for path in key_files(home):
        assert path.read_bytes()[60:].hex() not in dump
    assert keyring.start().to_json()[40:80].lower() not in dump


def test_a_rotated_master_opens_everything_and_the_old_one_nothing(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    old = keys.Master.from_json((home / "keys" / "master.json").read_text())
    assert keyring.rotate_master() == len(key_files(home))
    assert keyring.start().primary not in old.ids
    assert len(keyring.start().ids) == 1
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO
    for path in key_files(home):
        with pytest.raises(header.WrongKey):
            keys.unwrap(path.read_bytes(), old, keys.name_of(path.read_bytes()))


def test_a_rotation_that_was_killed_half_way_is_finished_by_the_next(
    cast: Any, soon: Any, as_: Scope, home: Path, monkeypatch: Any
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    calls = iter(range(100))
    real = keys.rewrap

    def dies(wrapped: bytes, master: keys.Master) -> bytes:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return real(wrapped, master)

    with monkeypatch.context() as broken:
        broken.setattr(keys, "rewrap", dies)
        with pytest.raises(KeyboardInterrupt):
            keyring.rotate_master()
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO
    keyring.rotate_master()
    assert len(keyring.start().ids) == 1
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO


def test_a_key_file_in_anothers_place_is_refused(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        anns = put_selfie(cast.ann, soon)
    with as_(cast.bob):
        bobs = put_selfie(cast.bob, soon)
    one, other = (keyring.folder() / f"org-{each.org_id}" / f"{each.key_id}.key" for each in (anns, bobs))
    one.write_bytes(other.read_bytes())
    with as_(cast.ann), pytest.raises(header.WrongKey):
        store.open_object(anns.id)
