"""What every child process of the launcher gets: no core dumps, and an end when its parent ends."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # prctl(2)


def settle(death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    """A `preexec_fn` (it runs between fork and exec, after a change of user).

    No core dump of a process that holds a photo or a key (R-036); and on Linux `death_signal` when the
    *thread* that started the child ends, so start children from the main thread. `parent` is os.getpid() of
    the caller.
    """
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def prepare() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:  # it ended before prctl could tell us
                os._exit(1)

    return prepare
