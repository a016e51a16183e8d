"""`faceproof serve`: database, web and worker under one command, watched until it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from faceproof.launcher import config, probe, tls
from faceproof.launcher.child import settle
from faceproof.launcher.postgres import Postgres
from faceproof.launcher.probe import Probe
from faceproof.launcher.program import Program, say
from faceproof.launcher.serving import Options, ServeError, environment, prepare, web_command

GRACE = 25.0  # s for a job in progress to end (the worker gives up its jobs after 20)
TICK = 0.2
RENEWAL_LOOK = 24 * 3600.0


def serve(wanted: Options, tell: Callable[[str], None]) -> int:
    """Run until SIGINT or SIGTERM; `tell` prints for the person at the terminal. Returns the exit code."""
    prepare(wanted)
    stop = _stop_on_signals()
    postgres = None if wanted.external else Postgres(wanted.home)
    supervisor = Supervisor(wanted, postgres)
    try:
        if postgres is not None:
            postgres.start()
            say("database", state="ready")
        if wanted.migrate and not stop.is_set():
            migrate(wanted)
        if not stop.is_set():
            supervisor.run(stop, tell)
    finally:
        supervisor.stop(stop)
        if postgres is not None:
            postgres.stop()
        say("serve", state="stopped")
    return 0


def migrate(wanted: Options) -> None:
    """Bring the tables up to date as their owner, before anything uses them."""
    started = time.monotonic()
    done = _manage(wanted, "migrate", "--no-input", "--verbosity", "0")
    if done.returncode:
        raise ServeError(f"the database could not be migrated:\n{done.stderr.strip()[-2000:]}")
    say("database", state="migrated", seconds=f"{time.monotonic() - started:.1f}")


def organiser_link(wanted: Options) -> str | None:
    """The one-time link to become the first organiser; None when there is one already (or on failure)."""
    asked = "from faceproof.organisations.setup import organiser_link as a; print('link', a() or '')"
    done = _manage(wanted, "shell", "--verbosity", "0", "--command", asked)
    for line in done.stdout.splitlines():
        if line.startswith("link /"):
            return wanted.address + line.removeprefix("link ")
    if done.returncode:
        say("setup-link", state="failed", reason=done.stderr.strip().splitlines()[-1:])
    return None


def _manage(wanted: Options, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "faceproof", "manage", *arguments]
    return subprocess.run(
        command, env=environment(wanted), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True, preexec_fn=settle(signal.SIGTERM, os.getpid()),
    )  # fmt: skip


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


class Supervisor:
    """Starts web and worker and keeps them answering."""

    def __init__(self, wanted: Options, postgres: Postgres | None) -> None:
        self.wanted, self.postgres = wanted, postgres
        self.watched: list[tuple[Program, Probe]] = []
        self.renewal = time.monotonic() + RENEWAL_LOOK

    def run(self, stop: threading.Event, tell: Callable[[str], None]) -> None:
        self._start()
        told = False
        web = self.watched[0][1]
        while not stop.wait(TICK):
            self.tend()
            if not told and web.good.is_set():
                told = True
                self._welcome(tell)

    def _start(self) -> None:
        wanted, env = self.wanted, environment(self.wanted)
        database = config.database(wanted.home, config.reader(wanted.home))
        # "0.0.0.0" is looked up here, not bound to.
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(wanted.host, wanted.host)  # nosec B104
        web = Program("web", web_command(wanted), env)
        worker = Program("worker", [sys.executable, "-m", "faceproof", "worker"], env)
        self.watched = [
            (web, Probe(probe.web_answers(near, wanted.port, wanted.name))),
            (worker, Probe(probe.worker_answers(database))),
        ]
        for program, look in self.watched:
            program.start()
            look.start()

    def tend(self) -> None:
        """One round: the database, then every program, then the certificate."""
        if self.postgres is not None and not self.postgres.alive():
            say("database", state="lost", next="start")
            self.postgres.start()
        for program, look in self.watched:
            if program.running and look.hangs:
                program.restart("does not answer")
            if not program.running:
                look.forget()
            program.tend()
        if self.wanted.pair is None and time.monotonic() > self.renewal:
            self.renewal = time.monotonic() + RENEWAL_LOOK
            if tls.ensure(self.wanted.certificate, self.wanted.hosts):
                self.watched[0][0].terminate()  # requests in progress end first; `tend` starts it again

    def _welcome(self, tell: Callable[[str], None]) -> None:
        link = organiser_link(self.wanted) if self.wanted.link else None
        tell(f"Faceproof is at {self.wanted.address}   (Ctrl-C stops it)")
        if self.wanted.pair is None:
            tell("Its certificate is self-signed: the browser asks once whether you trust it.")
        if link:
            tell(f"Become its first organiser with this one-time link (24 hours):\n  {link}")

    def stop(self, stop: threading.Event) -> None:
        """Ask all to end, wait for work in progress, then end what is left; a second signal ends at once."""
        for _, look in self.watched:
            look.stop()
        stop.clear()
        for program, _ in self.watched:
            program.terminate()
        end = time.monotonic() + GRACE
        while any(program.running for program, _ in self.watched):
            if stop.wait(0.02) or time.monotonic() > end:
                break
        for program, _ in self.watched:
            program.sweep()
