"""Row-level security holds by itself: these tests use no application filter at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from faceproof import tenancy
from faceproof.consent.models import Consent
from faceproof.organisations.models import Member, Organisation
from faceproof.sittings.models import Sitting


# P-004
def test_the_tests_run_as_a_role_that_owns_nothing_and_cannot_pass_by(db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("select count(*) from pg_class where pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


# P-004
def test_outside_of_any_scope_nothing_is_there(cast: Any) -> None:
    assert Consent.objects.count() == Member.objects.count() == Organisation.objects.count() == 0


def test_a_person_sees_only_their_own_rows_without_any_filter(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert {consent.subject_id for consent in Consent.objects.all()} == {cast.ann.id}
        assert [member.id for member in Member.objects.all()] == [cast.ann.id]
        assert [org.id for org in Organisation.objects.all()] == [cast.acme.id]


def test_a_scope_of_one_organisation_with_a_subject_of_another_shows_nothing(cast: Any) -> None:
    with tenancy.scope(org_id=cast.evil.id, subject_id=cast.ann.id):
        assert Consent.objects.count() == 0


def test_an_organisation_wide_scope_stops_at_its_own_border(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        assert {m.id for m in Member.objects.all()} == {cast.ann.id, cast.bob.id, cast.olga.id}


def test_the_list_of_organisations_opens_no_personal_row(cast: Any) -> None:
    with tenancy.installation():
        assert Organisation.objects.count() == 2
        assert Consent.objects.count() == Member.objects.count() == Sitting.objects.count() == 0


def test_a_row_cannot_be_written_for_somebody_else(cast: Any) -> None:
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id),
    ):
        Sitting.objects.create(org_id=cast.acme.id, subject_id=cast.bob.id, custody="transit", engine="fake:")


def test_a_row_cannot_be_moved_to_somebody_else(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        mine = Sitting.objects.create(
            org_id=cast.acme.id, subject_id=cast.ann.id, custody="transit", engine="fake:"
        )
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id),
    ):
        Sitting.objects.filter(id=mine.id).update(subject_id=cast.bob.id)


def test_the_scope_ends_with_its_transaction(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        pass
    assert tenancy.current() == tenancy.NOBODY
    with transaction.atomic():
        assert Consent.objects.count() == 0


def test_an_inner_scope_gives_back_what_it_found(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        with tenancy.scope(org_id=cast.evil.id, subject_id=cast.eve.id):
            assert {consent.subject_id for consent in Consent.objects.all()} == {cast.eve.id}
        assert {consent.subject_id for consent in Consent.objects.all()} == {cast.ann.id}


def test_an_inner_scope_that_fails_gives_back_what_it_found(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        with pytest.raises(ZeroDivisionError), tenancy.scope(org_id=cast.evil.id, subject_id=cast.eve.id):
            _ = 1 / 0
        assert {consent.subject_id for consent in Consent.objects.all()} == {cast.ann.id}


# P-004
def test_a_person_makes_nobody_an_organiser_not_even_herself(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id, user_id=cast.ann.user_id):
        assert Member.objects.filter(id=cast.ann.id).update(role="organiser") == 0
    for opened in (
        tenancy.account(cast.eve.user_id),
        tenancy.scope(org_id=cast.acme.id, user_id=cast.eve.user_id),
    ):
        with pytest.raises(DatabaseError, match="row-level security"), opened:
            Member.objects.create(org_id=cast.acme.id, user_id=cast.eve.user_id, role="organiser")


# P-004
def test_a_policy_is_changed_by_who_reaches_the_whole_organisation_and_nobody_else(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert Organisation.objects.filter(id=cast.acme.id).update(headshot_days=1) == 0
    with tenancy.installation():  # it lists them, and makes the first
        assert Organisation.objects.update(headshot_days=1) == 0
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        assert Organisation.objects.update(headshot_days=30) == 1
    with tenancy.installation():
        days = dict(Organisation.objects.values_list("id", "headshot_days"))
        assert days == {cast.acme.id: 30, cast.evil.id: 90}


def test_a_scope_inside_a_plain_transaction_leaves_nothing_open_behind_it(cast: Any) -> None:
    with transaction.atomic():
        with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
            assert Consent.objects.exists()
        assert Consent.objects.count() == Organisation.objects.count() == 0


def test_a_scope_inside_a_scope_does_not_hide_what_went_wrong(cast: Any) -> None:
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id),
        tenancy.scope(org_id=cast.evil.id, subject_id=cast.eve.id),
    ):
        Sitting.objects.create(org_id=cast.acme.id, subject_id=cast.bob.id, custody="transit", engine="fake:")


def test_every_table_with_an_organisation_is_under_forced_row_level_security(db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """select c.relname, c.relrowsecurity and c.relforcerowsecurity
               from pg_class c join pg_attribute a on a.attrelid = c.oid
               where c.relkind = 'r' and a.attname in ('org_id', 'subject_id') and not a.attisdropped"""
        )
        tables = dict(cursor.fetchall())
    # Read before anybody is signed in; they hold hashes, and numbers of a person at most.
    outside = {"organisations_setuplink", "organisations_phonelink"}
    assert {name for name, forced in tables.items() if not forced} == outside
    assert {"sittings_sitting", "sittings_selfie", "archive_storedobject", "consent_consent"} <= set(tables)


def test_require_says_what_to_do_when_there_is_no_scope(db: str) -> None:
    with pytest.raises(tenancy.OutsideScope, match=r"tenancy\.scope"):
        tenancy.require()


def test_a_withdrawn_consent_is_dated_not_deleted(cast: Any) -> None:
    from faceproof.consent import records

    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert records.withdraw(cast.ann, "headshot") == 1
        assert records.current(cast.ann, "headshot") is None
        gone = Consent.objects.get(purpose="headshot")
        assert gone.withdrawn_at is not None
        assert gone.withdrawn_at <= timezone.now()
