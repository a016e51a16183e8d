"""``faceproof worker``: takes jobs from the queue until it is told to stop."""

from __future__ import annotations

import os
import sys

import click

from faceproof import faults


@click.command()
@click.option("--name", default="worker", show_default=True, help="Name in the queue's tables and logs.")
def worker(name: str) -> None:
    """Run one worker. More machines are more workers on the same database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")
    import django

    django.setup()
    from faceproof.darkroom.hardening import harden
    from faceproof.jobs import run

    harden()
    _refuse_without_a_database()
    run.until_stopped(name)


def _refuse_without_a_database() -> None:
    """Ask once: the queue's own pool would go on asking, a line of the log each time, before it gives up."""
    import psycopg

    from faceproof.launcher import config

    home = config.home()
    try:
        config.connect(config.database(home, config.reader(home))).close()
    except psycopg.Error as error:
        click.echo(
            f"The database cannot be reached: {' '.join(str(error).split())}\n"
            "Start it with “faceproof serve”, or check FACEPROOF_DATABASE_URL and FACEPROOF_HOME.",
            err=True,
        )
        sys.exit(faults.UNAVAILABLE)
