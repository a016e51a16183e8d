"""Starting fork servers, having each photo decoded in a child of its own, and burying what ended.

A fork server is warm, so that a photo does not wait for an interpreter; its child gets one photo and dies, so
nothing of one person can reach the next. Servers are started with `subprocess`, never by forking: a fork of a
process with threads may copy a held lock. They are all started from one thread that lives as long as the
process, because `PR_SET_PDEATHSIG` watches that thread.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceproof.intake.containers.essence import Essence
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import Limits
from faceproof.intake.sandbox import jail, wire
from faceproof.intake.sandbox.pipes import Closed, Late, Pipes

SERVER = Path(__file__).with_name("forkserver.py")
START_SECONDS = 30.0
"""A cold start takes 0.1 s; only a machine in great distress needs more."""
GRACE_SECONDS = 1.0
"""The child's own alarm comes first; then the nursery stops waiting."""
EXIT_SECONDS = 5.0
"""After its picture came; a busy machine may take its time, and a new server costs it more."""
MOST_PHOTOS = 256
"""Children of one server have the same layout of memory. A new server, with another one, comes after so many,
and at once after any photo that was not decoded in order: its sender gets no second try at addresses."""
AT_ONCE = max(2, os.cpu_count() or 1)
"""Decoders working at the same time in one process: bounds memory, and more would only share processors."""
OUT_OF_RESOURCES = {-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL}
PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Decoded:
    """`pixels` (h, w, 3) uint8 sRGB upright; the last three are for the bench and the doctor."""

    pixels: NDArray[np.uint8]
    original: tuple[int, int]
    focal_35mm: float | None
    layers: tuple[str, ...]
    peak_kib: int
    cpu_milliseconds: int


class Server:
    """One started fork server."""

    def __init__(self, heif: bool = False) -> None:
        package = Path(__file__).resolve().parents[3]
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.heif, self.photos, self._ready = heif, 0, False
        self.control = ours
        try:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", "-B", str(SERVER)),
                    *(str(os.getpid()), "heif" if heif else "plain", str(package), *_site()),
                ],
                stdin=its.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"MALLOC_ARENA_MAX": "1"}
                | {name: os.environ[name] for name in PASSED_ON if name in os.environ},
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            its.close()

    def is_ready(self) -> bool:
        """Wait until it is warm; False when it died or never will be."""
        with contextlib.suppress(OSError):
            if not self._ready:
                self._ready = self._hear(len(wire.READY), START_SECONDS) == wire.READY
            return self._ready and self.process.poll() is None
        return False

    def decoder(self) -> Decoder:
        """A child for one photo; before the next one it must have ended. Raises OSError."""
        there, to = os.pipe()
        back, here = os.pipe()
        try:
            try:
                socket.send_fds(self.control, [wire.FORK], [there, here])
            finally:
                os.close(there)
                os.close(here)
            pid = wire.unpack_number(self._hear(wire.NUMBER_SIZE, START_SECONDS))
        except BaseException:
            os.close(to)
            os.close(back)
            raise
        self.photos += 1
        return Decoder(self, pid, to, back)

    def exit_code(self, seconds: float) -> int | None:
        """How the child ended, minus the signal if by one; None when it has not within that time."""
        with contextlib.suppress(OSError):
            code = wire.unpack_number(self._hear(wire.NUMBER_SIZE, seconds))
            self.control.sendall(wire.RELEASE)
            return code
        return None

    def end(self) -> None:
        """Kill, collect and close, whatever state it is in; a child of it dies with it."""
        self.process.kill()
        self.process.wait()
        self.control.close()

    def _hear(self, count: int, seconds: float) -> bytes:
        """Exactly so many bytes. Raises OSError when the server is gone or the time is over."""
        self.control.settimeout(seconds)
        heard = self.control.recv(count, socket.MSG_WAITALL)
        if len(heard) < count:
            raise ConnectionResetError("the fork server is gone")
        return heard


class Decoder:
    """One child, for one photo."""

    def __init__(self, server: Server, pid: int, to: int, back: int) -> None:
        self.pid = pid
        self.server, self._ends, self._pipes = server, (to, back), Pipes(to, back)
        self._code: int | None = None  # how it ended, once that is known
        self._in_order = False

    def work(self, essence: Essence, limits: Limits) -> Decoded:
        """Have one photo decoded. Raises IntakeError."""
        deadline = time.monotonic() + limits.seconds + GRACE_SECONDS
        try:
            with contextlib.suppress(Closed):  # it may have died of the first half; its exit says why
                for part in (_request(essence, limits).pack(), essence.icc, essence.data):
                    self._pipes.write(part, deadline)
            answer = wire.unpack_response(bytes(self._pipes.read(wire.RESPONSE_SIZE, deadline)))
            if answer.status != "ok":
                raise IntakeError(answer.status, f"decoder refused the {essence.kind}")
            _check(answer, limits)
            pixels = np.empty((answer.height, answer.width, 3), np.uint8)
            self._pipes.read_into(pixels.data.cast("B"), deadline)
            self._in_order = True
        except Late:
            raise IntakeError("too_complex", f"{essence.kind} took over {limits.seconds} s") from None
        except Closed:
            raise self._cause_of_death(essence.kind) from None
        except ValueError as error:
            raise IntakeError("corrupt", f"decoder answered nonsense: {error}") from None
        return Decoded(
            pixels,
            (answer.original_width, answer.original_height),
            answer.focal_35mm or None,
            tuple(layer for bit, layer in enumerate(jail.LAYERS) if answer.layers >> bit & 1),
            answer.peak_kib,
            answer.cpu_milliseconds,
        )

    def end(self) -> bool:
        """Let go of it, whatever state it is in; whether its picture came and it ended in order, so that its
        server may fork another."""
        for descriptor in self._ends:
            os.close(descriptor)
        if self._code is None:
            self._wait(EXIT_SECONDS if self._in_order else 0.0)
        return self._in_order and self._code == 0

    def _wait(self, seconds: float) -> None:
        """Until it has ended; after so many seconds it is killed."""
        self._code = self.server.exit_code(seconds) if seconds else None
        if self._code is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)  # surely this one: the number is free only after its code
            self._code = self.server.exit_code(GRACE_SECONDS)

    def _cause_of_death(self, kind: str) -> IntakeError:
        self._wait(GRACE_SECONDS)
        dead = "too_complex" if self._code is None or self._code in OUT_OF_RESOURCES else "corrupt"
        return IntakeError(dead, f"{kind} ended the decoder: {self._code}")


