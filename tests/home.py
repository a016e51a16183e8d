"""Loaded before anything else (``-p tests.home``): a data folder of this test session's own.

pytest-django reads the settings before any conftest is imported, and settings read the environment.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME = Path(tempfile.mkdtemp(prefix=f"fp-{_worker}-"))
HOME.chmod(0o755)  # as root the database server runs as another user, who must reach its own folder
for _name in [name for name in os.environ if name.startswith("FACEPROOF_") and "_TEST_" not in name]:
    del os.environ[_name]
os.environ["FACEPROOF_HOME"] = str(HOME)
os.environ["FACEPROOF_ENGINE_PROCESSES"] = "1"
