"""A quick engine for tests of the platform around it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"
