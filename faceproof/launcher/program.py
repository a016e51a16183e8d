"""One supervised child: started, started again when it ends, stopped with everything it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from faceproof.launcher.child import settle

BACKOFF = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # s before the 1st, 2nd … restart in a row
STEADY = 60.0  # s of running after which earlier ends are forgotten


def say(what: str, **facts: object) -> None:
    """One short line on stderr: time, what, facts. Never anything about people."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    print(f"{stamp} {what} {words}".rstrip(), file=sys.stderr, flush=True)


class Program:
    """A child process in a session of its own, so that Ctrl-C reaches the supervisor only."""

    def __init__(
        self,
        name: str,
        command: list[str],
        env: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self.command, self.env, self.clock = name, command, dict(env), clock
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.ends = 0  # in a row
        self.due: float | None = None  # when to start again

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Call from the main thread: the child ends with the thread that started it (see `child`)."""
        self.process = subprocess.Popen(
            self.command, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=settle(signal.SIGTERM, os.getpid()),
        )  # fmt: skip
        self.started, self.due = self.clock(), None
        say(self.name, state="started", pid=self.process.pid)

    def tend(self) -> None:
        """Notice an end and start again, later each time; call this several times a second."""
        now = self.clock()
        if self.running:
            if self.ends and now - self.started > STEADY:
                self.ends = 0
            return
        if self.due is None and self.process is not None:
            self.sweep()
            wait = BACKOFF[min(self.ends, len(BACKOFF) - 1)]
            self.due, self.ends = now + wait, self.ends + 1
            say(self.name, state="ended", code=self.process.returncode, restart_in=f"{wait:g}s")
        if self.due is not None and now >= self.due:
            self.start()

    def restart(self, why: str) -> None:
        """End it the hard way; `tend` starts it again."""
        say(self.name, state="restarting", why=why)
        self.sweep()

    def terminate(self) -> None:
        if self.running and self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def sweep(self) -> None:
        """Kill what is left of it and of the processes it started (its session is its process group)."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
