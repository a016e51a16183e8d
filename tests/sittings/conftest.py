"""A quick engine for tests of the platform around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"


@pytest.fixture(autouse=True)
def _own_blobs(settings: Any, tmp_path: Path) -> None:
    """A folder for each test: what is left in it was left by this test."""
    settings.FACEPROOF_BLOBS = str(tmp_path / "blobs")
