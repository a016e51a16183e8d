"""``faceproof worker``: takes jobs from the queue until it is told to stop."""

from __future__ import annotations

import os

import click


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
    run.until_stopped(name)
