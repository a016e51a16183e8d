"""The fork server: warm and without rights, it forks a decoder for every photo and never reads one itself.

Started by the nursery as `python -I -S forkserver.py PARENT KIND PACKAGES SITE…`, its standard input a Unix
socket on which both talk (`wire`): READY once; then for each photo the nursery sends FORK with two
descriptors, which become the decoder's standard input and output, and hears the decoder's process id, and its
exit code once it has ended. Not before RELEASE is the process id given free, so the nursery never signals
somebody else. A start of the interpreter and its libraries costs ten times what a fork costs.

It must not import the rooms it belongs to (numpy, the nets): it registers their packages bare and takes the
few modules it needs. It has one thread, so that nothing is locked in a copy of it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import sys
from types import ModuleType


def _import_paths(root: str, site: list[str]) -> None:
    """Make `faceproof.…` submodules importable without running the packages' own first pages."""
    sys.path.extend(site)
    for name in ("faceproof", "faceproof.intake", "faceproof.imaging"):
        bare = ModuleType(name)
        bare.__path__ = [os.path.join(root, *name.split("."))]
        sys.modules[name] = bare


def main(parent: int, heif: bool) -> None:
    from faceproof.intake.sandbox import child, jail, wire

    child.warm_up(heif)
    held = jail.at_birth(parent)
    gc.freeze()  # what is here stays: a collection in a copy would touch, and so copy, every page of it
    own = os.getpid()
    with socket.socket(fileno=0) as control:
        control.sendall(wire.READY)
        while True:
            asked, descriptors, _, _ = socket.recv_fds(control, 1, 2)
            if asked != wire.FORK or len(descriptors) != 2:
                return  # the nursery is gone
            pid = os.fork()
            if pid == 0:
                control.detach()
                for place, descriptor in enumerate(descriptors):
                    os.dup2(descriptor, place)  # over the socket: the decoder cannot talk to the nursery
                    os.close(descriptor)
                jail.die_with(own)
                child.work(held, heif)
                os._exit(0)
            for descriptor in descriptors:
                os.close(descriptor)
            control.sendall(wire.pack_number(pid))
            control.sendall(wire.pack_number(_ended(pid)))
            released = control.recv(1)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
            if released != wire.RELEASE:
                return


def _ended(pid: int) -> int:
    """Wait for a child: its exit code, or minus the signal that ended it. Its process id stays taken, where
    the system lets one look without collecting (macOS does from Python 3.13 on)."""
    if not hasattr(os, "waitid"):
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    if found is None:
        return 1
    return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status


if __name__ == "__main__":
    _import_paths(sys.argv[3], sys.argv[4:])
    try:
        main(int(sys.argv[1]), sys.argv[2] == "heif")
    finally:
        os._exit(0)  # no interpreter shutdown: it would only touch what the jail forbids
