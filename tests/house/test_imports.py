"""What a short command must not import: seconds that nobody asked for, and memory in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"ai_edge_litert", "c2pa", "django", "matplotlib", "procrastinate", "psycopg", "skimage", "tink"}


def imported(*arguments: str) -> set[str]:
    """Top-level names of all modules that a fresh interpreter has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines())
    return {name.partition(".")[0] for name in lines}


@pytest.mark.parametrize("command", [["--help"], ["--version"]])
def test_the_command_line_says_what_it_can_without_any_library_for_pictures(command: list[str]) -> None:
    found = imported("-m", "faceproof", *command)
    assert "click" in found
    assert not found & (HEAVY | {"numpy", "cv2", "PIL"})


def test_the_engine_needs_no_net_and_no_django_to_be_imported() -> None:
    found = imported("-c", "import faceproof.engines.studio")
    assert "cv2" in found
    assert not found & HEAVY


def test_the_darkroom_needs_no_django_and_no_net_before_its_first_photo() -> None:
    found = imported("-c", "import faceproof.darkroom.process")
    assert not found & (HEAVY - {"c2pa"})
