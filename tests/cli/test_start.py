"""How a command starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = """
import os
from faceproof.cli import main
assert main.get_command(None, "headshot")
import numpy
print(len(os.listdir("/proc/self/task")), os.environ["OPENBLAS_NUM_THREADS"])
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
@pytest.mark.parametrize(("wish", "told"), [(None, "1"), ("2", "2")])
def test_a_command_starts_no_threads_for_small_matrices_unless_asked(wish: str | None, told: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    env |= {} if wish is None else {"OPENBLAS_NUM_THREADS": wish}
    found = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    threads, variable = found.stdout.split()
    assert variable == told
    assert wish is not None or threads == "1"
