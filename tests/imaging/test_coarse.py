"""A mask model that the operator brings: believed by its hash, really run where onnxruntime is installed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from faceproof.imaging import coarse
from tests.imaging import onnx


def brought(folder: Path, data: bytes, kind: str = "modnet") -> coarse.Coarse:
    path = folder / "mask.onnx"
    path.write_bytes(data)
    found = coarse.named(str(path), hashlib.sha256(data).hexdigest(), kind)
    assert found is not None
    return found


def half_red(side: int = 700) -> np.ndarray:
    picture = np.zeros((side, side + 100, 3), np.uint8)
    picture[:, : (side + 100) // 2] = (255, 0, 0)
    return picture


def refused(picture: np.ndarray, model: coarse.Coarse) -> str:
    with pytest.raises(coarse.CoarseError) as caught:
        coarse.segment(picture, model)
    return caught.value.code


def test_without_a_path_there_is_no_mask_and_nothing_else_is_read() -> None:
    assert coarse.named("", "nonsense", "nonsense") is None


@pytest.mark.parametrize(
    ("sha256", "kind", "code"),
    [("", "modnet", "hash_wanted"), ("AB" * 32, "modnet", "hash_wanted"), ("ab" * 32, "rmbg", "kind")],
)
def test_a_mask_without_a_hash_or_of_an_unknown_kind_is_not_named(sha256: str, kind: str, code: str) -> None:
    with pytest.raises(coarse.CoarseError) as caught:
        coarse.named("/somewhere.onnx", sha256, kind)
    assert caught.value.code == code


def test_every_kind_says_whose_licence_it_has_and_that_licence_allows_business() -> None:
    assert {name: kind.licence for name, kind in coarse.kinds().items()} == {
        "birefnet-portrait": "MIT",
        "modnet": "Apache-2.0",
    }
    for kind in coarse.kinds().values():
        assert kind.answer in ("chance", "logit")
        assert 256 <= kind.side <= 2048


def test_another_file_than_the_one_named_is_not_opened(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    model = brought(tmp_path, onnx.model(512, [0.5, 0, 0], 0.5))
    Path(model.path).write_bytes(onnx.model(512, [-0.5, 0, 0], 0.5))
    assert refused(half_red(), model) == "hash"
    with pytest.raises(coarse.CoarseError, match="SHA-256"):
        coarse.look(model)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    missing = coarse.Coarse(str(tmp_path / "none.onnx"), "0" * 64, "modnet")
    assert refused(half_red(), missing) == "missing"


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    model = brought(tmp_path, onnx.model(512, [0.5, 0, 0], 0.5))
    assert refused(half_red(), model) == "not_installed"


def test_the_mask_is_what_the_net_says_of_the_whole_squashed_picture(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    # MODNet's preparation makes red 1 of 255 and -1 of 0: 0.5 + 0.5 * red is 1 on the left, 0 on the right.
    answer = coarse.segment(half_red(), brought(tmp_path, onnx.model(512, [0.5, 0, 0], 0.5)))
    assert answer.shape == (512, 512)
    assert answer.dtype == np.float32
    assert answer[:, :250] == pytest.approx(1, abs=1e-5)
    assert answer[:, 262:] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("sigmoid", [False, True])
def test_logits_become_chances_once_whether_the_file_does_it_or_not(tmp_path: Path, sigmoid: bool) -> None:
    pytest.importorskip("onnxruntime")
    model = onnx.model(1024, [3.0, 0, 0], 0.0, sigmoid=sigmoid)
    answer = coarse.segment(half_red(), brought(tmp_path, model, "birefnet-portrait"))
    red = (np.array([1.0, 0.0]) - 0.485) / 0.229 * 3
    assert answer[0, [0, -1]] == pytest.approx(1 / (1 + np.exp(-red)), abs=1e-4)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a model", "not_a_model"),
        (b"", "not_a_model"),
        (onnx.model(512, [0.5, 0, 0], 0.5, planes=2), "not_a_mask"),
        (onnx.model(256, [0.5, 0, 0], 0.5), "not_a_mask"),
        (onnx.model(512, [9.0, 0, 0], 0.5), "not_a_mask"),
        (onnx.model(512, [float("nan"), 0, 0], 0.5), "not_a_mask"),
    ],
)
def test_what_is_no_mask_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    pytest.importorskip("onnxruntime")
    assert refused(half_red(), brought(tmp_path, data)) == code
