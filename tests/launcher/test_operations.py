"""What docs/operations.md tells the operator is so."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from faceproof.launcher import checks
from faceproof.launcher.checks import database
from faceproof.launcher.checks.verdict import Here
from faceproof.launcher.config import Reader
from faceproof.launcher.postgres import Postgres
from tests.launcher.helpers import FAST, REPOSITORY

PAGE = (REPOSITORY / "docs" / "operations.md").read_text()
NOT_FOR_OPERATORS = {
    "FACEPROOF_NAME",  # an example in a message
    "FACEPROOF_KILL_AT",  # tests
    "FACEPROOF_BODIES",  # follows from the threads of the server
    "FACEPROOF_BODY_BYTES",  # follows from the largest photo
    "FACEPROOF_MAIL",  # Django's name for what FACEPROOF_MAIL_URL says
    "FACEPROOF_TRANSIT_SECONDS",  # a constant: a promise, not a choice
}


def test_every_setting_is_on_the_page() -> None:
    named = {
        name
        for path in (REPOSITORY / "faceproof").rglob("*.py")
        for name in re.findall(r"FACEPROOF_[A-Z_]+[A-Z]", path.read_text())
    }
    told = set(re.findall(r"FACEPROOF_[A-Z_]+[A-Z]", PAGE))
    assert named - NOT_FOR_OPERATORS - told == set()
    assert told - named == set(), "a setting that no code reads"


def test_every_check_of_doctor_is_on_the_page() -> None:
    told = set(re.findall(r"`((?:machine|settings|parts|folder|tls|database|queue)\.\w+)`", PAGE))
    assert told == {check.id for check in checks.CHECKS}


def test_the_statements_for_an_external_database_make_one_that_doctor_accepts(tmp_path: Path) -> None:
    first, second = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    with Postgres(tmp_path, FAST) as server:
        with psycopg.connect(server.superuser_dsn, autocommit=True) as superuser:
            for statement in filter(str.strip, first.replace("faceproof", "outside").split(";")):
                superuser.execute(statement)
        with psycopg.connect(server.dsn("postgres", "outside"), autocommit=True) as superuser:
            superuser.execute(second.replace("faceproof", "outside"))
        with psycopg.connect(
            server.superuser_dsn, user="outside_owner", password="choose-one", dbname="outside"
        ) as owner:
            owner.execute("CREATE TABLE thing (id serial)")
        with psycopg.connect(
            server.superuser_dsn, user="outside_app", password="choose-another", dbname="outside"
        ) as app:
            app.execute("INSERT INTO thing DEFAULT VALUES")
            assert database.role(Here(tmp_path, Reader({}), connection=app)).severity == "ok"
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine ()")
