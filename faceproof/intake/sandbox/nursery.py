"""Starting decoders, giving each one photo, and burying them.

One child is kept started and warm, so that a photo does not wait for an interpreter; it serves once and dies,
so nothing of one person can reach the next. Children are started with `subprocess`, never by forking: a fork
of a process with threads may copy a held lock. They are all started from one thread that lives as long as
the process, because `PR_SET_PDEATHSIG` watches that thread.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import signal
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

CHILD = Path(__file__).with_name("child.py")
START_SECONDS = 30.0
"""A cold start takes 0.1 s; only a machine in great distress needs more."""
GRACE_SECONDS = 1.0
"""The child's own alarm comes first; then the nursery stops waiting."""
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


class Decoder:
    """One started child."""

    def __init__(self, heif: bool = False) -> None:
        package = Path(__file__).resolve().parents[3]
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", "-B", str(CHILD)),
                *(str(os.getpid()), "heif" if heif else "plain", str(package), *_site()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={"MALLOC_ARENA_MAX": "1"}
            | {name: os.environ[name] for name in PASSED_ON if name in os.environ},
            start_new_session=True,
        )
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:  # never, as both are PIPE; the type does not know
            raise OSError("no pipes")
        self._pipes = Pipes(to.fileno(), back.fileno())

    def is_ready(self) -> bool:
        """Wait until it is warm; False when it died or never will be."""
        try:
            return self._pipes.read(1, time.monotonic() + START_SECONDS) == wire.READY
        except (Closed, Late):
            return False

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

    def end(self) -> None:
        """Kill, collect and close, whatever state it is in."""
        self._process.kill()
        self._process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close this process's ends of the pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _cause_of_death(self, kind: str) -> IntakeError:
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        return IntakeError(
            "too_complex" if code in OUT_OF_RESOURCES else "corrupt", f"{kind} ended the decoder: {code}"
        )


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
    """The process-wide state: a spare child, the thread that starts children, the free places."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.spare: Future[Decoder] | None = None
        self.starter = ThreadPoolExecutor(1, "faceproof-nursery")
        self.places = threading.BoundedSemaphore(AT_ONCE)

    def take(self, heif: bool) -> Decoder:
        """A warm child: the spare, or a new one when it is in use, did not survive, or HEIC is asked for."""
        for _ in range(2):
            waiting = None
            if not heif:
                with self.lock:
                    waiting, self.spare = self.spare, None
            child = (waiting or self.starter.submit(Decoder, heif)).result()
            if child.is_ready():
                return child
            child.end()
        raise IntakeError("decoder_busy", "the decoder does not start")

    def prepare(self) -> None:
        """Start the next spare in the background."""
        with self.lock, contextlib.suppress(RuntimeError):  # the interpreter is shutting down
            if self.spare is None:
                self.spare = self.starter.submit(Decoder)

    def close(self) -> None:
        with self.lock:
            waiting, self.spare = self.spare, None
        if waiting is not None and waiting.done() and not waiting.exception():
            waiting.result().end()


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
            child.end()
    except OSError as error:  # no process, no descriptor to be had: not the photo's fault
        raise IntakeError("decoder_busy", type(error).__name__) from error
    finally:
        _nursery.places.release()
        _nursery.prepare()


def warm() -> None:
    """Start the spare ahead of the first photo; a server calls this when it starts."""
    _nursery.prepare()


def _start_afresh() -> None:
    """In a forked copy of this process the spare, the thread and the locks belong to the original."""
    global _nursery
    waiting = _nursery.spare
    if waiting is not None and waiting.done() and not waiting.exception():
        waiting.result().let_go()
    _nursery = _Nursery()


atexit.register(lambda: _nursery.close())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
