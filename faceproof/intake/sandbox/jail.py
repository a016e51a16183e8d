"""Taking rights away, in two steps: from the fork server at its birth, which its decoders inherit, and from
each decoder just before the first hostile byte.

Everything here is best effort and reported: a container may forbid user namespaces, an old kernel filters.
What always holds on Unix is that no file, socket or process can be opened (RLIMIT_NOFILE 0), nothing can be
written to a file (RLIMIT_FSIZE 0), no core is dumped, and time and memory end.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys

from faceproof.intake.sandbox import seccomp

LAYERS = (
    "limits",
    "no_new_privileges",
    "network_namespace",
    "unprivileged_user",
    "no_capabilities",
    "system_calls",
)
NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def at_birth(parent: int) -> set[str]:
    """Before any work: no core, no privileges to gain, no network, no root. Returns the LAYERS that hold."""
    held: set[str] = set()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    if _libc is None:
        return held
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.add("no_new_privileges")
    if _without_network(_libc):
        held.add("network_namespace")
    if _not_root():
        held.add("unprivileged_user")
    if _without_capabilities(_libc):
        held.add("no_capabilities")
    die_with(parent)  # after the change of user, which would clear it
    return held


def die_with(parent: int) -> None:
    """Be killed when that process ends; not inherited, so each says it anew. The nursery starts servers from
    one thread that lives as long as its process, because the kernel watches the parent *thread*."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def before_work(cpu_seconds: int, wall_seconds: float, memory: int, *, threads: bool) -> set[str]:
    """The last step before reading the photo: time, memory, descriptors, system calls. Cannot be undone."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)  # dies by itself, even if nobody is left to kill it
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    if not threads and hasattr(resource, "RLIMIT_NPROC"):
        _limit(resource.RLIMIT_NPROC, 0)
    if LINUX:
        _limit(resource.RLIMIT_AS, _address_space() + memory)
    held = {"limits"} if _limit(resource.RLIMIT_NOFILE, 0) else set()
    if _libc is not None and seccomp.install(_libc, threads=threads):
        held.add("system_calls")
    return held


def _limit(which: int, value: int) -> bool:
    """Lower soft and hard limit; a lower hard limit that is already there stays."""
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(which, (value, value))
        return True
    return False


def _without_network(libc: ctypes.CDLL) -> bool:
    """An own network namespace, empty even of loopback: directly as root, else inside a user namespace."""
    return bool(libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def _not_root() -> bool:
    if os.geteuid() != 0:
        return True
    with contextlib.suppress(OSError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    return os.geteuid() != 0


def _without_capabilities(libc: ctypes.CDLL) -> bool:
    """Also those that came with the user namespace. Two words of zeros: effective, permitted, inheritable."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    return bool(libc.capset(header, (ctypes.c_uint32 * 6)()) == 0)


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
