"""The local engine needs no network at all: it works where there is none (R-005, R-013). (P-008)"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

ALONE = ["unshare", "--net"] if shutil.which("unshare") else []


def _can_be_alone() -> bool:
    for command in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if (
            shutil.which("unshare")
            and subprocess.run([*command, "true"], capture_output=True).returncode == 0
        ):
            ALONE[:] = command
            return True
    return False


@pytest.mark.skipif(not _can_be_alone(), reason="this system lets nobody make a network namespace")
def test_a_headshot_is_made_in_a_namespace_without_any_route(tmp_path: Path, hopper: bytes) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(hopper)
    told = subprocess.run(
        [
            *ALONE,
            sys.executable,
            "-m",
            "faceproof",
            "headshot",
            str(photo),
            "--json",
            "-o",
            str(tmp_path / "out"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert told.returncode == 0, told.stderr
    [file] = json.loads(told.stdout)["files"]
    assert Path(file["path"]).stat().st_size > 10_000
