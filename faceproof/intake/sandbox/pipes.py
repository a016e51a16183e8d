"""Two pipes with a deadline."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import time

PIPE_BYTES = 1 << 20
"""A frame is up to 36 MB; a larger pipe means fewer switches between the two processes."""


class Late(Exception):
    """The deadline passed."""


class Closed(Exception):
    """The other end is gone."""


class Pipes:
    """Write to one descriptor, read from another, never wait past a deadline (`time.monotonic`)."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        for descriptor in (to, back):
            os.set_blocking(descriptor, False)
            if hasattr(fcntl, "F_SETPIPE_SZ"):
                with contextlib.suppress(OSError):
                    fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._to, view) :]
            except BlockingIOError:
                _wait(self._to, select.POLLOUT, deadline)
            except BrokenPipeError:
                raise Closed from None

    def read(self, count: int, deadline: float) -> bytearray:
        data = bytearray(count)
        self.read_into(memoryview(data), deadline)
        return data

    def read_into(self, view: memoryview, deadline: float) -> None:
        """Fill `view` completely."""
        while view:
            try:
                got = os.readv(self._back, [view])
            except BlockingIOError:
                _wait(self._back, select.POLLIN, deadline)
                continue
            if got == 0:
                raise Closed
            view = view[got:]


def _wait(descriptor: int, event: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    poll = select.poll()
    poll.register(descriptor, event)
    if left <= 0 or not poll.poll(1000 * left):
        raise Late
