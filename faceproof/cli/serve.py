"""``faceproof serve``: everything under one command."""

from __future__ import annotations

import sys

import click

from faceproof.launcher import serving, supervisor
from faceproof.launcher.postgres import PostgresError


@click.command()
@click.option("--host", help="Address to listen on.  [default: FACEPROOF_BIND, else 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: FACEPROOF_PORT, else 8443]")
@click.option("--setup-link/--no-setup-link", default=True, help="Print the link for the first organiser.")
def serve(host: str | None, port: int | None, setup_link: bool) -> None:
    """Run the database, the web pages over TLS 1.3 and a worker, until Ctrl-C.

    \b
    Exit codes: 0 stopped as asked, 1 it could not start (the reason is printed).
    Settings and a systemd unit: docs/operations.md
    """
    try:
        wanted = serving.options(host, port, link=setup_link)
        code = supervisor.serve(wanted, click.echo)
    except (serving.ServeError, PostgresError) as error:
        raise click.ClickException(str(error)) from None
    sys.exit(code)
