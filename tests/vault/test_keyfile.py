"""Key files: one writer wins, others cannot read, and a destroyed one is looked for and not found."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faceproof.vault import keyfile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    keyfile.make_folder(path)
    return path


def test_folder_and_file_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = tmp_path / "keys"
        keyfile.make_folder(folder)
        keyfile.create(folder / "a.key", b"secret")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a.key").stat().st_mode & 0o777 == 0o600


def test_what_is_written_is_read_and_no_temporary_file_stays(folder: Path) -> None:
    keyfile.create(folder / "a.key", b"secret")
    assert keyfile.read(folder / "a.key") == b"secret"
    assert [path.name for path in folder.iterdir()] == ["a.key"]


def test_of_many_writers_exactly_one_wins(folder: Path) -> None:
    def write(number: int) -> int | None:
        try:
            keyfile.create(folder / "a.key", b"%d" % number)
        except FileExistsError:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [won for won in pool.map(write, range(24)) if won is not None]
    assert len(winners) == 1
    assert keyfile.read(folder / "a.key") == b"%d" % winners[0]
    assert [path.name for path in folder.iterdir()] == ["a.key"]


def test_replacing_is_one_step(folder: Path) -> None:
    keyfile.create(folder / "a.key", b"old")
    keyfile.replace(folder / "a.key", b"new")
    assert keyfile.read(folder / "a.key") == b"new"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused(folder: Path, mode: int) -> None:
    keyfile.create(folder / "a.key", b"secret")
    (folder / "a.key").chmod(mode)
    with pytest.raises(keyfile.UnsafeFile, match="chmod 600"):
        keyfile.read(folder / "a.key")


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777])
def test_a_folder_that_others_can_enter_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with pytest.raises(keyfile.UnsafeFile, match="chmod 700"):
        keyfile.check_folder(folder)


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"x")
    (folder / "a.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(keyfile.UnsafeFile):
        keyfile.read(folder / "a.key")


def test_a_file_of_another_user_is_refused(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    keyfile.create(folder / "a.key", b"secret")
    os.chown(folder / "a.key", 12345, -1)
    with pytest.raises(keyfile.UnsafeFile, match="belongs to user 12345"):
        keyfile.read(folder / "a.key")


def test_destroying_overwrites_the_bytes_before_the_name_goes(folder: Path) -> None:
    keyfile.create(folder / "a.key", b"secret-bytes")
    with (folder / "a.key").open("rb") as still_open:
        keyfile.destroy(folder / "a.key")
        left = still_open.read()
    assert len(left) == len(b"secret-bytes")
    assert left != b"secret-bytes"
    assert not keyfile.exists(folder / "a.key")


def test_destroying_twice_is_the_same_as_once(folder: Path) -> None:
    keyfile.create(folder / "a.key", b"secret")
    keyfile.destroy(folder / "a.key")
    keyfile.destroy(folder / "a.key")
    with pytest.raises(FileNotFoundError):
        keyfile.read(folder / "a.key")
