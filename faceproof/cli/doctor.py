"""``faceproof doctor``: looks at this installation and says what is wrong and what to do about it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator

import click
import psycopg

from faceproof.launcher import checks, config
from faceproof.launcher.checks.verdict import Here
from faceproof.launcher.postgres import Postgres, PostgresError

MARKS = {"ok": ("✓", "green"), "note": ("·", "blue"), "warning": ("!", "yellow"), "error": ("✗", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
@click.option("--strict", is_flag=True, help="Warnings count: exit code 1.")
def doctor(as_json: bool, strict: bool) -> None:
    """Check this installation. Nothing is changed.

    \b
    Exit codes: 0 all is well (or warnings without --strict), 1 warnings with --strict, 2 errors.
    """
    home = config.home()
    try:
        with _connected(Here(home, config.reader(home))) as here:
            findings = checks.examine(here)
    except config.SettingError as error:
        click.echo(f"error settings: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], indent=1, ensure_ascii=False))
    else:
        for finding in findings:
            _print(finding)
    sys.exit(checks.exit_code(findings, strict=strict))


def _print(finding: checks.Finding) -> None:
    mark, colour = MARKS[finding.severity]
    click.echo(f"{click.style(mark, fg=colour, bold=True)} {finding.id:<22}{finding.sentence}")
    if finding.hint:
        click.echo(f"{'':24}→ {finding.hint}")


@contextlib.contextmanager
def _connected(here: Here) -> Iterator[Here]:
    """`here` with a connection of the application's role, the embedded server woken up for the moment."""
    if not here.home.is_dir():
        yield here
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")
    external = bool(here.env.text("FACEPROOF_DATABASE_URL", ""))
    with contextlib.ExitStack() as stack:
        try:
            import django

            django.setup()  # before the database is asked: the checks of the folders need it without one
            if not external:
                stack.enter_context(_share(here))
            found = config.database(here.home, here.env)
            connection = stack.enter_context(config.connect(found, autocommit=True))
        except (PostgresError, psycopg.Error) as error:
            yield Here(here.home, here.env, None, " ".join(str(error).split()))
            return
        yield Here(here.home, here.env, connection)


def _share(here: Here) -> Postgres:
    """Our share in the embedded server; a database that was never made is not made by looking."""
    postgres = Postgres(here.home)
    if not (postgres.places.data / "PG_VERSION").exists():
        raise PostgresError("it was never started")
    return postgres
