"""Where the embedded PostgreSQL of one data folder keeps its files, and the private folders it needs."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

SOCKET_NAME = ".s.PGSQL.5432"
# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included (unix(7), unix(4)).
LONGEST_SOCKET = 103


class PlaceError(RuntimeError):
    """A folder or file is not private enough, or not ours."""


@dataclass(frozen=True)
class Places:
    """All paths of one embedded server. `home` is FACEPROOF_HOME, absolute."""

    home: Path

    @property
    def root(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def fresh(self) -> Path:
        """Where initdb works; renamed to `data` when it has finished, so half a cluster is never used."""
        return self.root / "data.new"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def lock(self) -> Path:
        return self.root / "keeper.lock"

    @property
    def prepared(self) -> Path:
        return self.root / "prepared"

    def password(self, role: str) -> Path:
        return self.root / f"{role}.password"

    @property
    def sockets(self) -> Path:
        """`root`, or a private folder in /tmp when a path below `root` is too long for a socket."""
        if len(os.fsencode(self.root / "run" / SOCKET_NAME)) <= LONGEST_SOCKET:
            return self.root
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        # Not XDG_RUNTIME_DIR: a login shell and a system service would disagree about it.
        return Path("/tmp") / f"faceproof-{os.geteuid()}-{name}"  # nosec B108 # private_folder() checks it

    @property
    def run(self) -> Path:
        """The folder of PostgreSQL's own socket: the `host` of every connection string."""
        return self.sockets / "run"

    @property
    def keeper(self) -> Path:
        return self.sockets / "keeper.sock"


def private_folder(path: Path, *, group: int | None = None, owner: int | None = None) -> Path:
    """Make `path` (0700; with `group`, 0710 so that the group may pass but not list) or check that it is
    ours.

    A folder that is a link or belongs to another user is refused: in a shared /tmp it could be a trap. As
    root, a folder of the user who owns the folder around it is ours too.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    ours = {os.geteuid(), owner} | ({path.parent.stat().st_uid} if os.geteuid() == 0 else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise PlaceError(f"{path} is not a folder of this user; remove it or choose another FACEPROOF_HOME")
    wanted = (found.st_uid if owner is None else owner, found.st_gid if group is None else group)
    if (found.st_uid, found.st_gid) != wanted:
        os.chown(path, *wanted, follow_symlinks=False)
    mode = 0o700 if group is None else 0o710
    if stat.S_IMODE(found.st_mode) != mode:
        path.chmod(mode)
    return path


def private_file(path: Path) -> int:
    """A descriptor to append to `path` (0600). Root gives a new file to the owner of its folder."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0:
        os.fchown(handle, path.parent.stat().st_uid, -1)
    return handle


def secret(path: Path) -> tuple[str, bool]:
    """The secret kept in `path` (0600; made on first use) and whether it was made now."""
    try:
        return path.read_text().strip(), False
    except FileNotFoundError:
        pass
    value = secrets.token_hex(24)  # 192 bits
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(private_file(fresh), "w") as out:
        out.truncate(0)
        out.write(value + "\n")
        out.flush()
        os.fsync(out.fileno())
    fresh.rename(path)
    return value, True