def _site() -> list[str]:
    """The folders that hold the decoder's libraries; the child starts without site-packages."""
    found = [importlib.util.find_spec(name) for name in ("PIL", "pillow_heif")]
    return sorted({str(Path(spec.origin).parents[1]) for spec in found if spec and spec.origin})


def _request(essence: Essence, limits: Limits) -> wire.Request:
    return wire.Request(
        kind=essence.kind,
        orientation=essence.exif.orientation,
        icc_deflated=essence.icc_deflated,
        max_side=limits.output_side,
        max_output=limits.output_pixels,
        max_pixels=limits.max_pixels,
        cpu_seconds=limits.cpu_seconds,
        wall_milliseconds=int(1000 * limits.seconds),
        memory=limits.memory,
        icc_length=len(essence.icc),
        data_length=len(essence.data),
    )


def _check(answer: wire.Response, limits: Limits) -> None:
    """The child may be in the hands of the photo: its numbers are bounded before memory is."""
    sizes = (answer.width, answer.height, answer.original_width, answer.original_height)
    fits = max(answer.width, answer.height) <= limits.output_side
    if min(sizes) < 1 or not fits or answer.width * answer.height > limits.output_pixels:
        raise ValueError(f"{answer.width} x {answer.height}")
    if answer.focal_35mm and not 1.0 <= answer.focal_35mm <= 5000.0:
        raise ValueError("focal length")


class _Nursery:
    """The process-wide state: servers that wait, the thread that starts them, the free places."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.free: list[Server] = []
        self.coming: Future[Server] | None = None
        self.starter = ThreadPoolExecutor(1, "faceproof-nursery")
        self.places = threading.BoundedSemaphore(AT_ONCE)

    def take(self, heif: bool) -> Decoder:
        """A child of a warm server: of one that waits, or of a new one when all are in use, the one did not
        survive, or HEIC is asked for."""
        for _ in range(2):
            server = self._server(heif)
            if server.is_ready():
                with contextlib.suppress(OSError):
                    return server.decoder()
            server.end()
        raise IntakeError("decoder_busy", "the decoder does not start")

    def _server(self, heif: bool) -> Server:
        waiting = None
        with self.lock:
            if not heif and self.free:
                return self.free.pop()
            if not heif:
                waiting, self.coming = self.coming, None
        return (waiting or self.starter.submit(Server, heif)).result()

    def give(self, server: Server, in_order: bool) -> None:
        """Take a server back, or end it."""
        with self.lock:
            kept = in_order and not server.heif and server.photos < MOST_PHOTOS and len(self.free) < AT_ONCE
            if kept:
                self.free.append(server)
        if not kept:
            server.end()

    def prepare(self) -> None:
        """Have a server start in the background when none waits."""
        with self.lock, contextlib.suppress(RuntimeError):  # the interpreter is shutting down
            if not self.free and self.coming is None:
                self.coming = self.starter.submit(Server)

    def waiting(self) -> list[Server]:
        """Every server that nobody uses, those included that have just started."""
        coming = self.coming
        started = coming is not None and coming.done() and not coming.cancelled() and not coming.exception()
        return [*self.free, *([coming.result()] if coming is not None and started else [])]

    def close(self) -> None:
        with self.lock:
            ending, self.free, self.coming = self.waiting(), [], None
        for server in ending:
            server.end()


_nursery = _Nursery()


def decode(essence: Essence, limits: Limits) -> Decoded:
    """Decode one photo in its own child. Raises IntakeError; safe to call from any thread."""
    if not _nursery.places.acquire(timeout=limits.queue_seconds):
        raise IntakeError("decoder_busy", f"all {AT_ONCE} decoders at work")
    try:
        child = _nursery.take(essence.kind == "heic")
        try:
            return child.work(essence, limits)
        finally:
            _nursery.give(child.server, child.end())
    except OSError as error:  # no process, no descriptor to be had: not the photo's fault
        raise IntakeError("decoder_busy", type(error).__name__) from error
    finally:
        _nursery.places.release()
        _nursery.prepare()


def warm() -> None:
    """Start a server ahead of the first photo; who serves calls this at start-up."""
    _nursery.prepare()


def _start_afresh() -> None:
    """In a forked copy of this process the servers, the thread and the locks belong to the original."""
    global _nursery
    for server in _nursery.waiting():
        server.control.close()
    _nursery = _Nursery()


atexit.register(lambda: _nursery.close())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
