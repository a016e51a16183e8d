"""Makes the data folder and builds the server's command line.

Imports nothing slow: a warm start needs only this."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faceproof.launcher.account import Account
from faceproof.launcher.binaries import Binaries
from faceproof.launcher.places import Places, secret

SUPERUSER = "postgres"

# Log lines carry no data of people: neither the failing statement nor the DETAIL with its values.
SETTINGS = {
    "cluster_name": "faceproof",  # stale.MARK
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "120",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ClusterError(RuntimeError):
    """The server cannot be made or started; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """One data folder with the programs and the user that serve it.

    As root on Linux the server is given its folders through inherited descriptors (`/proc/self/fd/…`): it can
    then work below a 0700 folder of root (a clone under /root, a private temporary folder) without any parent
    folder being opened up, and the data stay where the operator put them.
    """

    places: Places
    binaries: Binaries
    account: Account | None
    handles: tuple[int, ...] = ()

    def seen(self, path: Path) -> str:
        """`path` as the server sees it."""
        for handle, folder in zip(self.handles, (self.places.root, self.places.sockets), strict=False):
            if path.is_relative_to(folder):
                return f"/proc/self/fd/{handle}/{path.relative_to(folder)}"
        return str(path)

    def environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def initialise(self) -> None:
        """Make the data folder with initdb; a run that was cut short leaves only `data.new`, which goes."""
        if (self.places.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.places.fresh, ignore_errors=True)
        self._own(self.places.fresh)
        password, _ = secret(self.places.password(SUPERUSER))
        handed = self.places.root / "initdb.password"  # initdb reads it as the server's user
        handed.touch(mode=0o600)
        handed.write_text(password)
        if self.account:
            os.chown(handed, self.account.uid, self.account.gid)
        try:
            self._initdb(handed)
        finally:
            handed.unlink()
        hba = self.places.fresh / "pg_hba.conf"
        hba.write_text("# local socket only, passwords only\nlocal all all scram-sha-256\n")
        self.places.fresh.rename(self.places.data)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)

    def _initdb(self, password_file: Path) -> None:
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self.binaries.major >= 17
            else ["--locale=C.UTF-8"]
        )
        command = [self.binaries.program("initdb"), "-D", self.seen(self.places.fresh), "-U", SUPERUSER,
                   "--auth=scram-sha-256", f"--pwfile={self.seen(password_file)}", "--encoding=UTF8",
                   "--data-checksums", "--no-instructions", *locale]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, **self.drop())
        if done.returncode and self.binaries.major < 17:  # a C library without C.UTF-8
            command[-1] = "--locale=C"
            done = subprocess.run(command, capture_output=True, text=True, **self.drop())
        if done.returncode:
            raise ClusterError(f"initdb failed: {done.stderr.strip()[-500:]}")

    def drop(self) -> dict[str, Any]:
        """Keyword arguments of `subprocess` for a program that runs as the server's user."""
        common: dict[str, Any] = {"cwd": "/", "env": self.environment(), "stdin": subprocess.DEVNULL}
        if self.account is None:
            return common
        return common | {
            "user": self.account.uid,
            "group": self.account.gid,
            "extra_groups": [],
            "pass_fds": self.handles,
        }

    def command(self, params: Mapping[str, str]) -> list[str]:
        """The server in the foreground. `params` overrides any setting (tests pass fsync=off)."""
        settings = SETTINGS | dict(params)
        chosen = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.binaries.program("postgres"), "-D", self.seen(self.places.data),
                "-k", self.seen(self.places.run), *chosen]  # fmt: skip
