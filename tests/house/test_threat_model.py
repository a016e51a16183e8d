"""P-011: what is outside row-level security is written down, and nothing else is outside."""

import re

import pytest
from django.db import connection

from tools.lockfile import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = set(re.findall(r"^\| `([a-z_]+)`", PAGE, flags=re.MULTILINE))


@pytest.mark.usefixtures("db")
def test_exactly_the_named_tables_are_outside_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind in ('r', 'p')"
            " and relnamespace = 'public'::regnamespace and not (relrowsecurity and relforcerowsecurity)"
        )
        outside = {name for (name,) in cursor.fetchall()}
    assert outside == NAMED


@pytest.mark.usefixtures("db")
def test_the_application_role_neither_owns_a_table_nor_bypasses_the_rules() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from pg_class where relowner = r.oid),"
            " rolbypassrls or rolsuper or rolcreaterole from pg_roles r where rolname = current_user"
        )
        assert cursor.fetchone() == (0, False)
