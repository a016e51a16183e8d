"""The suite itself must notice when the database stops keeping people apart."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_suite_goes_red_when_the_application_role_may_bypass_row_level_security() -> None:
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("FACEPROOF_", "PYTEST_"))
    }
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "tests/tenancy/test_scope.py",
        ],
        env=env | {"FACEPROOF_TEST_BYPASSRLS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1, run.stdout[-2000:]
    failed = re.search(r"(\d+) failed", run.stdout)
    assert failed is not None
    assert int(failed[1]) >= 8, "nearly every test of the scope must fail"
