"""The addresses of an external database: every part arrives, and the wrong role is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceproof.launcher.config import Reader, SettingError, database

URL = "postgresql://faceproof_app:p%40ss@db.example.org:5433/headshots?sslmode=verify-full"


def test_an_address_gives_every_part_and_its_parameters() -> None:
    found = database(Path("/nowhere"), Reader({"FACEPROOF_DATABASE_URL": URL}))
    parts = {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert parts == {
        "NAME": "headshots",
        "USER": "faceproof_app",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "5433",
    }
    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_migrating_an_external_database_never_falls_back_to_the_embedded_one() -> None:
    with pytest.raises(SettingError, match="FACEPROOF_OWNER_DATABASE_URL"):
        database(Path("/nowhere"), Reader({"FACEPROOF_DATABASE_URL": URL, "FACEPROOF_ROLE": "owner"}))


def test_an_embedded_database_that_was_never_started_still_has_an_address(tmp_path: Path) -> None:
    found = database(tmp_path, Reader({}))
    assert found["HOST"].endswith("run")
    assert found["PASSWORD"] == ""
    assert not list(tmp_path.iterdir()), "asking makes nothing"
