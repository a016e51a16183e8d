"""Make `.venv/` hold what a lock file names, and the program `faceproof`; do nothing when it already does.

    python3 tools/environment.py demo|dev|bench

Runs on the machine's own Python with the standard library only: it is the first thing a fresh clone starts.
Every package is checked against the hashes in the lock; the index is whatever pip is configured to use here.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / os.environ.get("VENV", ".venv")
HOLDS = {"demo": ("demo",), "dev": ("demo", "dev"), "bench": ("demo", "bench")}  # what a lock contains
LOWEST_PYTHON = (3, 11)


def fingerprint(lock: str) -> str:
    """What the environment depends on; the folder is in it because console scripts carry absolute paths."""
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for name in (f"requirements/{lock}.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(lock: str) -> Path:
    return VENV / f".locked-{lock}"


def is_current(lock: str) -> bool:
    file = stamp(lock)
    return file.is_file() and file.read_text() == fingerprint(lock)


def require(condition: bool, sentence: str) -> None:
    if not condition:
        sys.exit(f"faceproof: {sentence}")


def create() -> None:
    """An empty environment; a half-made one (stopped by Ctrl-C, or by a missing module) is made again."""
    if (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists():
        return
    print(f"Creating the environment {VENV.name}/ …", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True)
    sentence = "Python cannot make a virtual environment here. On Debian and Ubuntu: apt install python3-venv"
    require(made.returncode == 0, f"{sentence}\n{made.stdout}{made.stderr}")


def steps(lock: str) -> tuple[list[str], ...]:
    """What pip is asked, one after the other: the locked packages by hash, this tree itself without asking
    any index, and whether anything is missing."""
    # The lock is the whole answer, so nothing is left to resolve (--no-deps). An older pip that does so looks
    # for a package with extras at the index instead of at its pin, and stops once a newer release is there.
    file = str(ROOT / "requirements" / f"{lock}.txt")
    locked = ["install", "--no-deps", "--require-hashes", "-r", file]
    own = ["install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)]
    return locked, own, ["check"]


def install(lock: str) -> None:
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-qq"]
    print(f"Installing the packages of requirements/{lock}.txt, each checked by its hash.", flush=True)
    print("The first time takes a minute or two …", flush=True)
    for step in steps(lock):
        failed = subprocess.run([*pip, *step], cwd=ROOT).returncode
        require(not failed, "pip could not install the locked packages; its message stands above this line.")


def main(lock: str) -> None:
    too_old = "Python 3.11 or newer is needed; if you have one, name it: make demo PYTHON=python3.12"
    require(sys.version_info >= LOWEST_PYTHON, too_old)
    require(lock in HOLDS, f"no such lock: {lock}; there are {', '.join(HOLDS)}.")
    if any(is_current(name) for name, held in HOLDS.items() if lock in held):
        return
    create()
    install(lock)
    for name in HOLDS[lock]:
        stamp(name).write_text(fingerprint(name))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
