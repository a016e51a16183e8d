"""``faceproof manage``: Django's commands. ``migrate`` runs as the owner of the tables, everything else as
the app."""

from __future__ import annotations

import os
import sys

import click

AS_OWNER = {"migrate", "createcachetable", "sqlmigrate"}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django command, for example ``faceproof manage migrate``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceproof.settings")
    if arguments and arguments[0] in AS_OWNER:
        os.environ["FACEPROOF_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line([f"{sys.argv[0]} manage", *arguments])
