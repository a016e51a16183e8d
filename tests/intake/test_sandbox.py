"""The decoder's cage: what it cannot do, what happens when it misbehaves, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import struct
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

import faceproof
from faceproof.intake import LIMITS, IntakeError, admit, containers
from faceproof.intake.sandbox import jail, nursery, wire
from tests.intake import files

LINUX = sys.platform == "linux"
ROOT = str(Path(faceproof.__file__).parents[1])

PRISONER = """
import ctypes, os, signal, socket, subprocess, sys
sys.path.insert(0, {root!r})
from faceproof.intake.sandbox import jail
import errno
held = jail.at_birth(os.getppid())
libc = ctypes.CDLL(None, use_errno=True)
held |= jail.before_work(5, 30.0, 256 << 20, threads={threads})
def tried(name, act):
    try:
        act()
    except (OSError, ValueError, MemoryError):
        print(name, "refused")
    else:
        print(name, "DONE")
tried("read a file", lambda: open("/etc/hostname").read())
tried("write a file", lambda: open("/tmp/fp-prisoner", "w").write("x"))
tried("open a socket", lambda: socket.socket())
tried("open a local socket", lambda: socket.socket(socket.AF_UNIX))
tried("fork", os.fork)
tried("signal its parent", lambda: os.kill(os.getppid(), 0))
tried("become root", lambda: os.setuid(0))
tried("take memory", lambda: bytearray(2 << 30))
tried("raise a limit", lambda: __import__("resource").setrlimit(7, (100, 100)))
tried("look around", lambda: os.listdir("/"))
def executable():
    import mmap
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)
tried("make code", executable)
print("held", ",".join(sorted(held)))
sys.stdout.flush()
tried("start a program", lambda: os.execv("/bin/true", ["true"]))
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture
def alone(monkeypatch):
    """A nursery of this test's own, so that a spare started before does not serve it."""
    fresh = nursery._Nursery()
    monkeypatch.setattr(nursery, "_nursery", fresh)
    yield fresh
    fresh.close()


@pytest.fixture
def impostor(alone, monkeypatch, tmp_path):
    """Put another program in the decoder's place."""

    def install(source: str) -> None:
        program = tmp_path / "impostor.py"
        program.write_text(f"import os, signal, struct, sys, time\n{source}\n")
        monkeypatch.setattr(nursery, "CHILD", program)

    return install


def prison_report(threads: bool) -> tuple[dict[str, str], set[str]]:
    source = PRISONER.format(root=ROOT, threads=threads)
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False
    )
    lines = dict(line.rsplit(" ", 1) for line in run.stdout.splitlines())
    assert lines, run.stderr
    return lines, set(lines.pop("held").split(","))


# P-015
@pytest.mark.skipif(not LINUX, reason="the cage is complete on Linux only")
@pytest.mark.parametrize("threads", [False, True], ids=["jpeg", "heic"])
def test_a_decoder_in_the_hands_of_an_attacker_can_do_nothing(threads):
    acts, held = prison_report(threads)
    assert len(acts) == 12
    assert {name for name, result in acts.items() if result != "refused"} == set()
    assert {"limits", "no_new_privileges", "no_capabilities", "unprivileged_user"} <= held


@pytest.mark.skipif(not LINUX, reason="the cage is complete on Linux only")
def test_files_and_sockets_stay_shut_without_filter_and_namespace():
    source = PRISONER.format(root=ROOT, threads=False).replace(
        "held = jail.at_birth",
        "jail.seccomp.install = lambda *a, **k: False\n"
        "jail._without_network = lambda libc: False\n"
        "held = jail.at_birth",
    )
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False
    )
    acts = dict(line.rsplit(" ", 1) for line in run.stdout.splitlines())
    for name in (
        "read a file",
        "write a file",
        "open a socket",
        "open a local socket",
        "take memory",
        "become root",
    ):
        assert acts[name] == "refused", name


def test_the_real_decoder_reports_the_layers_that_hold():
    decoded = nursery.decode(containers.read("jpeg", files.jpeg(), LIMITS), LIMITS)
    assert "limits" in decoded.layers
    if LINUX:
        assert {"no_new_privileges", "no_capabilities", "unprivileged_user"} <= set(decoded.layers)
        assert 0 < decoded.peak_kib < 300 * 1024


