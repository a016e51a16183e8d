"""Processes and users for the tests of the launcher."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from faceproof.launcher.places import Places
from faceproof.launcher.postgres import Postgres

REPOSITORY = Path(__file__).parents[2]
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
NORMAL_USER = "faceproof-test"

# Holds a share of the server in the folder argv[1]; says "ready", leaves when its input ends.
HOLD = """
import sys
from pathlib import Path
from typing import Any
from faceproof.launcher.postgres import Postgres
with Postgres(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
print("left", flush=True)
"""


def until(condition: Callable[[], object], limit: float = 120.0) -> bool:
    """Wait until `condition`; the limit only ends a test that has failed."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def running(pid: int) -> bool:
    """Whether `pid` is a process that still runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # the latter when it ends between opening and reading
        return False
    except NotADirectoryError:
        os.kill(pid, 0)
        return True
    return state not in "ZX"


def free_port() -> int:
    """A TCP port of the loopback that nobody used a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def postmaster(home: Path) -> int:
    return int((Places(home).data / "postmaster.pid").read_text().splitlines()[0])


def keeper_of(home: Path) -> int:
    """The parent of the postmaster."""
    return int(Path(f"/proc/{postmaster(home)}/stat").read_text().rpartition(")")[2].split()[1])


def ask(pg: Postgres, question: str, role: str = "app") -> object:
    with psycopg.connect(pg.dsn(role)) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def interpreter(who: dict[str, Any]) -> str:
    """A Python that the user `who` may run: ours, or the system's with our packages."""
    for python in (sys.executable, "/usr/bin/python3"):
        probe = [python, "-c", "import psycopg, sys; sys.exit(sys.version_info < (3, 11))"]
        with suppress(OSError):
            if subprocess.run(probe, env=environment(), cwd="/", capture_output=True, **who).returncode == 0:
                return python
    pytest.skip("no Python ≥ 3.11 with our packages that an unprivileged user may run")


def environment() -> dict[str, str]:
    packages = sysconfig.get_paths()["platlib"]
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{packages}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@contextmanager
def holder(home: Path, who: dict[str, Any] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Another process with a share of the server, ready when the block starts."""
    python = interpreter(who) if who else sys.executable
    process = subprocess.Popen(
        [python, "-c", HOLD, str(home)], env=environment(), cwd="/", text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, **(who or {}),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


@contextmanager
def normal_user() -> Iterator[tuple[dict[str, Any], int]]:
    """`subprocess` arguments for an unprivileged user made for the block, and its uid (root only)."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; the whole suite runs as a normal user already")
    command = ["useradd", "--system", "--user-group", "--no-create-home", NORMAL_USER]
    if subprocess.run(command, capture_output=True).returncode not in (0, 9):  # 9: it exists (useradd(8))
        pytest.skip("useradd could not make a user for this test")
    entry = pwd.getpwnam(NORMAL_USER)
    try:
        yield {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}, entry.pw_uid
    finally:
        subprocess.run(["userdel", NORMAL_USER], capture_output=True)
