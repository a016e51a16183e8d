"""A real `faceproof serve` on a free port, for as long as the demonstration or a bench needs it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from faceproof.cli.browser import Browser, PageError

READY_LIMIT = 180.0  # seconds until the first page answers; the very first start creates the database
STOP_LIMIT = 60.0  # seconds; it gives a job in progress 25


@contextlib.contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[int, Path]]:
    """Port and certificate of a server with this data folder and these settings; it stops with the block.

    Raises:
        click.ClickException: it did not start; the message has its last lines.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"FACEPROOF_LOG": os.environ.get("FACEPROOF_LOG", "ERROR"), "FACEPROOF_HOME": str(home)}
    with tempfile.TemporaryFile() as log:  # lines of facts, never of people
        process = subprocess.Popen(
            [sys.executable, "-m", "faceproof", "serve", "--port", str(port), "--no-setup-link"],
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=os.environ | quiet | settings,
        )
        try:
            certificate = home / "tls" / "localhost.crt"
            if not _ready(process, port, certificate):
                log.seek(0)
                raise click.ClickException(_why_not(log.read().decode(errors="replace")))
            yield port, certificate
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready(process: subprocess.Popen[bytes], port: int, certificate: Path) -> bool:
    """True when the pages answer; False when the server ended or `READY_LIMIT` is over."""
    end = time.monotonic() + READY_LIMIT
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError, PageError), Browser(port, certificate) as browser:
            browser.get("/healthz")
            return True
        time.sleep(0.05)
    return False


def _why_not(log: str) -> str:
    """What the server said last, and what to do."""
    said = "\n".join(f"  {line}" for line in log.strip().splitlines()[-5:])
    return f"the server did not start; run “faceproof doctor” to see what is wrong. It said:\n{said}"
