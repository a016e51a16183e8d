"""The trail: written with the action or not at all, never rewritten, readable only while its key lives."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from faceproof import tenancy
from faceproof.archive import keyring, store, trail
from faceproof.archive.models import AuditEntry
from faceproof.vault import header
from tests.archive.conftest import Scope


def test_a_story_is_told_in_order_with_its_details(cast: Any, as_: Scope) -> None:
    sitting, thing = uuid.uuid4(), uuid.uuid4()
    with as_(cast.ann):
        for action, detail in (("sitting.opened", {"custody": "transit"}), ("sitting.ready", None)):
            trail.record(
                action,
                subject_id=cast.ann.id,
                actor_id=cast.ann.id,
                object_id=thing,
                sitting_id=sitting,
                detail=detail,
            )
        told = trail.story(sitting_id=sitting)
    assert [(each.action, each.detail, each.readable) for each in told] == [
        ("sitting.opened", {"custody": "transit"}, True),
        ("sitting.ready", None, True),
    ]
    assert {each.actor_id for each in told} == {cast.ann.id}


def test_a_story_of_a_subject_holds_everything_that_was_recorded(cast: Any, as_: Scope) -> None:
    with as_(cast.ann):
        before = len(trail.story(subject_id=cast.ann.id))
        trail.record("thing.done", subject_id=cast.ann.id)
        assert [told.action for told in trail.story(subject_id=cast.ann.id)][before:] == ["thing.done"]
        with pytest.raises(ValueError, match="sitting or a subject"):
            trail.story()


def test_an_entry_outside_a_transaction_is_refused(cast: Any) -> None:
    with pytest.raises(trail.OutsideTransaction):
        trail.record("thing.done", subject_id=cast.ann.id)


@pytest.mark.parametrize("action", ["Ann uploaded", "opened", "photo.ann@example.org", "a.b\n", ""])
def test_an_action_is_a_name_and_can_hold_nothing_else(cast: Any, as_: Scope, action: str) -> None:
    with as_(cast.ann), pytest.raises(ValueError, match="dotted"):
        trail.record(action, subject_id=cast.ann.id)


def test_an_entry_outside_a_scope_is_refused(cast: Any) -> None:
    from django.db import transaction

    with transaction.atomic(), pytest.raises(tenancy.OutsideScope):
        trail.record("thing.done", subject_id=cast.ann.id)


def test_an_entry_disappears_with_the_action_that_was_rolled_back(cast: Any, as_: Scope) -> None:
    from django.db import transaction

    with as_(cast.ann):
        trail.record("thing.done", subject_id=cast.ann.id, detail={"n": 1})
        transaction.set_rollback(True)
    with as_(cast.ann):
        assert not AuditEntry.objects.filter(action="thing.done").exists()


def test_nobody_reads_or_writes_another_persons_story(cast: Any, as_: Scope) -> None:
    sitting = uuid.uuid4()
    with as_(cast.ann):
        trail.record("thing.done", subject_id=cast.ann.id, sitting_id=sitting, detail={"n": 1})
    for stranger in (cast.bob, cast.eve):
        with as_(stranger):
            assert trail.story(sitting_id=sitting) == []
            assert trail.story(subject_id=cast.ann.id) == []
        with pytest.raises(DatabaseError, match="row-level security"), as_(stranger):
            trail.record("thing.done", subject_id=cast.ann.id)


# P-010
@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "update archive_auditentry set action = 'nothing.happened'",
        "update archive_auditentry set action = 'x' where false",
        "delete from archive_auditentry",
        "truncate archive_auditentry",
        "truncate archive_auditentry cascade",
        "insert into archive_auditentry select * from archive_auditentry"
        " on conflict (id) do update set at = now()",
        "delete from archive_storedobject",
        "delete from archive_subjectkey where false",
        "truncate archive_storedobject, archive_subjectkey",
    ],
)
def test_evidence_can_be_neither_changed_nor_removed_by_any_role_that_works_here(
    cast: Any, postgres: Any, db: str, role: str, statement: str, as_superuser: Any
) -> None:
    def everything() -> list[Any]:
        return as_superuser.execute("select * from archive_auditentry order by id").fetchall()

    before = everything()
    assert before, "the cast has consented, so there are entries"
    with psycopg.connect(postgres.dsn(f"faceproof_{role}", db), autocommit=True) as own:
        own.execute(
            "select set_config('app.org', %s, false), set_config('app.reach', 'organisation', false)",
            [str(cast.acme.id)],
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            own.execute(statement)
    assert everything() == before


def test_not_even_a_replication_session_of_the_superuser_passes(as_superuser: Any, cast: Any) -> None:
    as_superuser.execute("set session_replication_role = replica")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="evidence"):
        as_superuser.execute("delete from archive_auditentry")


def test_details_lie_sealed_in_the_table_and_ids_are_all_that_is_clear(
    cast: Any, as_: Scope, as_superuser: Any
) -> None:
    marker = "MARKER-" + uuid.uuid4().hex
    with as_(cast.ann):
        entry = trail.record("thing.done", subject_id=cast.ann.id, detail={"note": marker})
        assert trail.story(subject_id=cast.ann.id)[-1].detail == {"note": marker}
    row = as_superuser.execute(
        "select a::text, detail from archive_auditentry a where ref = %s", [entry.ref]
    ).fetchone()
    assert marker not in row[0]
    assert marker.encode() not in bytes(row[1])
    assert bytes(row[1])[:4] == b"\x01FPS"


def test_a_detail_does_not_open_in_another_entry(cast: Any, as_: Scope, as_superuser: Any) -> None:
    with as_(cast.ann):
        one = trail.record("thing.done", subject_id=cast.ann.id, detail={"n": 1})
        two = trail.record("thing.done", subject_id=cast.ann.id, detail={"n": 2})
    as_superuser.execute("alter table archive_auditentry disable trigger evidence")
    as_superuser.execute(
        "update archive_auditentry set detail = (select detail from archive_auditentry where ref = %s)"
        " where ref = %s",
        [one.ref, two.ref],
    )
    with as_(cast.ann), pytest.raises(header.Tampered):
        trail.story(subject_id=cast.ann.id)


def test_after_the_audit_key_died_the_skeleton_stays_and_says_so(cast: Any, as_: Scope) -> None:
    with as_(cast.ann):
        trail.record("thing.done", subject_id=cast.ann.id, detail={"secret": 1})
        store.shred_subject(cast.ann.org_id, cast.ann.id)
    assert store.finish_erasures(cast.acme.id) >= 1
    with as_(cast.ann):
        told = trail.story(subject_id=cast.ann.id)
    (line,) = [each for each in told if each.action == "thing.done"]
    assert (line.detail, line.readable) == (None, False)
    assert told[-1].action == "custody.key_destroyed"


def test_an_erased_subject_gets_no_new_details_but_can_still_be_counted(cast: Any, as_: Scope) -> None:
    with as_(cast.ann):
        store.shred_subject(cast.ann.org_id, cast.ann.id)
    with as_(cast.ann), pytest.raises(keyring.SubjectErased):
        trail.record("thing.done", subject_id=cast.ann.id, detail={"n": 1})
    with as_(cast.ann):
        trail.record("thing.done", subject_id=cast.ann.id)


def test_a_subject_without_an_audit_key_can_be_closed_too(cast: Any) -> None:
    nobody = 987_654
    with tenancy.scope(org_id=cast.acme.id, subject_id=nobody):
        store.shred_subject(cast.acme.id, nobody)
    store.finish_erasures(cast.acme.id)
    with tenancy.scope(org_id=cast.acme.id, subject_id=nobody), pytest.raises(keyring.SubjectErased):
        keyring.of(cast.acme.id, nobody, "selfie")
    assert store.open_erasures(cast.acme.id) == []


def test_an_entry_without_a_detail_touches_no_key(cast: Any, home: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=987_654):
        before = list((home / "keys").rglob("*.key"))
        trail.record("thing.done", subject_id=987_654)
        assert list((home / "keys").rglob("*.key")) == before
    assert not connection.in_atomic_block
