"""Keeps a face in memory out of places where memory becomes a file."""

from __future__ import annotations

import ctypes
import resource
import sys

PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38


def harden() -> None:
    """No core dump, no attaching debugger of the same user, no new privileges.

    A darkroom ends by itself when the other end of its socket closes. The kernel's "parent died" signal is
    not used: it fires when the *thread* that started us ends, and a web server's threads come and go.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):  # the limit above is what other systems give us
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
