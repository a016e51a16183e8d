"""The bounded pool: real processes, the synthetic engine, a photo that is never anywhere but in memory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faceproof.darkroom import GLIMPSE_SIDE, Examined, Order, Proof, Refused
from faceproof.darkroom.pool import Busy, Pool
from faceproof.darkroom.process import NICE
from faceproof.engines import EngineError
from faceproof.intake import IntakeError
from faceproof.marking import Signer, authority


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder: Path = tmp_path_factory.mktemp("pki")
    authority.create_authority(folder / "a", "Test")
    return authority.load_signer(folder / "a")


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(1, waiting=1)
    yield made
    made.close()


def order(photo: bytes, **changes: object) -> Order:
    values: dict[str, object] = {"photo": photo, "made_at": datetime.now(UTC), "engine": "fake:"} | changes
    return Order(**values)  # type: ignore[arg-type]


def test_a_photo_goes_in_and_marked_proofs_come_out(pool: Pool, signer: Signer, hopper: bytes) -> None:
    events = list(pool.develop(order(hopper, styles=("studio-grey",)), signer))
    examined, proof = events
    assert isinstance(examined, Examined)
    assert examined.accepted
    assert isinstance(proof, Proof)
    assert proof.rendition.marks.c2pa_valid
    assert proof.rendition.marks.signer_trusted


def test_bytes_that_are_no_picture_come_back_as_the_intakes_own_error(pool: Pool, signer: Signer) -> None:
    with pytest.raises(IntakeError) as caught:
        list(pool.develop(order(b"\x7fELF not a picture at all" * 20), signer))
    assert caught.value.code == "not_an_image"


def test_a_picture_without_a_face_is_refused_with_a_reason(pool: Pool, signer: Signer) -> None:
    import io

    import numpy as np
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.full((400, 400, 3), 128, np.uint8)).save(out, "PNG")
    with pytest.raises(Refused) as caught:
        list(pool.develop(order(out.getvalue()), signer))
    assert "no_face" in caught.value.examined.refusals


def test_an_unknown_engine_is_an_error_with_a_code_and_the_pool_lives_on(
    pool: Pool, signer: Signer, hopper: bytes
) -> None:
    with pytest.raises(EngineError):
        list(pool.develop(order(hopper, engine="nothing:"), signer))
    assert list(pool.develop(order(hopper, examine_only=True), signer))


def test_one_process_serves_many_photos(pool: Pool, signer: Signer, hopper: bytes) -> None:
    list(pool.develop(order(hopper, examine_only=True), signer))
    first = pool.pids()
    list(pool.develop(order(hopper, examine_only=True), signer))
    assert pool.pids() == first


@pytest.mark.slow
def test_a_glimpse_is_small_marked_not_retouched_and_nothing_that_could_be_kept(
    pool: Pool, signer: Signer, hopper: bytes
) -> None:
    wanted = order(hopper, engine="studio:", styles=("studio-grey", "office"), glimpse=True)
    _, glimpse = pool.develop(wanted, signer, go_on=lambda: False)
    assert isinstance(glimpse, Proof)
    assert (glimpse.style, glimpse.master, glimpse.largest) == ("studio-grey", b"", {})
    assert max(glimpse.width, glimpse.height) <= GLIMPSE_SIDE
    marks = glimpse.rendition.marks
    assert marks.c2pa_valid
    assert marks.signer_trusted
    assert not {"change_spots", "light_shine"} & {key for key, value in glimpse.report.items() if value}


def test_whoever_imports_the_darkroom_has_opencv_work_in_one_thread() -> None:
    ask = "import cv2; cv2.setNumThreads(4); import faceproof.darkroom; print(cv2.getNumThreads())"
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


def test_pages_go_before_pictures(pool: Pool) -> None:
    pool.warm()
    [pid] = pool.pids()
    before = os.getpriority(os.PRIO_PROCESS, 0)
    for _ in range(500):  # it says so once it is up
        if os.getpriority(os.PRIO_PROCESS, pid) != before:
            break
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, before + NICE)


def test_a_killed_idle_process_is_replaced(pool: Pool, signer: Signer, hopper: bytes) -> None:
    pool.warm()
    [victim] = pool.pids()
    os.kill(victim, signal.SIGKILL)
    time.sleep(0.05)
    assert isinstance(next(iter(pool.develop(order(hopper, examine_only=True), signer))), Examined)
    assert pool.pids() != [victim]


def test_a_process_killed_in_the_middle_of_a_photo_costs_nothing(
    pool: Pool, signer: Signer, hopper: bytes
) -> None:
    """The order is given once more to a fresh process: the photo is still in the caller's memory."""
    pool.warm()
    [victim] = pool.pids()
    os.kill(victim, signal.SIGSTOP)  # it takes the order and never answers
    threading.Timer(0.4, os.kill, [victim, signal.SIGKILL]).start()
    events = list(pool.develop(order(hopper, styles=("studio-grey",)), signer))
    assert any(isinstance(event, Proof) for event in events)