def slow_file() -> bytes:
    """A progressive photo whose last scan is repeated, large enough to take a second or more."""
    data = files.jpeg(Image.effect_noise((4000, 3000), 60).convert("RGB"), progressive=True, quality=70)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 60 + b"\xff\xd9"


# P-015
def test_a_slow_file_is_ended_by_processor_time():
    lenient = replace(
        LIMITS, cpu_seconds=1, max_scans=1000, max_scanned=10**12, max_bytes=10**9, seconds=50.0
    )
    with pytest.raises(IntakeError) as caught:
        admit(slow_file(), limits=lenient)
    assert caught.value.code == "too_complex"


def test_a_slow_file_is_ended_by_the_clock():
    lenient = replace(
        LIMITS, cpu_seconds=50, max_scans=1000, max_scanned=10**12, max_bytes=10**9, seconds=0.3
    )
    with pytest.raises(IntakeError) as caught:
        admit(slow_file(), limits=lenient)
    assert caught.value.code == "too_complex"


# P-015
def test_a_large_file_is_ended_by_memory():
    data = files.png(Image.new("RGB", (4000, 3000)))
    essence = containers.read("png", data, LIMITS)
    with pytest.raises(IntakeError) as caught:
        nursery.decode(essence, replace(LIMITS, memory=30 << 20))
    assert caught.value.code == "too_complex"


def refused(data: bytes | None = None, **limits: object) -> IntakeError:
    with pytest.raises(IntakeError) as caught:
        admit(data or files.jpeg(), limits=replace(LIMITS, **limits))
    return caught.value


HEAR = f"os.write(1, b'R'); os.read(0, {wire.REQUEST_SIZE})\n"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (HEAR + "time.sleep(60)", "too_complex"),
        (HEAR + "os.kill(os.getpid(), signal.SIGSEGV)", "corrupt"),
        (HEAR + "os.kill(os.getpid(), signal.SIGABRT)", "corrupt"),
        (HEAR + "os.kill(os.getpid(), signal.SIGKILL)", "too_complex"),
        (HEAR + "os.write(1, b'x' * 4096); time.sleep(60)", "corrupt"),
        (HEAR + "os._exit(0)", "corrupt"),
        (HEAR + f"os.write(1, {wire.Response('ok', 100, 100, 100, 100).pack()!r})", "corrupt"),
        (
            HEAR + f"os.write(1, {wire.Response('ok', 65_000, 65_000, 1, 1).pack()!r}); time.sleep(60)",
            "corrupt",
        ),
        (HEAR + f"os.write(1, {wire.Response('ok', 0, 5, 1, 1).pack()!r}); time.sleep(60)", "corrupt"),
        (
            HEAR + f"os.write(1, {wire.Response('ok', 9, 9, 9, 9, float('nan')).pack()!r}); time.sleep(60)",
            "corrupt",
        ),
        ("time.sleep(0)", "decoder_busy"),
        ("raise SystemExit(3)", "decoder_busy"),
    ],
    ids=[
        "hang",
        "crash",
        "abort",
        "killed",
        "garbage",
        "quiet",
        "short",
        "huge",
        "zero",
        "nan",
        "mute",
        "dead",
    ],
)
def test_whatever_a_decoder_does_the_answer_is_a_code(impostor, source, code):
    impostor(source)
    assert refused(seconds=0.2).code == code


def test_a_spare_that_died_while_waiting_is_replaced(alone):
    admit(files.jpeg())
    spare = alone.spare.result()
    assert spare.is_ready()
    spare._process.kill()
    spare._process.wait()
    assert admit(files.jpeg()).width == 160


def test_every_photo_gets_a_decoder_of_its_own(alone):
    seen = set()
    for _ in range(4):
        alone.prepare()
        seen.add(alone.spare.result()._process.pid)
        admit(files.png())
    assert len(seen) == 4


