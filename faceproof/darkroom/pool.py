"""A bounded pool of single-threaded darkroom processes, so that a photo in transit is in memory and nowhere
else.

A photo travels through a socket pair to one process and its proofs travel back; there is no file, no queue
and no retry list. When every process is busy and the short waiting line is full the caller gets `Busy` at
once: nothing is lost, because nothing was kept. A process that dies or exceeds its time is replaced, and
the order is given once more to a fresh one: the photo is still in the caller's memory.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from multiprocessing.connection import Connection

from faceproof.darkroom import Examined, Order, Proof
from faceproof.darkroom.failure import ENOUGH, ON, Failure
from faceproof.engines import EngineError
from faceproof.marking import Signer

# One thread a process; and freed picture buffers stay with the process instead of going back to the kernel
# page by page, which saves a tenth of the time of a picture (bench/studio.py) for a few megabytes.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(64 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
}


class Busy(Exception):
    """Every process is taken and the waiting line is full, or the machine has none to give."""

    retry_after = 5  # seconds


def _inherited() -> dict[str, str]:
    """What a darkroom needs of our environment: never where the database is, or the secret key."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FACEPROOF_")}


class _Process:
    """One darkroom process and our end of its socket."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "faceproof.darkroom.process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_inherited() | ENVIRONMENT,
            )
        self.pipe: Connection[object, object] = Connection(ours.detach())

    def alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        self.pipe.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


class Pool:
    """``processes`` darkrooms and a waiting line of ``waiting`` callers.

    Args:
        processes: how many photos are worked on at the same time; one a core is right, each is
            single-threaded.
        waiting: how many callers may wait for a free process before `Busy` is raised.
        seconds: a photo is held no longer than this, waiting included (R-036).
    """

    def __init__(self, processes: int, *, waiting: int = 8, seconds: float = 60.0) -> None:
        self.processes, self.waiting, self.seconds = max(1, processes), waiting, seconds
        self._lock = threading.Condition()
        self._free: list[_Process] = []
        self._taken = 0
        self._queue = 0
        self._closed = False

    def develop(
        self, order: Order, signer: Signer, *, go_on: Callable[[], bool] = lambda: True
    ) -> Iterator[Examined | Proof]:
        """As `darkroom.develop`, in another process: each event as soon as it is ready; raises the same
        errors, and `Busy`. Who stops asking in the middle ends the process, and the photo with it.

        Args:
            go_on: asked when a proof is there; False ends the order there and frees the process for another.
        """
        deadline = time.monotonic() + self.seconds
        given, seen = 0, -1

        def wanted() -> bool:
            """Whether another proof is; one that was given before the process died is not the last."""
            return seen + 1 < given or go_on()

        for _ in range(2):  # if the process dies: once more with a fresh one, the photo is still here
            seen = -1
            with contextlib.closing(self._once(order, signer, deadline, wanted)) as events:
                for seen, said in enumerate(events):
                    if isinstance(said, Failure):
                        raise said.error()
                    if isinstance(said, str):  # DONE
                        return
                    if seen >= given:  # the same order gives the same events: none is told twice
                        given += 1
                        yield said
        raise EngineError("engine_died", retry=True, detail="the darkroom process ended twice on one photo")

    def _once(
        self, order: Order, signer: Signer, deadline: float, go_on: Callable[[], bool]
    ) -> Generator[Examined | Proof | Failure | str, None, None]:
        """What one process says to an order, `failure.DONE` or a `Failure` last; neither when it dies."""
        worker = self._take(deadline)
        healthy = False
        # Not a limit for each message: a process that stands still in the middle of one, ours to it or its to
        # us, would hold the caller and the photo for ever.
        watch = threading.Timer(max(0.0, deadline - time.monotonic()), worker.process.kill)
        watch.daemon = True
        watch.start()
        try:
            worker.pipe.send((order, signer))
            while isinstance(said := worker.pipe.recv(), Examined | Proof):
                if isinstance(said, Proof):  # told before the caller has it: the next one is made meanwhile
                    worker.pipe.send(ON if go_on() else ENOUGH)
                yield said
            healthy = True
            # Given back before the caller hears of the end: who asks for the next picture finds it free.
            watch.cancel()
            self._give(worker, healthy)
            yield said  # type: ignore[misc]
        except (EOFError, OSError):
            if time.monotonic() >= deadline:
                raise EngineError(
                    "too_slow", retry=True, detail=f"longer than {self.seconds:.0f} s"
                ) from None
        finally:
            watch.cancel()
            if not healthy:
                self._give(worker, healthy)

    def _take(self, deadline: float) -> _Process:
        with self._lock:
            if self._taken >= self.processes and self._queue >= self.waiting:
                raise Busy
            self._queue += 1
            try:
                while self._taken >= self.processes:
                    if not self._lock.wait(max(0.0, deadline - time.monotonic())):
                        raise Busy
                if self._closed:
                    raise Busy
                self._taken += 1
            finally:
                self._queue -= 1
            while self._free:
                worker = self._free.pop()
                if worker.alive():
                    return worker
                worker.end()
        try:
            return _Process()
        except OSError as error:  # no memory, no descriptor: not the photo's fault, and over in a moment
            self._release()
            raise Busy from error
        except BaseException:
            self._release()
            raise

    def _give(self, worker: _Process, healthy: bool) -> None:
        with self._lock:
            kept = healthy and not self._closed and worker.alive()
            if kept:
                self._free.append(worker)
        if not kept:
            worker.end()
        self._release()

    def _release(self) -> None:
        with self._lock:
            self._taken -= 1
            self._lock.notify()

    def warm(self) -> None:
        """Start every process now instead of at the first photo."""
        with self._lock:
            while len(self._free) + self._taken < self.processes:
                self._free.append(_Process())

    def pids(self) -> list[int]:
        """Process ids of the idle darkrooms."""
        with self._lock:
            return [worker.process.pid for worker in self._free]

    def close(self) -> None:
        """End the idle processes; a busy one ends when its photo is done."""
        with self._lock:
            self._closed = True
            idle, self._free = self._free, []
        for worker in idle:
            worker.end()
