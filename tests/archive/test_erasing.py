"""An erasure is unreachable at once, ends verified or stays open, and survives being killed anywhere."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from faceproof import tenancy
from faceproof.archive import blobs, erasing, keyring, store, trail
from faceproof.archive.models import StoredObject, SubjectKey
from tests.archive.conftest import Scope
from tests.archive.test_store import PHOTO, blob_paths, put_draft, put_selfie


def key_of(stored: StoredObject) -> Path:
    return keyring.folder() / f"org-{stored.org_id}" / f"{stored.key_id}.key"


def test_a_shredded_object_is_unreachable_as_soon_as_that_commits(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        store.shred(stored.id, actor_id=cast.ann.id)
    with as_(cast.ann), pytest.raises(store.Gone):
        store.open_object(stored.id)
    assert len(store.open_erasures(cast.acme.id)) == 2, "the object and the last key of its class"


# P-006
def test_finishing_removes_blob_and_key_looks_and_says_so(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        store.shred(stored.id, actor_id=cast.ann.id)
    assert store.finish_erasures(cast.acme.id) == 2
    assert blob_paths(home) == []
    assert not key_of(stored).exists()
    with as_(cast.ann):
        row = StoredObject.objects.get(id=stored.id)
        assert row.state == "verified"
        assert row.requested_at <= row.hidden_at <= row.destroyed_at <= row.verified_at
        actions = [(told.action, told.actor_id) for told in trail.story(subject_id=cast.ann.id)]
    assert actions[-5:] == [
        ("custody.sealed", None),
        ("custody.hidden", cast.ann.id),
        ("custody.key_hidden", cast.ann.id),
        ("custody.erased", None),
        ("custody.key_destroyed", None),
    ]
    assert store.open_erasures(cast.acme.id) == []
    assert store.finish_erasures(cast.acme.id) == 0


def test_the_end_of_an_object_is_told_in_the_story_of_its_sitting(cast: Any, soon: Any, as_: Scope) -> None:
    import uuid

    sitting = uuid.uuid4()
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
        trail.record("selfie.sealed", subject_id=cast.ann.id, object_id=stored.id, sitting_id=sitting)
    with as_(cast.ann):
        store.shred(stored.id)
    store.finish_erasures(cast.acme.id)
    with as_(cast.ann):
        actions = [told.action for told in trail.story(sitting_id=sitting)]
    assert actions == ["selfie.sealed", "custody.hidden", "custody.erased"]


def test_the_key_lives_as_long_as_one_object_of_its_class_does(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        one, two = put_selfie(cast.ann, soon), put_selfie(cast.ann, soon)
        draft = put_draft(cast.ann, soon)
    with as_(cast.ann):
        store.shred(one.id)
    assert store.finish_erasures(cast.acme.id) == 1
    with as_(cast.ann):
        assert store.open_object(two.id) == PHOTO
        store.shred(two.id)
    assert store.finish_erasures(cast.acme.id) == 2
    assert not key_of(two).exists()
    assert key_of(draft).exists()


def test_a_new_upload_after_the_last_deletion_gets_a_new_key(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        old = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        store.shred(old.id)
        new = put_selfie(cast.ann, soon)
    store.finish_erasures(cast.acme.id)
    with as_(cast.ann):
        assert new.key_id != old.key_id
        assert store.open_object(new.id) == PHOTO


def test_shredding_twice_is_the_same_as_once(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
        store.shred(stored.id)
        store.shred(stored.id)
    assert store.finish_erasures(cast.acme.id) == 2
    with as_(cast.ann):
        store.shred(stored.id)


def test_a_rolled_back_deletion_has_not_happened(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        store.shred(stored.id)
        transaction.set_rollback(True)
    assert store.finish_erasures(cast.acme.id) == 0
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO


def test_bytes_are_never_removed_while_their_hiding_could_still_be_rolled_back(
    cast: Any, soon: Any, as_: Scope
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        store.shred(stored.id)
        with pytest.raises(erasing.InsideTransaction):
            store.finish_erasures(cast.acme.id)


def test_erasing_a_subject_takes_everything_and_nobody_elses(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    with as_(cast.ann):
        put_selfie(cast.ann, soon)
        draft = put_draft(cast.ann, soon)
        store.copy_as_headshot(draft.id, expires_at=soon)
    with as_(cast.bob):
        bobs = put_selfie(cast.bob, soon)
    with as_(cast.ann):
        store.shred_subject(cast.ann.org_id, cast.ann.id, actor_id=cast.ann.id)
    store.finish_erasures(cast.acme.id)
    with as_(cast.ann):
        assert {row.state for row in StoredObject.objects.all()} == {"verified"}
        assert {(row.klass, row.state) for row in SubjectKey.objects.all()} == {
            (klass, "verified") for klass in store.CLASSES
        }
    assert [path.name for path in blob_paths(home)] == [f"{bobs.blob.rsplit('/', 1)[1]}.0"]
    with as_(cast.bob):
        assert store.open_object(bobs.id) == PHOTO


def test_erasing_one_class_leaves_the_others(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        selfie, draft = put_selfie(cast.ann, soon), put_draft(cast.ann, soon)
    with as_(cast.ann):
        store.shred_subject(cast.ann.org_id, cast.ann.id, "selfie")
        with pytest.raises(ValueError, match="unknown class"):
            store.shred_subject(cast.ann.org_id, cast.ann.id, "photos")
    store.finish_erasures(cast.acme.id)
    with as_(cast.ann):
        assert store.open_part(draft.id, "master") == b"master of 1"
        with pytest.raises(store.Gone):
            store.open_object(selfie.id)


# P-006
def test_what_cannot_be_removed_stays_open_rings_and_is_finished_later(
    cast: Any, soon: Any, as_: Scope, monkeypatch: Any, caplog: Any
) -> None:
    with as_(cast.ann):
        one = put_selfie(cast.ann, soon)
    with as_(cast.bob):
        two = put_selfie(cast.bob, soon)
    for member, stored in ((cast.ann, one), (cast.bob, two)):
        with as_(member):
            store.shred(stored.id)

    def stuck(name: str) -> None:
        if name.startswith(one.blob):
            raise OSError("the bucket does not answer")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(blobs, "delete", stuck)
        verified = store.finish_erasures(cast.acme.id)
    # Bob's blob was not removed either (the broken store only pretends), so verification found it
    assert verified == 2
    assert {getattr(each, "id", None) for each in store.open_erasures(cast.acme.id)} == {one.id, two.id}
    assert sum("stays open" in line for line in caplog.messages) == 2
    assert store.finish_erasures(cast.acme.id) == 2
    assert store.open_erasures(cast.acme.id) == []


def test_a_blob_that_came_back_before_verification_is_removed_again(
    cast: Any, soon: Any, as_: Scope, home: Path, monkeypatch: Any
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    (path,) = blob_paths(home)
    sealed = path.read_bytes()
    with as_(cast.ann):
        store.shred(stored.id)
    with monkeypatch.context() as broken:
        broken.setattr(blobs, "exists", lambda name: True)
        store.finish_erasures(cast.acme.id)
    path.write_bytes(sealed)
    assert store.finish_erasures(cast.acme.id) == 1
    assert blob_paths(home) == []


def test_the_table_itself_refuses_a_skipped_state(
    cast: Any, soon: Any, as_: Scope, as_superuser: Any
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    for state in ("requested", "hidden", "destroyed", "verified", "given_up"):
        for table in ("archive_storedobject", "archive_subjectkey"):
            with pytest.raises(psycopg.errors.CheckViolation):
                as_superuser.execute(f"update {table} set state = '{state}', verified_at = now()")
    assert stored.state == "live"


def test_two_workers_that_finish_at_once_tell_it_once(cast: Any, soon: Any, as_: Scope) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    with as_(cast.ann):
        several = [put_selfie(cast.ann, soon) for _ in range(6)]
    with as_(cast.ann):
        for stored in several:
            store.shred(stored.id)

    def work(_: int) -> int:
        try:
            return store.finish_erasures(cast.acme.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 7
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        told = [each.action for each in trail.story(subject_id=cast.ann.id)]
    assert told.count("custody.erased") == 6
    assert told.count("custody.key_destroyed") == 1
