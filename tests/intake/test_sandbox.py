"""The decoder's cage: what it cannot do, what happens when it misbehaves, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import struct
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

import faceproof
from faceproof.intake import LIMITS, IntakeError, admit, containers
from faceproof.intake.containers.essence import Essence
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
    """A nursery of this test's own, so that a server started before does not serve it."""
    fresh = nursery._Nursery()
    monkeypatch.setattr(nursery, "_nursery", fresh)
    yield fresh
    fresh.close()


SERVER = """
import importlib.util, os, signal, struct, sys, time
spec = importlib.util.spec_from_file_location("forkserver", {path!r})
forkserver = importlib.util.module_from_spec(spec)
spec.loader.exec_module(forkserver)
forkserver._import_paths(sys.argv[3], sys.argv[4:])
from faceproof.intake.sandbox import child
def work(held, heif):
{source}
child.work = work
forkserver.main(int(sys.argv[1]), False)
"""


@pytest.fixture
def impostor(alone, monkeypatch, tmp_path):
    """Put another program in the decoder's place, or in that of the whole fork server."""

    def install(source: str, *, server: bool = False) -> None:
        program = tmp_path / "impostor.py"
        lines = SERVER.format(path=str(nursery.SERVER), source=textwrap.indent(source, "    "))
        program.write_text(source if server else lines)
        monkeypatch.setattr(nursery, "SERVER", program)

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


HEAR = f"os.read(0, {wire.REQUEST_SIZE})\n"


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
        (HEAR + "signal.signal(signal.SIGTERM, signal.SIG_IGN); os.close(1); time.sleep(60)", "too_complex"),
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
        "stays",
    ],
)
def test_whatever_a_decoder_does_the_answer_is_a_code_and_its_server_forks_no_more(
    alone, impostor, source, code
):
    impostor(source)
    assert refused(seconds=0.2).code == code
    assert alone.free == []


@pytest.mark.parametrize(
    "source",
    [
        "",
        "raise SystemExit(3)",
        "import os; os.write(0, b'x')",
        "import os; os.write(0, b'R'); os.read(0, 1)",
    ],
    ids=["mute", "dead", "nonsense", "deserter"],
)
def test_whatever_a_fork_server_does_the_photo_is_told_to_come_back(impostor, source):
    impostor(source, server=True)
    assert refused(seconds=0.2).code == "decoder_busy"


def test_a_server_that_died_while_waiting_is_replaced(alone):
    admit(files.jpeg())
    (server,) = alone.free
    server.process.kill()
    server.process.wait()
    assert admit(files.jpeg()).width == 160
    assert alone.free[0].process.pid != server.process.pid


@pytest.fixture
def decoders(monkeypatch):
    """Process ids of all decoders, in the order of their photos."""
    seen: list[int] = []
    kept = nursery.Server.decoder

    def noted(server):
        made = kept(server)
        seen.append(made.pid)
        return made

    monkeypatch.setattr(nursery.Server, "decoder", noted)
    return seen


def test_every_photo_gets_a_decoder_of_its_own_and_none_is_left(alone, decoders):
    for _ in range(4):
        admit(files.png())
    (server,) = alone.free
    assert len(set(decoders)) == 4
    soon(lambda: not psutil.Process(server.process.pid).children())
    assert server.photos == 4, "forked by one server, which was started once"


def soon(holds: Callable[[], bool]) -> None:
    """The server collects a child just after it has told how that ended."""
    for _ in range(200):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("not in two seconds")


def test_a_server_forks_no_more_after_a_photo_that_was_no_good(alone):
    admit(files.jpeg())
    (before,) = alone.free
    refused(files.bare_png(100, 100, rows=b""))
    assert before not in alone.free, "whoever sends it again finds other addresses"
    assert before.process.returncode is not None


def test_a_server_forks_so_many_times_and_another_takes_its_place(alone, monkeypatch):
    monkeypatch.setattr(nursery, "MOST_PHOTOS", 2)
    servers = set()
    for _ in range(4):
        servers |= {server.process.pid for server in alone.free}
        admit(files.png())
    assert len(servers) == 2


@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_a_fork_server_has_one_thread_no_rights_and_not_a_byte_of_a_photo(alone):
    """It is what every decoder is a copy of: what it knew the next photo's decoder would know."""
    canary = os.urandom(32)
    data = files.jpeg()
    with_secret = data[:2] + b"\xff\xfe" + (34).to_bytes(2, "big") + canary + data[2:]
    assert nursery.decode(Essence("jpeg", 160, 120, with_secret), LIMITS).pixels.shape
    (server,) = alone.free
    facts = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
        if ":\t" in line
    )
    assert facts["Threads"] == "1"
    assert int(facts["CapEff"], 16) == 0
    assert facts["NoNewPrivs"] == "1"
    assert canary not in memory_of(server.process.pid)


def memory_of(pid: int) -> bytes:
    """What a process can write to; skips where we may not look."""
    found = b""
    try:
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                span, rights, *_ = line.split()
                first, last = (int(end, 16) for end in span.split("-"))
                if rights.startswith("rw"):
                    with contextlib.suppress(OSError):
                        memory.seek(first)
                        found += memory.read(last - first)
    except PermissionError:
        pytest.skip("needs the right to read another process's memory")
    assert b"RELEASE" in found, "we do see its memory"
    return found


@pytest.mark.skipif(not LINUX, reason="counts descriptors under /proc")
def test_a_hundred_photos_leave_no_process_and_no_descriptor_behind(alone):
    good, bad = files.jpeg(), files.jpeg()[:-40] + b"\xff\xd9"
    broken = files.bare_png(100, 100, rows=b"")
    admit(good)

    def state() -> tuple[int, int]:
        admit(good)
        if alone.coming is not None:
            alone.coming.result()
        own = [each for each in psutil.Process().children(recursive=True) if is_decoder(each)]
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


def is_decoder(process: psutil.Process) -> bool:
    """A fork server or a child of one."""
    with contextlib.suppress(psutil.Error):
        return nursery.SERVER.name in " ".join(process.cmdline())
    return False


def test_many_threads_are_served_each_with_its_own_photo():
    wrong: list[object] = []
    patient = replace(LIMITS, seconds=300.0, queue_seconds=300.0)  # this is not about time

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
    admit(files.jpeg())  # so that the parent has a server that the fork must not use
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
server = nursery.Server()
assert server.is_ready()
print(server.process.pid, server.decoder().pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    both = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(lives, both)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(both) == 2
    assert not any(map(lives, both))


def lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


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
