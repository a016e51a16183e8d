"""Whose rows this transaction may see.

PostgreSQL keeps the tenants apart, not our queries: every table with personal data has *forced* row-level
security, and the application connects as a role that owns nothing. A policy compares a row with three
settings that live and die with one transaction:

===============  =====================================================================
``app.org``      the organisation
``app.subject``  the person whose pictures these are (``organisations.Member.id``)
``app.reach``    how far the caller sees: ``subject`` (the default), ``organisation``
                 (an organiser's page, a clock that runs for everybody of one
                 organisation) or ``installation`` (lists organisations, nothing else)
===============  =====================================================================

Unset means *nothing*: a forgotten filter, a forgotten scope and a forgotten ``where`` all show no rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from django.db import connection, transaction
from django.db.migrations import RunSQL

Reach = Literal["subject", "organisation", "installation"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What the current transaction may see. ``None`` is nobody, never everybody."""

    org_id: int | None = None
    subject_id: int | None = None
    user_id: int | None = None
    reach: Reach = "subject"


Opened = AbstractContextManager[Scope]
NOBODY = Scope()
_current: ContextVar[Scope] = ContextVar("faceproof_scope", default=NOBODY)


class OutsideScope(RuntimeError):
    """Something that needs an organisation (and perhaps a subject) ran without one."""


def current() -> Scope:
    """The scope of the running transaction; `NOBODY` outside of `scope`."""
    return _current.get()


def require() -> Scope:
    """The current scope, or `OutsideScope` when no organisation is set."""
    here = _current.get()
    if here.org_id is None:
        raise OutsideScope("open tenancy.scope(org_id=…) first: nothing is visible outside of it")
    return here


def _apply(here: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('app.org', %s, true), set_config('app.subject', %s, true),"
            " set_config('app.user', %s, true), set_config('app.reach', %s, true)",
            [_text(here.org_id), _text(here.subject_id), _text(here.user_id), here.reach],
        )


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


@contextmanager
def _entered(here: Scope) -> Iterator[Scope]:
    # A scope inside a transaction must give back what it found, "nobody" included: `set_config(…, true)`
    # lasts until the *outer* transaction ends, not until the inner savepoint is released. An inner scope that
    # fails needs nothing: rolling back to its savepoint takes its settings with it.
    before, inside = _current.get(), connection.in_atomic_block
    with transaction.atomic():
        _apply(here)
        token = _current.set(here)
        try:
            yield here
        finally:
            _current.reset(token)
        if inside and not connection.needs_rollback:
            _apply(before)


def scope(
    *, org_id: int, subject_id: int | None = None, user_id: int | None = None, reach: Reach = "subject"
) -> Opened:
    """One transaction that sees one organisation, and within it one subject unless ``reach`` says more.

    Args:
        org_id: `organisations.Organisation.id`.
        subject_id: `organisations.Member.id` of the person whose rows are meant; ``None`` sees no
            subject's rows.
        user_id: the account that asks, for the tables keyed by account.
        reach: ``subject`` or ``organisation``; only `guard` and scheduled jobs widen it.
    """
    return _entered(Scope(org_id, subject_id, user_id, reach))


def account(user_id: int) -> Opened:
    """One transaction that sees only an account's own memberships: used to find out which scope to open."""
    return _entered(Scope(user_id=user_id))


def installation() -> Opened:
    """One transaction that sees the list of organisations and no personal row of any of them."""
    return _entered(Scope(reach="installation"))


_ORG = "(select nullif(current_setting('app.org', true), '')::bigint)"
_SUBJECT = "(select nullif(current_setting('app.subject', true), '')::bigint)"
_USER = "(select nullif(current_setting('app.user', true), '')::bigint)"
_REACH = "(select current_setting('app.reach', true))"


def protect(table: str, *, subject: str | None = "subject_id", org: str = "org_id") -> list[RunSQL]:
    """Migration operations that put ``table`` under forced row-level security.

    Args:
        table: the database table.
        subject: its column with the subject's id, or ``None`` for a table of the whole organisation.
        org: its column with the organisation's id.

    The settings are read in scalar sub-selects so that PostgreSQL evaluates them once a statement.
    """
    rule = f"{org} = {_ORG}"
    if subject is not None:
        rule += f" AND ({subject} = {_SUBJECT} OR {_REACH} = 'organisation')"
    return force(table, rule)


def protect_shared(table: str) -> list[RunSQL]:
    """What a person shows to their whole organisation: seen by its members, written by the person."""
    own = f"org_id = {_ORG} AND (subject_id = {_SUBJECT} OR {_REACH} = 'organisation')"
    seen = f"org_id = {_ORG} AND ({_SUBJECT} IS NOT NULL OR {_REACH} = 'organisation')"
    return [*protect(table), *narrow(table, select=seen, insert=own, update=own, delete=own)]


def protect_member(table: str) -> list[RunSQL]:
    """Memberships: the account itself, and whoever reaches the whole organisation.

    That an account *sees* its memberships must not let it write one: roles are given by who reaches the whole
    organisation, else a hole in a query would make anybody an organiser anywhere.
    """
    own = f"org_id = {_ORG} AND (id = {_SUBJECT} OR {_REACH} = 'organisation')"
    given = f"org_id = {_ORG} AND {_REACH} = 'organisation'"
    return narrow(table, select=f"user_id = {_USER} OR ({own})", insert=given, update=given, delete=own)


def protect_organisation(table: str) -> list[RunSQL]:
    """Organisations: seen by members and listed by jobs of the installation; changed by who reaches all of
    one."""
    return narrow(
        table,
        select=f"id = {_ORG} OR {_REACH} = 'installation'",
        insert=f"{_REACH} = 'installation'",
        update=f"id = {_ORG} AND {_REACH} = 'organisation'",
        delete="false",
    )


def narrow(table: str, *, select: str, insert: str, update: str, delete: str) -> list[RunSQL]:
    """One policy a command in place of `force`'s one for all; ``table`` is under row-level security already.

    Undone, no policy is left: then the table shows nothing.
    """
    rules = {
        "SELECT": f"USING ({select})",
        "INSERT": f"WITH CHECK ({insert})",
        "UPDATE": f"USING ({update}) WITH CHECK ({update})",
        "DELETE": f"USING ({delete})",
    }
    made = "".join(
        f'CREATE POLICY scope_{command.lower()} ON "{table}" FOR {command} {rule};'
        for command, rule in rules.items()
    )
    gone = "".join(f'DROP POLICY scope_{command.lower()} ON "{table}";' for command in rules)
    return [RunSQL(f'DROP POLICY IF EXISTS scope ON "{table}"; {made}', gone)]


def force(table: str, rule: str) -> list[RunSQL]:
    """Row-level security on ``table`` by ``rule`` (a boolean SQL expression of ours), the owner included."""
    return [
        RunSQL(
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;'
            f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule});',
            f'DROP POLICY scope ON "{table}";'
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY;'
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY;',
        )
    ]
