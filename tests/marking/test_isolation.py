"""Marking touches neither disk nor network, and many threads may do it at once."""

import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import formats, marking
from faceproof.marking import Facts, Signer

HERE = Path(__file__).parent
FMT = replace(formats.get("avatar"), max_bytes=None)


def test_many_threads_sign_and_read_at_once(
    face: NDArray[np.uint8], facts: Facts, signer: Signer, stranger: Signer
) -> None:
    start = threading.Barrier(8)

    def work(number: int) -> tuple[bytes, bool, str]:
        own = (signer, stranger)[number % 2]
        start.wait()
        for _ in range(5):
            data = marking.mark(face, FMT, replace(facts, style=f"style-{number}"), own)
            marks = marking.read_back(data, root_pem=own.root_pem)
            if not marks.signer_trusted or marks.issuer != own.organisation:
                return data, False, marks.issuer
        return data, True, marks.issuer

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(work, range(8)))
    assert all(good for _, good, _ in done)
    assert len({data for data, _, _ in done}) == 8
    for number, (data, _, _) in enumerate(done):
        assert f"style-{number}".encode() in data


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", str(HERE / "sealed_child.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        check=False,
    )


needs_seccomp = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="the system-call filter of this test is written for Linux on x86-64 and arm64",
)


@needs_seccomp
def test_marking_opens_no_socket_and_creates_no_file() -> None:
    done = run("mark")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["jpeg", "png", "webp", "quiet"]


@needs_seccomp
@pytest.mark.parametrize("crime", ["socket", "file", "temporary", "write"])
def test_the_seal_of_that_test_does_hold(crime: str) -> None:
    assert run(crime).returncode in {-signal.SIGSYS, -signal.SIGXFSZ}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_worker_marks_after_its_parent_did() -> None:
    done = run("fork")
    assert done.returncode == 0, done.stderr


def test_reading_and_signing_leave_the_folder_of_temporary_files_as_it_was(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    face: NDArray[np.uint8],
    facts: Facts,
    signer: Signer,
) -> None:
    import tempfile

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "mkstemp", _forbidden)
    marking.read_back(marking.mark(face, FMT, facts, signer))
    assert list(tmp_path.iterdir()) == []


_forbidden: Callable[..., None] = lambda *_, **__: pytest.fail("a temporary file was made")  # noqa: E731
