"""Tells a dead server's leftover postmaster.pid from a living server, harming nobody who has that pid now."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from faceproof.launcher.places import Places

MARK = "cluster_name=faceproof"  # on the command line of every server that we start


@dataclass(frozen=True)
class Leftover:
    """What postmaster.pid of this data folder means now.

    `environment`: what to tell the new server. PostgreSQL refuses to start while the pid in the file is
    alive, though after a power cut the number often belongs to a stranger; it makes an exception for the
    pid in PG_GRANDPARENT_PID. Naming the proven stranger there is enough: nothing is signalled, and
    PostgreSQL still checks the shared memory of the data folder itself. `orphan`: pid of a server of ours
    that lost its keeper. `living`: any server that runs on this folder.
    """

    environment: dict[str, str] = field(default_factory=dict)
    orphan: int | None = None
    living: int | None = None


def look(places: Places) -> Leftover:
    """Read postmaster.pid; the caller holds the keeper's lock, so no keeper serves this folder now."""
    try:
        pid = abs(int((places.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        return Leftover()  # none; or of another user, which PostgreSQL ignores by itself
    serves = _serves_linux(pid, places.data) if sys.platform == "linux" else _serves_ps(pid, places.data)
    if not serves:
        return Leftover(environment={"PG_GRANDPARENT_PID": str(pid)})
    return Leftover(orphan=pid if MARK in _command(pid) else None, living=pid)


def _serves_linux(pid: int, data: Path) -> bool:
    """A postmaster's working folder is its data folder. When we may not look, assume that it is one."""
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True


def _serves_ps(pid: int, data: Path) -> bool:
    return str(data) in _command(pid)


def _command(pid: int) -> str:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    done = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return done.stdout