def test_the_first_look_is_there_before_the_last_is_made(pool: Pool, signer: Signer, hopper: bytes) -> None:
    """Stopped after its first look: it was handed over, the rest is not made up, and the process is gone."""
    pool.warm()
    [pid] = pool.pids()
    events = pool.develop(order(hopper), signer)
    assert isinstance(next(events), Examined)
    assert isinstance(next(events), Proof)
    assert not pool.pids()
    events.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert list(pool.develop(order(hopper, examine_only=True), signer))


def test_a_process_killed_between_two_looks_tells_none_of_them_twice(
    pool: Pool, signer: Signer, hopper: bytes
) -> None:
    pool.warm()
    [pid] = pool.pids()
    looks = ("studio-grey", "charcoal", "paper")
    events = pool.develop(order(hopper, styles=looks), signer)
    heard = [next(events), next(events)]
    os.kill(pid, signal.SIGKILL)
    heard += events
    assert [event.style for event in heard if isinstance(event, Proof)] == [
        "studio-grey",
        "charcoal",
        "paper",
    ]
    assert isinstance(heard[0], Examined)
    assert len(heard) == 4


def test_a_photo_that_takes_too_long_is_dropped_and_its_process_ended(signer: Signer, hopper: bytes) -> None:
    pool = Pool(1, seconds=0.5)
    pool.warm()
    [slow] = pool.pids()
    os.kill(slow, signal.SIGSTOP)
    with pytest.raises(EngineError) as caught:
        list(pool.develop(order(hopper), signer))
    assert caught.value.code == "too_slow"
    with pytest.raises(ProcessLookupError):
        os.kill(slow, 0)
    pool.close()


def test_a_photo_that_fills_the_pipe_of_a_process_that_stands_still_is_dropped_in_time(
    signer: Signer,
) -> None:
    """Larger than any socket buffer: the time limit holds while the photo is still being handed over."""
    pool = Pool(1, seconds=0.5)
    pool.warm()
    [still] = pool.pids()
    os.kill(still, signal.SIGSTOP)
    said: list[BaseException] = []

    def hand_over() -> None:
        try:
            list(pool.develop(order(bytes(8 * 2**20)), signer))
        except EngineError as error:
            said.append(error)

    caller = threading.Thread(target=hand_over, daemon=True)
    caller.start()
    caller.join(20)
    standing = caller.is_alive()
    with contextlib.suppress(ProcessLookupError):
        os.kill(still, signal.SIGKILL)
    assert not standing
    assert [getattr(error, "code", None) for error in said] == ["too_slow"]
    pool.close()


def test_a_machine_that_has_no_process_to_give_is_busy_and_loses_no_place(
    pool: Pool, signer: Signer, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", none_left)
        for _ in range(3):
            with pytest.raises(Busy):
                list(pool.develop(order(hopper), signer))
    assert list(pool.develop(order(hopper, examine_only=True), signer))


def test_a_full_pool_says_so_at_once(signer: Signer, hopper: bytes) -> None:
    pool = Pool(1, waiting=0, seconds=20)
    pool.warm()
    [slow] = pool.pids()
    os.kill(slow, signal.SIGSTOP)
    first = threading.Thread(target=lambda: list(pool.develop(order(hopper, examine_only=True), signer)))
    first.start()
    while pool.pids():
        time.sleep(0.01)
    with pytest.raises(Busy):
        list(pool.develop(order(hopper), signer))
    os.kill(slow, signal.SIGCONT)
    first.join(20)
    assert not first.is_alive()
    assert list(pool.develop(order(hopper, examine_only=True), signer))  # and takes orders again
    pool.close()


def test_a_darkroom_process_cannot_leave_a_core_file(pool: Pool) -> None:
    pool.warm()
    [pid] = pool.pids()
    end = time.monotonic() + 20
    while True:  # it hardens itself as its first act
        limits = Path(f"/proc/{pid}/limits").read_text()
        core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        if core.split()[4:6] == ["0", "0"] or time.monotonic() > end:
            break
        time.sleep(0.05)
    assert core.split()[4:6] == ["0", "0"]


def test_a_darkroom_process_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEPROOF_SECRET_KEY", "nobody's business")
    pool = Pool(1)
    pool.warm()
    [pid] = pool.pids()
    end = time.monotonic() + 20
    while not (given := Path(f"/proc/{pid}/environ").read_bytes()):
        assert time.monotonic() < end  # empty for a moment: the kernel is still laying the new program out
        time.sleep(0.01)
    pool.close()
    assert b"PATH=" in given
    assert b"FACEPROOF_" not in given


def test_the_process_ends_with_the_pool(signer: Signer) -> None:
    pool = Pool(1)
    pool.warm()
    [pid] = pool.pids()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_darkroom_process_works_with_one_thread(pool: Pool, signer: Signer, hopper: bytes) -> None:
    """Libraries start threads of their own; none may do any work: processes would take each other’s cores."""
    pool.warm()
    [pid] = pool.pids()
    list(pool.develop(order(hopper, engine="studio:", styles=("studio-grey",)), signer))
    assert pool.pids() == [pid]
    spent = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        numbers = (task / "stat").read_text().rpartition(")")[2].split()
        spent[int(task.name)] = int(numbers[11]) + int(numbers[12])  # clock ticks of 10 ms
    own = spent.pop(pid)
    assert own > 5
    assert sum(spent.values()) <= max(2, own // 20)
