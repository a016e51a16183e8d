"""The embedded PostgreSQL, for whoever needs it: ``with Postgres(home) as pg: connect(pg.dsn("app"))``."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import faceproof
from faceproof.launcher import config
from faceproof.launcher.cluster import SUPERUSER
from faceproof.launcher.places import Places, private_file, private_folder

START_LIMIT = 330.0  # s, a little more than the keeper gives the server
STOP_LIMIT = 100.0
LOG_LIMIT = 5 * 2**20  # bytes; a longer log is put aside at the next start


class PostgresError(RuntimeError):
    """The embedded database did not start; the message says what to do."""


class Postgres:
    """A share in the one embedded server of a data folder (see `keeper`).

    The first `start` of all processes starts the server, the last `stop` stops it; the end of the process
    counts as a `stop`. `params` are server settings, used only by the one who starts it (tests: fsync=off).
    """

    def __init__(self, home: Path, params: Mapping[str, str] | None = None) -> None:
        self.places = Places(Path(home).expanduser().resolve())
        self.params = dict(params or {})
        self._link: socket.socket | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._pid = os.getpid()

    def start(self) -> Self:
        """Return when the database answers. Raises PostgresError."""
        if self.alive():
            return self
        private_folder(self.places.root, group=_group(self.places.root))
        private_folder(self.places.sockets, group=_group(self.places.sockets))
        end = time.monotonic() + START_LIMIT
        self._keeper = None
        while (link := self._join()) is None:
            if self._keeper is not None and self._keeper.poll():
                raise PostgresError(f"the embedded database does not start; see {self.places.log}")
            if time.monotonic() > end:
                raise PostgresError(f"the embedded database did not start in {START_LIMIT:.0f} s")
            if (self._keeper is None or self._keeper.poll() is not None) and self._unkept():
                self._spawn()
            time.sleep(0.01)
        link.setblocking(False)
        self._link, self._pid = link, os.getpid()
        return self

    def stop(self) -> None:
        """Leave; when nobody else is left, return after the server has ended."""
        link, self._link = self._link, None
        if link is None or self._pid != os.getpid():  # a forked child owns nothing
            return
        with contextlib.suppress(OSError), link:
            link.settimeout(STOP_LIMIT)
            link.sendall(b"bye\n")
            answer = link.recv(64)
            if answer != b"kept\n" and self._keeper is not None:
                self._keeper.wait(STOP_LIMIT)

    def alive(self) -> bool:
        """Whether our share still holds; False after the keeper was killed (then `start` again)."""
        if self._link is None or self._pid != os.getpid():
            return False
        try:
            self._link.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False  # an end, or a farewell: a keeper says nothing unasked while it serves

    def dsn(self, role: str = "app", database: str = "faceproof") -> str:
        """Connection string for the role "owner" or "app"."""
        from faceproof.launcher import roles

        return roles.conninfo(self.places, role_name(role), database)

    @property
    def superuser_dsn(self) -> str:
        """For tests and repairs only: nothing of the product connects with it."""
        return self.dsn(SUPERUSER, "postgres")

    def create_database(self, name: str, template: str = "template0") -> None:
        """One more database like `faceproof` (tests); see `roles.create_database`."""
        from faceproof.launcher import roles

        roles.create_database(self.places, name, template)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _join(self) -> socket.socket | None:
        """Connect to a keeper and wait until its server is ready; None when there is no keeper (yet)."""
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(START_LIMIT)
        try:
            link.connect(str(self.places.keeper))
            answer = b""
            while not answer.endswith(b"\n"):
                part = link.recv(4096)
                if not part:
                    raise ConnectionResetError  # a keeper that is just ending
                answer += part
        except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
            link.close()
            return None
        except PermissionError:
            link.close()
            raise PostgresError(
                f"the database of {self.places.home} is being served for another user; use that user"
            ) from None
        if answer != b"ready\n":
            link.close()
            raise PostgresError(answer.decode().removeprefix("error ").strip())
        return link

    def _unkept(self) -> bool:
        """Whether no keeper serves this folder (one that is just ending still counts)."""
        handle = private_file(self.places.lock)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True

    def _spawn(self) -> None:
        """Start a keeper: its own session, so that Ctrl-C in our terminal reaches us first."""
        env = config.reader(self.places.home)
        order = {
            "home": str(self.places.home),
            "params": self.params,
            "bin": env.text("FACEPROOF_POSTGRES_BIN", ""),
            "user": env.text("FACEPROOF_POSTGRES_USER", ""),
        }
        if self.places.log.exists() and self.places.log.stat().st_size > LOG_LIMIT:
            self.places.log.replace(self.places.log.with_suffix(".old"))
        paths = [str(Path(faceproof.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        log = private_file(self.places.log)
        try:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "faceproof.launcher.keeper", json.dumps(order)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8",
                     "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )  # fmt: skip
        finally:
            os.close(log)


def role_name(role: str) -> str:
    """ "owner" → "faceproof_owner"; full names pass."""
    return f"faceproof_{role}" if role in ("owner", "app") else role


def connection(home: Path, role: str = "app") -> dict[str, Any]:
    """Django's connection parameters for the embedded server of `home`, whether it runs yet or not."""
    places = Places(Path(home).expanduser().resolve())
    with contextlib.suppress(FileNotFoundError):
        password = places.password(role_name(role)).read_text().strip()
        return _parameters(places, role, password)
    return _parameters(places, role, "")


def _parameters(places: Places, role: str, password: str) -> dict[str, Any]:
    return {
        "NAME": "faceproof",
        "USER": role_name(role),
        "PASSWORD": password,
        "HOST": str(places.run),
        "PORT": "5432",
    }


def _group(folder: Path) -> int | None:
    """The group that a root keeper lets pass this folder; kept when the folder is checked again."""
    with contextlib.suppress(FileNotFoundError):
        found = folder.lstat()
        return found.st_gid if found.st_mode & 0o010 else None
    return None