@pytest.mark.skipif(not LINUX, reason="counts descriptors under /proc")
def test_a_hundred_photos_leave_no_process_and_no_descriptor_behind(alone):
    good, bad = files.jpeg(), files.jpeg()[:-40] + b"\xff\xd9"
    broken = files.bare_png(100, 100, rows=b"")
    admit(good)

    def state() -> tuple[int, int]:
        alone.prepare()
        alone.spare.result()
        own = [child for child in psutil.Process().children() if "child.py" in " ".join(child.cmdline())]
        return len(os.listdir("/proc/self/fd")), len(own)

    before = state()
    for at in range(100):
        with contextlib.suppress(IntakeError):
            admit((good, bad, broken)[at % 3], limits=replace(LIMITS, seconds=0.0001 if at % 7 == 6 else 6.0))
    # Fewer is fine: a decoder of an earlier test may have been on its way out when we first looked.
    after = state()
    assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)
    zombies = [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE]
    assert zombies == []


def test_many_threads_are_served_each_with_its_own_photo():
    wrong: list[object] = []
    patient = replace(LIMITS, seconds=60.0, queue_seconds=60.0)  # this is not about time

    def one(shade: int) -> None:
        data = files.png(Image.new("RGB", (80, 80), (shade, shade, shade)))
        for _ in range(3):
            try:
                if not (admit(data, limits=patient).pixels == shade).all():
                    wrong.append(shade)
            except IntakeError as error:
                wrong.append(error)

    threads = [threading.Thread(target=one, args=(20 * at,)) for at in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_when_every_place_is_taken_the_photo_is_told_to_come_back(alone):
    for _ in range(nursery.AT_ONCE):
        alone.places.acquire()
    error = refused(queue_seconds=0.05)
    assert (error.code, error.retry) == ("decoder_busy", True)


def _admit_in_fork(data: bytes, pipe) -> None:
    pipe.send(admit(data).pixels.shape)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(not LINUX, reason="forks")
def test_a_forked_worker_admits_with_decoders_of_its_own():
    admit(files.jpeg())  # so that the parent has a spare that the fork must not use
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=_admit_in_fork, args=(files.jpeg(), theirs))
    worker.start()
    assert ours.poll(30)
    assert ours.recv() == (120, 160, 3)
    worker.join(30)
    assert worker.exitcode == 0
    assert admit(files.jpeg()).width == 160


@pytest.mark.skipif(not LINUX, reason="looks for processes")
def test_a_killed_parent_takes_its_decoders_along():
    source = f"""
import sys, time
sys.path.insert(0, {ROOT!r})
from faceproof.intake.sandbox import nursery
nursery.warm()
child = nursery._nursery.spare.result()
assert child.is_ready()
print(child._process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    decoder = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while decoder.is_running() and decoder.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not decoder.is_running() or decoder.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_admitted_ends_promptly_and_quietly():
    source = f"""
import sys
sys.path.insert(0, {ROOT!r})
from faceproof.intake import admit
print(admit(bytes.fromhex({files.jpeg().hex()!r})).pixels.shape)
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", source], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.stdout, run.stderr, run.returncode) == ("(120, 160, 3)\n", "", 0)


def test_requests_and_responses_survive_the_wire_and_nonsense_does_not():
    request = wire.Request("webp", 6, True, 4096, 1000, 2000, 3, 6000, 1 << 33, 5, 6)
    assert wire.unpack_request(request.pack()) == request
    response = wire.Response("ok", 1, 2, 3, 4, 0.0, 5, 6, 7)
    assert wire.unpack_response(response.pack()) == response
    for raw in (bytes(wire.RESPONSE_SIZE), b"fpo1\xff" + bytes(wire.RESPONSE_SIZE - 5)):
        with pytest.raises(ValueError, match="response"):
            wire.unpack_response(raw)
    with pytest.raises(ValueError, match="request"):
        wire.unpack_request(struct.pack(">4s", b"none").ljust(wire.REQUEST_SIZE, b"\x00"))


def test_the_frame_is_an_array_of_our_own():
    frame = admit(files.jpeg())
    assert not frame.pixels.flags.writeable
    assert isinstance(frame.pixels, np.ndarray)
    assert jail.LAYERS[0] == "limits"
