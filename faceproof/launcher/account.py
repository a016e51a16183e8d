"""Which unprivileged user runs PostgreSQL when Faceproof is started as root (PostgreSQL refuses root)."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

OWN_USER = "faceproof-db"


class AccountError(RuntimeError):
    """No user to run PostgreSQL as; the message says how to make one."""


@dataclass(frozen=True)
class Account:
    """A user and its primary group."""

    uid: int
    gid: int


def choose(data: Path, setting: str = "") -> Account | None:
    """The user to drop to, or None when this process is not root and stays who it is.

    Order: whoever owns the data folder already; `setting` (FACEPROOF_POSTGRES_USER); Debian's `postgres`; a
    system user of our own, made on first need. Not `nobody`: other services' files would be in its reach.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat().st_uid
        try:
            return Account(owner, pwd.getpwuid(owner).pw_gid)
        except KeyError:
            raise AccountError(
                f"{data} belongs to the unknown user {owner}; chown it to one that exists"
            ) from None
    for name in [setting] if setting else ["postgres", OWN_USER]:
        found = _named(name)
        if found:
            return found
    if setting:
        raise AccountError(f"FACEPROOF_POSTGRES_USER={setting}: no such user, or it is root")
    return _create()


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None


def _create() -> Account:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
               "--shell", "/usr/sbin/nologin", OWN_USER]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        detail = getattr(error, "stderr", None) or error
        found = _named(OWN_USER)  # another process may have been a moment faster
        if found is None:
            raise AccountError(
                f"PostgreSQL cannot run as root, and no user {OWN_USER} could be made "
                f"({str(detail).strip()}); run Faceproof as a normal user, or set "
                "FACEPROOF_POSTGRES_USER to an unprivileged one"
            ) from None
        return found
    found = _named(OWN_USER)
    if found is None:
        raise AccountError(f"useradd made no user {OWN_USER}")
    return found
