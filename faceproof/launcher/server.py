"""The PostgreSQL process itself: start it and wait for it, start it again when it ends, stop it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from faceproof.launcher.child import settle
from faceproof.launcher.cluster import Cluster, ClusterError
from faceproof.launcher.stale import look

PREDECESSOR = 10.0  # s for an earlier server of this folder to end
PREDECESSOR_SIGNS = ("to end", "lock file", "shared memory block")  # in our line or PostgreSQL's
START_LIMIT = 300.0  # s; recovery after a crash replays at most max_wal_size
CRASHES, CRASH_WINDOW = 5, 60.0


class Server:
    """One foreground postmaster, child of this process (it gets SIGINT when this process dies)."""

    def __init__(self, cluster: Cluster, params: Mapping[str, str]) -> None:
        self.cluster, self.params = cluster, params
        self.process: subprocess.Popen[bytes] | None = None
        self.crashes: list[float] = []

    def start(self) -> None:
        """Start PostgreSQL and wait until it answers; a predecessor that is just ending is waited for."""
        patience = time.monotonic() + PREDECESSOR
        while True:
            before = os.fstat(sys.stderr.fileno()).st_size
            if self._start_once():
                return
            reason = os.pread(sys.stderr.fileno(), 4096, before).decode(errors="replace").strip()
            if self.process is not None and (self.process.returncode or 0) < 0:  # killed before it answered
                self._count_crash()
            elif not any(sign in reason for sign in PREDECESSOR_SIGNS) or time.monotonic() > patience:
                raise ClusterError(
                    f"PostgreSQL does not start ({reason[-300:]}); see {self.cluster.places.log}"
                )
            time.sleep(0.1)

    def _start_once(self) -> bool:
        left = look(self.cluster.places)
        if left.orphan:
            os.kill(left.orphan, signal.SIGINT)
        if left.living:
            say(f"waiting for the server {left.living} of this data folder to end")
            self.process = None
            return False
        options = self.cluster.drop()
        options["env"] = self.cluster.environment() | left.environment
        self.process = subprocess.Popen(
            self.cluster.command(self.params), stdout=sys.stderr, stderr=sys.stderr, start_new_session=True,
            preexec_fn=settle(signal.SIGINT, os.getpid()), **options,
        )  # fmt: skip
        return self._answers()

    def _answers(self) -> bool:
        """True when the server takes connections, False when it ended. It may first replay its log.

        The postmaster writes its state into line 8 of postmaster.pid (miscadmin.h); pg_ctl waits in this way.
        """
        assert self.process is not None
        end = time.monotonic() + START_LIMIT
        while self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError):
                lines = (self.cluster.places.data / "postmaster.pid").read_text().splitlines()
                if lines[:1] == [str(self.process.pid)] and [line.strip() for line in lines[7:8]] == [
                    "ready"
                ]:
                    return True
            if time.monotonic() > end:
                raise ClusterError(f"PostgreSQL did not answer in {START_LIMIT:.0f} s")
            time.sleep(0.01)
        return False

    def restart_if_gone(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        self._count_crash()
        self.start()

    def _count_crash(self) -> None:
        """Raise ClusterError when it ended too often lately: then something else is wrong."""
        assert self.process is not None
        now = time.monotonic()
        self.crashes = [moment for moment in self.crashes if now - moment < CRASH_WINDOW] + [now]
        say(f"PostgreSQL ended (code {self.process.returncode}); starting it again")
        if len(self.crashes) > CRASHES:
            raise ClusterError(f"PostgreSQL ended {len(self.crashes)} times in {CRASH_WINDOW:.0f} s")

    def stop(self) -> None:
        """Fast shutdown (SIGINT): open transactions roll back, a checkpoint is written."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)  # as after a power cut: the log is replayed next time
            self.process.wait(30)


def say(sentence: str) -> None:
    """One line into the server's own log (this process's stderr)."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    print(f"{stamp} UTC keeper: {sentence}", file=sys.stderr, flush=True)
