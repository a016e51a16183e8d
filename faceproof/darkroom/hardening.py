"""Keeps a face in memory out of places where memory becomes a file."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38


def harden(*, parent: int | None = None) -> None:
    """No core dump, no attaching debugger of the same user, no new privileges, no life after the parent's.

    Args:
        parent: pid that must still be our parent; the process ends at once when it is gone already.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return  # the limits above are what other systems give us; docs/operations.md says so
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if parent is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            raise SystemExit("the process that started this darkroom is gone")
