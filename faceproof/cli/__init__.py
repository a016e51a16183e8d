"""The ``faceproof`` command.

Exit codes: 0 done · 1 something of ours failed · 2 wrong usage · 65 a photo or file was refused (the reason
is printed) · 75 try again later · 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

import faceproof

# name → "module:attribute"; a command's module is imported when it is called, so that `--help` stays quick.
COMMANDS = {
    "headshot": "faceproof.cli.headshot:headshot",
    "team": "faceproof.cli.team:team",
    "styles": "faceproof.cli.lists:styles",
    "formats": "faceproof.cli.lists:formats",
    "inspect": "faceproof.cli.inspect:inspect",
    "demo": "faceproof.cli.demo:demo",
    "serve": "faceproof.cli.serve:serve",
    "worker": "faceproof.cli.worker:worker",
    "manage": "faceproof.cli.manage:manage",
    "doctor": "faceproof.cli.doctor:doctor",
}
SUMMARIES = {
    "headshot": "Make headshots out of photos, here and now: no server, no database.",
    "team": "Make headshots of many people that stand well together, with a contact sheet and a score.",
    "styles": "List the looks.",
    "formats": "List the formats and the sizes they ask for.",
    "inspect": "Read back the marks of a picture: who made it, how, and whether it was changed.",
    "demo": "Run the whole platform once with sample photos (or yours) and write headshots to out/.",
    "serve": "Run everything: database, web pages over TLS 1.3, worker.",
    "worker": "Run one more worker for the queue.",
    "manage": "Django's own commands, for operators.",
    "doctor": "Check this installation; every finding has an id and a hint.",
}


class Commands(click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # Read when numpy is loaded: our matrices are small, and a pool of threads that spin beside them takes
        # longer to start than everything else together (0.41 s of processor time to import, 0.21 without).
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from faceproof.launcher.config import SettingError

            if not isinstance(error, SettingError):
                raise
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:  # click's own answer would be 1, which is a failure of ours
            click.echo("\nStopped.", err=True)
            sys.exit(130)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(faceproof.__version__, prog_name="faceproof")
def main(**_options: Any) -> None:
    """Professional headshots out of ordinary selfies, on your own machines.

    \b
    One picture, nothing else needed:
      faceproof headshot me.jpg
      faceproof headshot me.jpg --style deep-blue --format linkedin -o portraits/
    The whole platform for an organisation:
      faceproof demo
      faceproof serve
      faceproof doctor

    Exit codes: 0 done, 1 something of ours failed, 2 wrong usage, 65 a photo or file was refused,
    75 try again later, 130 stopped with Ctrl-C. “doctor” has its own.
    """
