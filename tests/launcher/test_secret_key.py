"""The key that signs sessions is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faceproof import settings


def test_a_crash_while_the_key_is_made_leaves_no_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(settings, "env", settings.config.Reader({}))

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", killed)
        with pytest.raises(SystemExit):
            settings._secret_key()
    made = settings._secret_key()
    assert len(made) > 50
    assert settings._secret_key() == made
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
