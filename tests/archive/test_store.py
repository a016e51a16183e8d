"""What is put comes back, to its owner only, from bytes that nobody changed, until it is shredded."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from faceproof import tenancy
from faceproof.archive import blobs, keyring, store, trail
from faceproof.archive.models import LIVE, AuditEntry, StoredObject, SubjectKey
from faceproof.vault import header
from tests.archive.conftest import MARKED, Scope

PHOTO = b"\xff\xd8 this stands for a photo " * 500


def put_selfie(member: Any, soon: Any, data: bytes = PHOTO) -> StoredObject:
    return store.put("selfie", member.org_id, member.id, data, expires_at=soon)


def put_draft(member: Any, soon: Any, note: bytes = b"1") -> StoredObject:
    return store.put_proof(
        "draft",
        member.org_id,
        member.id,
        master=b"master of " + note,
        rendition=MARKED + note,
        expires_at=soon,
    )


def blob_paths(home: Path) -> list[Path]:
    return sorted(path for path in (home / "blobs").rglob("*") if path.is_file())


def test_a_selfie_comes_back_as_it_was(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO
        assert (stored.size, stored.state, stored.klass) == (len(PHOTO), LIVE, "selfie")


def test_a_draft_comes_back_in_two_parts(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_draft(cast.ann, soon)
        assert store.open_part(stored.id, "master") == b"master of 1"
        assert store.open_part(stored.id, "rendition") == MARKED + b"1"
        with pytest.raises(ValueError, match="no photo"):
            store.open_object(stored.id)


# P-001
def test_a_proof_without_marks_is_refused_and_leaves_nothing(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    for rendition in (b"no marks at all", MARKED + b"broken"):
        with as_(cast.ann), pytest.raises(store.UnmarkedProof):
            store.put_proof(
                "headshot",
                cast.ann.org_id,
                cast.ann.id,
                master=b"m",
                rendition=rendition,
                expires_at=soon,
            )
    with as_(cast.ann):
        assert StoredObject.objects.count() == 0
    assert blob_paths(home) == []


def test_no_proof_comes_in_through_the_door_for_selfies(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann), pytest.raises(store.UnmarkedProof):
        store.put("draft", cast.ann.org_id, cast.ann.id, b"x", expires_at=soon)  # type: ignore[arg-type]


def test_every_class_has_its_own_key(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        selfie, draft = put_selfie(cast.ann, soon), put_draft(cast.ann, soon)
        headshot = store.copy_as_headshot(draft.id, expires_at=soon)
        again = put_selfie(cast.ann, soon)
    assert len({selfie.key_id, draft.key_id, headshot.key_id}) == 3
    assert again.key_id == selfie.key_id


def test_a_copy_as_headshot_survives_its_draft(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        draft = put_draft(cast.ann, soon)
        headshot = store.copy_as_headshot(draft.id, expires_at=soon)
        store.shred(draft.id)
    store.finish_erasures(cast.ann.org_id)
    with as_(cast.ann):
        assert store.open_part(headshot.id, "master") == b"master of 1"
        with pytest.raises(store.Gone):
            store.open_part(draft.id, "master")


def test_other_peoples_objects_do_not_exist_for_anybody_else(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    for stranger in (cast.bob, cast.eve):
        with as_(stranger):
            assert StoredObject.objects.count() == 0
            assert not SubjectKey.objects.filter(subject_id=cast.ann.id).exists()
            assert not AuditEntry.objects.filter(subject_id=cast.ann.id).exists()
            with pytest.raises(store.Gone):
                store.open_object(stored.id)
            with pytest.raises(store.Gone):
                store.shred(stored.id)
    assert StoredObject.objects.count() == 0, "without a scope nothing is visible"
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO


def test_nothing_can_be_put_in_somebody_elses_name(cast: Any, soon: Any, as_: Scope) -> None:
    for victim in (cast.ann, cast.eve):
        with pytest.raises(DatabaseError, match="row-level security"), as_(cast.bob):
            put_selfie(victim, soon)


def test_the_tables_hold_row_level_security_by_force(as_superuser: Any) -> None:
    rows = as_superuser.execute(
        "select relname, relrowsecurity and relforcerowsecurity from pg_class"
        " where relname like 'archive\\_%' and relkind = 'r'"
    ).fetchall()
    assert dict(rows) == {
        "archive_storedobject": True,
        "archive_subjectkey": True,
        "archive_auditentry": True,
    }


def test_a_changed_blob_is_refused_wherever_it_was_changed(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    (path,) = blob_paths(home)
    good = path.read_bytes()
    regions = {"version": 0, "magic": 2, "key id": 10, "length": 25, "stream": 28, "salt": 40, "prefix": 64}
    for region, at in (regions | {"body": 500, "tag": len(good) - 3}).items():
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with as_(cast.ann), pytest.raises(header.SealError):
            pytest.fail(f"{region}: {store.open_object(stored.id)!r}")
    path.write_bytes(good[:-1])
    with as_(cast.ann), pytest.raises(header.Truncated):
        store.open_object(stored.id)
    path.unlink()
    with as_(cast.ann), pytest.raises(blobs.BlobMissing):
        store.open_object(stored.id)


def test_blobs_of_two_people_cannot_be_swapped(cast: Any, soon: Any, as_: Scope, home: Path) -> None:
    with as_(cast.ann):
        anns = put_selfie(cast.ann, soon, b"ann")
    with as_(cast.bob):
        bobs = put_selfie(cast.bob, soon, b"bob")
    one, other = (home / "blobs" / f"{stored.blob}.0" for stored in (anns, bobs))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    with as_(cast.ann), pytest.raises(header.WrongKey):
        store.open_object(anns.id)


def test_blobs_of_one_person_cannot_be_swapped_either(cast: Any, soon: Any, as_: Scope, home: Path) -> None:
    with as_(cast.ann):
        one, other = put_draft(cast.ann, soon, b"1"), put_draft(cast.ann, soon, b"2")
    (home / "blobs" / f"{one.blob}.0").write_bytes((home / "blobs" / f"{other.blob}.0").read_bytes())
    with as_(cast.ann), pytest.raises(header.Tampered):
        store.open_part(one.id, "master")
    (home / "blobs" / f"{other.blob}.1").write_bytes((home / "blobs" / f"{other.blob}.0").read_bytes())
    with as_(cast.ann), pytest.raises(header.Tampered):
        store.open_part(other.id, "rendition")


def test_a_row_that_is_pointed_at_another_persons_key_opens_nothing(
    cast: Any, soon: Any, as_: Scope, as_superuser: Any
) -> None:
    with as_(cast.ann):
        anns = put_selfie(cast.ann, soon)
    with as_(cast.bob):
        bobs = put_selfie(cast.bob, soon)
    as_superuser.execute(
        "update archive_storedobject set key_id = %s, blob = %s where id = %s",
        [anns.key_id, anns.blob + "x", bobs.id],
    )
    with as_(cast.bob), pytest.raises(header.WrongKey):
        store.open_object(bobs.id)


def test_names_of_blobs_say_nothing_about_a_person(cast: Any, soon: Any, as_: Scope, home: Path) -> None:
    with as_(cast.ann):
        stored = put_draft(cast.ann, soon)
    for path in blob_paths(home):
        name = str(path.relative_to(home / "blobs"))
        assert name.startswith(f"org-{cast.acme.id}/")
        for secret in ("ann", "draft", stored.id.hex, str(stored.id)):
            assert secret not in name.removeprefix(f"org-{cast.acme.id}/")


def test_blobs_and_keys_are_for_the_service_only(cast: Any, soon: Any, as_: Scope, home: Path) -> None:
    with as_(cast.ann):
        put_draft(cast.ann, soon)
    for folder in ("keys", "blobs"):
        assert (home / folder).stat().st_mode & 0o777 == 0o700
        for path in (home / folder).rglob("*"):
            if path.is_file():
                assert path.stat().st_mode & 0o077 == 0, path


def test_putting_is_told_in_the_trail_with_the_sitting(cast: Any, soon: Any, as_: Scope) -> None:
    sitting = uuid.uuid4()
    with as_(cast.ann):
        stored = store.put("selfie", cast.ann.org_id, cast.ann.id, PHOTO, expires_at=soon, sitting_id=sitting)
    with as_(cast.ann):
        (told,) = trail.story(sitting_id=sitting)
    assert (told.action, told.object_id) == ("custody.sealed", stored.id)


# P-003
def test_when_the_entry_cannot_be_written_nothing_is_kept(
    cast: Any, soon: Any, as_: Scope, as_superuser: Any
) -> None:
    as_superuser.execute("revoke insert on archive_auditentry from faceproof_app")
    with pytest.raises(DatabaseError, match="permission denied"), as_(cast.ann):
        put_selfie(cast.ann, soon)
    as_superuser.execute("grant insert on archive_auditentry to faceproof_app")
    with as_(cast.ann):
        assert StoredObject.objects.count() == 0
        stored = put_selfie(cast.ann, soon)
    as_superuser.execute("revoke insert on archive_auditentry from faceproof_app")
    with pytest.raises(DatabaseError, match="permission denied"), as_(cast.ann):
        store.shred(stored.id)
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO


def test_a_rolled_back_put_is_not_there_and_does_not_harm_the_next(
    cast: Any, soon: Any, as_: Scope, home: Path
) -> None:
    with as_(cast.ann):
        put_selfie(cast.ann, soon)
        transaction.set_rollback(True)
    with as_(cast.ann):
        assert StoredObject.objects.count() == 0
        stored = put_selfie(cast.ann, soon)
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO
    assert len(blob_paths(home)) == 2, "the first one is an orphan, for the sweep"


def test_without_a_transaction_and_a_scope_nothing_can_be_put(cast: Any, soon: Any) -> None:
    with pytest.raises((tenancy.OutsideScope, DatabaseError)):
        put_selfie(cast.ann, soon)
    with transaction.atomic(), pytest.raises((tenancy.OutsideScope, DatabaseError)):
        put_selfie(cast.ann, soon)


def test_a_lost_key_is_called_gone_and_never_replaced_in_silence(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    keyring.destroy(cast.acme.id, stored.key_id)
    with as_(cast.ann), pytest.raises(keyring.KeyGone):
        store.open_object(stored.id)
    with as_(cast.ann), pytest.raises(keyring.KeyGone):
        put_selfie(cast.ann, soon)
