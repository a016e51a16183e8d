"""Looks, from a thread of its own, whether a program that runs also answers."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from faceproof.launcher import config

EVERY, PATIENCE = 10.0, 3  # s between looks; this many failures in a row mean that it hangs
STARTUP = 90.0  # s that a program gets for its first answer
HEARTBEAT = 60  # s since the last heartbeat of any worker; it comes every 3 s (faceproof/jobs/run.py)
REPLY = 10.0  # s


class Probe:
    """Asks `answers` every ten seconds; `hangs` after three failures in a row.

    It only reports: starting and killing belong to the supervisor's main thread.
    """

    def __init__(self, answers: Callable[[], bool], every: float = EVERY) -> None:
        self.answers, self.every = answers, every
        self.failures = 0
        self.since = time.monotonic()
        self.good = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    @property
    def hangs(self) -> bool:
        return self.failures >= PATIENCE

    def forget(self) -> None:
        """After a restart: wait for the first good answer again."""
        self.failures, self.since = 0, time.monotonic()
        self.good.clear()

    def _look(self) -> None:
        while not self._stop.wait(self.every if self.good.is_set() else min(self.every, 0.1)):
            if self.answers():
                self.failures = 0
                self.good.set()
            elif self.good.is_set():
                self.failures += 1
            elif time.monotonic() - self.since > STARTUP:
                self.failures = PATIENCE


def web_answers(host: str, port: int, name: str = "localhost") -> Callable[[], bool]:
    """Whether the web program answers at all. 503 counts: it says that the database is away, not that it
    hangs.

    The certificate is not looked at here: what is asked is whether our own child replies, on this machine.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    def answers() -> bool:
        connection = http.client.HTTPSConnection(host, port, timeout=REPLY, context=context)
        try:
            connection.request("GET", "/healthz", headers={"Host": name})
            return connection.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return answers


def worker_answers(database: dict[str, Any]) -> Callable[[], bool]:
    """Whether a worker has shown signs of life lately; `database` is Django's entry for the application role.

    The queue does not say which machine a heartbeat comes from: with workers elsewhere only the end of our
    own process is noticed. A database that does not answer says nothing about the worker.
    """
    alive = (
        f"SELECT coalesce(max(last_heartbeat) > now() - interval '{HEARTBEAT} s', false) "
        "FROM procrastinate_workers"
    )

    def answers() -> bool:
        try:
            with config.connect(database, connect_timeout=5) as connection:
                row = connection.execute(alive).fetchone()
        except psycopg.Error:
            return True
        return bool(row and row[0])

    return answers
