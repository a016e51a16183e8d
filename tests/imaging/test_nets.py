from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from faceproof.imaging import nets
from faceproof.imaging.nets.graph import cut
from faceproof.imaging.nets.hush import unheard

ROOT = Path(nets.FOLDER).parents[2]


@pytest.mark.parametrize("name", nets.manifest())
def test_every_net_is_there_and_is_the_one_that_is_pinned(name: str) -> None:
    entry = nets.manifest()[name]
    content = nets.read(name)
    assert len(content) == entry.bytes
    assert hashlib.sha256(content).hexdigest() == entry.sha256
    assert content[4:8] == b"TFL3"


def test_an_installation_with_all_its_nets_has_no_problem() -> None:
    assert nets.problems() == []


def test_a_missing_net_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(nets.NetMissing, match="run `make models`") as caught:
        nets.read("selfie_segmentation", tmp_path)
    assert caught.value.code == "net_missing"
    assert str(tmp_path / "selfie_segmentation.tflite") in str(caught.value)


def test_one_changed_bit_is_found_out(tmp_path: Path) -> None:
    content = bytearray(nets.read("selfie_segmentation"))
    content[len(content) // 2] ^= 1
    (tmp_path / "selfie_segmentation.tflite").write_bytes(content)
    with pytest.raises(nets.NetCorrupt, match="run `make models`") as caught:
        nets.read("selfie_segmentation", tmp_path)
    assert caught.value.code == "net_corrupt"


def test_problems_names_each_net_that_is_missing_or_changed(tmp_path: Path) -> None:
    (tmp_path / "selfie_segmentation.tflite").write_bytes(b"TFL3")
    problems = nets.problems(tmp_path)
    assert len(problems) == len(nets.manifest())
    assert [type(problem) for problem in problems].count(nets.NetCorrupt) == 1


def test_without_the_runtime_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(nets.RuntimeMissing, match="make install") as caught:
        nets.Net(nets.read("selfie_segmentation"))
    assert caught.value.code == "net_runtime_missing"


def test_a_net_gives_the_same_answer_to_many_callers_at_once() -> None:
    net = nets.Net(nets.read("selfie_segmentation"))
    rng = np.random.default_rng(1)
    pictures = [rng.random((1, 256, 256, 3), dtype=np.float32) for _ in range(4)]
    alone = [next(iter(net(picture).values())) for picture in pictures]
    start = threading.Barrier(4)

    def ask(number: int) -> bool:
        start.wait()
        return all(
            np.array_equal(next(iter(net(pictures[number]).values())), alone[number]) for _ in range(5)
        )

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(4)))


def test_the_halves_of_a_cut_net_in_a_row_give_the_answer_of_the_whole() -> None:
    """Behind its third block (operator 20) everything in this net hangs on one tensor, number 22."""
    content = nets.read("face_detection_short_range")
    front = nets.Net(cut(content, operators=range(21), inputs=[0], outputs=[22]))
    back = nets.Net(cut(content, operators=range(21, 164), inputs=[22], outputs=[175, 174]))
    picture = np.random.default_rng(1).random((1, 128, 128, 3), dtype=np.float32)
    expected = nets.Net(content)(picture)
    given = back(next(iter(front(picture).values())))
    assert given.keys() == expected.keys()
    for name, answer in expected.items():
        assert np.allclose(given[name], answer, atol=1e-4)
    assert answer.std() > 0


def run(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
    )


FIND_A_FACE = """
import sys, numpy, skimage.data
from faceproof.imaging import face
picture = skimage.data.astronaut()
detection = face.detect(picture)[0]
face.mesh(picture, detection)
face.segment(picture)
"""


def test_importing_the_face_room_loads_no_runtime_and_no_framework() -> None:
    done = run("import sys, faceproof.imaging.face; print(*sys.modules)")
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "cv2" in loaded, done.stderr
    assert not loaded & {"ai_edge_litert", "mediapipe", "scipy", "skimage", "matplotlib", "django"}


def test_finding_a_face_never_imports_mediapipe_and_says_nothing() -> None:
    done = run(FIND_A_FACE + "print('mediapipe' in sys.modules, 'ai_edge_litert' in sys.modules)")
    assert (done.returncode, done.stdout.split()) == (0, ["False", "True"])
    assert done.stderr == ""


def test_nets_load_where_no_temporary_file_can_be_made() -> None:
    code = "import tempfile; tempfile.tempdir = '/nowhere/at/all'\n" + FIND_A_FACE
    assert run(code).returncode == 0


def test_only_the_known_line_goes_unheard(capfd: pytest.CaptureFixture[str]) -> None:
    with unheard(b"greeting"):
        os.write(2, b"a greeting from below\nsomething went wrong\n")
    os.write(2, b"greeting after\n")
    assert capfd.readouterr().err == "something went wrong\ngreeting after\n"


def test_standard_error_comes_back_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with unheard(b"greeting"):
            os.write(2, b"last words\n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    os.write(2, b"next\n")
    assert capfd.readouterr().err == "last words\nnext\n"


def test_git_carries_no_net() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not [path for path in listed.stdout.splitlines() if path.endswith(".tflite")]
