"""P-110: what cannot be done here is said in one sentence that names the remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lockfile import ROOT

SCRIPTS = [ROOT / ".ci" / "run", *sorted((ROOT / "tools").glob("*.sh"))]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_well_formed_executable_and_stops_at_the_first_error(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    assert os.access(script, os.X_OK)
    assert "\nset -euo pipefail\n" in script.read_text()


def on_a_machine_of_a_normal_user(
    folder: Path, *command: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command where `id` says 1000 and no browser is on the path."""
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)
    for name in ("bash", "dirname", "env"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    return subprocess.run(command, env={"PATH": str(folder), **more}, capture_output=True, text=True)


def test_without_a_browser_a_normal_user_reads_what_to_install(tmp_path: Path) -> None:
    ran = on_a_machine_of_a_normal_user(tmp_path, str(ROOT / "tools" / "browser.sh"))
    assert ran.returncode == 0
    assert ran.stderr.count("\n") == 1
    assert "apt install chromium" in ran.stderr


def test_where_the_browser_is_required_its_absence_fails(tmp_path: Path) -> None:
    script = str(ROOT / "tools" / "browser.sh")
    assert on_a_machine_of_a_normal_user(tmp_path, script, CHROMIUM="required").returncode == 1
    assert "CHROMIUM=required" in (ROOT / ".ci" / "run").read_text()


def test_a_new_system_is_for_root_only_and_says_so(tmp_path: Path) -> None:
    ran = on_a_machine_of_a_normal_user(tmp_path, str(ROOT / "tools" / "fresh.sh"))
    assert ran.returncode == 1
    assert "sudo make fresh" in ran.stderr


def test_without_virtual_environments_the_package_to_install_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    command = [sys.executable, str(ROOT / "tools" / "environment.py"), "demo"]
    environment = {**os.environ, "VENV": str(tmp_path / "file" / "venv")}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "apt install python3-venv" in ran.stderr
