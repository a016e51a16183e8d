"""The database: there, new enough, serving a role without power, with row-level security everywhere."""

from __future__ import annotations

import datetime
import os

from faceproof.launcher.binaries import OLDEST
from faceproof.launcher.checks.verdict import Here, Verdict, bad, good, warn

# Tables with an organisation's number that are read before anybody is known (docs/threat-model.md).
WITHOUT_ROW_SECURITY = {"organisations_setuplink", "organisations_phonelink"}  # docs/threat-model.md says why
SKEW = 5.0  # s


def reachable(here: Here) -> Verdict:
    if here.connection is None:
        return bad(
            f"the database cannot be reached: {here.no_database}",
            "start it with `faceproof serve`, or check FACEPROOF_DATABASE_URL",
        )
    version = here.database.info.server_version // 10000
    if version < OLDEST:
        return bad(f"PostgreSQL {version} is too old", f"upgrade the server to {OLDEST} or newer")
    return good(f"PostgreSQL {version} answers")


def role(here: Here) -> Verdict:
    """The role of the pages and workers must not be able to pass by the policies."""
    name = here.one("SELECT current_user")
    powers = here.rows(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
        "FROM pg_roles WHERE rolname = current_user"
    )[0]
    words = ("SUPERUSER", "BYPASSRLS", "CREATEDB", "CREATEROLE", "REPLICATION")
    held = [word for word, power in zip(words, powers, strict=True) if power]
    if held:
        return bad(
            f"the application connects as {name}, which has {', '.join(held)}",
            f"ALTER ROLE {name} {' '.join('NO' + word for word in held)}, or use another role",
        )
    owned = here.rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname NOT LIKE 'pg\\_%' AND pg_has_role(current_user, c.relowner, 'MEMBER') LIMIT 5"
    )
    if owned:
        return bad(
            f"the application's role {name} owns {', '.join(str(row[0]) for row in owned)}",
            "give the tables to the owner role and take the application's role out of it; see "
            "“External PostgreSQL” in docs/operations.md",
        )
    return good(f"the application connects as {name}, which owns nothing and cannot pass by the policies")


def row_security(here: Here) -> Verdict:
    """Every table with an organisation's number needs row-level security, forced, with a policy."""
    tables = here.rows(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, "
        "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' "
        "AND (c.relname = 'organisations_organisation' "
        "OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped "
        "AND a.attname IN ('org_id', 'subject_id'))) ORDER BY 1"
    )
    checked = [row for row in tables if row[0] not in WITHOUT_ROW_SECURITY]
    open_ones = [str(name) for name, *protections in checked if not all(protections)]
    if open_ones:
        return bad(
            f"row-level security is not enabled, forced and with a policy on {', '.join(open_ones)}",
            "stop serving now, and find out who changed it: no migration of ours turns it off",
        )
    if not checked:
        return bad("there are no tables yet", "run `faceproof manage migrate`")
    return good(f"row-level security is forced on all {len(checked)} tables of organisations")


def migrations(here: Here) -> Verdict:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:5])
        return bad(
            f"{len(plan)} migrations are missing: {names}", "run `faceproof manage migrate` (serve does it)"
        )
    return good("all migrations are applied")


def clock(here: Here) -> Verdict:
    """Retention runs by the database's clock, receipts are written by this machine's."""
    theirs = here.one("SELECT clock_timestamp()")
    assert isinstance(theirs, datetime.datetime)
    skew = abs((theirs - here.now).total_seconds())
    if skew > SKEW:
        return bad(
            f"the clocks of the database and of this machine differ by {skew:.0f} s",
            "synchronise both machines (systemd-timesyncd, chrony)",
        )
    return good("the clocks of the database and of this machine agree")


def owner_credentials(here: Here) -> Verdict:
    """An external database is migrated by hand or by us: by us needs the owner's address."""
    if not here.env.text("FACEPROOF_DATABASE_URL", ""):
        return good("the embedded database is migrated at each start")
    if here.env.text("FACEPROOF_OWNER_DATABASE_URL", "") or os.environ.get("FACEPROOF_OWNER_DATABASE_URL"):
        return good("the external database is migrated at each start")
    return warn(
        "the external database is not migrated at start",
        "set FACEPROOF_OWNER_DATABASE_URL, or run `faceproof manage migrate` with it after each upgrade",
    )
