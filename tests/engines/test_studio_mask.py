"""The operator's mask in the studio's place: used, named, or no picture at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from faceproof import engines
from faceproof.engines import EngineError
from faceproof.engines.studio import decision, person
from faceproof.imaging import coarse
from tests.imaging import onnx

from .people import brief, front


def model(folder: Path, data: bytes) -> coarse.Coarse:
    path = folder / "mask.onnx"
    path.write_bytes(data)
    return coarse.Coarse(str(path), hashlib.sha256(data).hexdigest(), "modnet")


def test_the_mask_takes_the_nets_place_and_is_finer(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    everywhere = model(tmp_path, onnx.model(512, [0.0, 0.0, 0.0], 0.9))
    given = front("hopper")
    keys = ("canvas", "inside", "whole", "placement", "points", "photo")
    found, sure = person.agree(*(given[key] for key in keys), everywhere)
    assert found.shape == (512, 512)
    inside = given["inside"].mean()
    assert found.mean() == pytest.approx(0.9 * inside, abs=0.03)
    assert sure == 1


def test_a_picture_names_the_mask_that_cut_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(decision, "FREE", -1.0)  # a mask of darkness cuts badly, which is not the question
    dark = model(tmp_path, onnx.model(512, [-0.2, -0.2, -0.2], 0.4, sigmoid=True))
    (master,) = engines.get("studio:").develop(brief("hopper", "studio-grey", coarse=dark))
    (plain,) = engines.get("studio:").develop(brief("hopper", "studio-grey"))
    assert master.engine == "studio:2+modnet"
    assert plain.engine == "studio:2"
    assert master.matte is not None
    assert plain.matte is not None
    assert np.abs(master.matte.astype(int) - plain.matte).mean() > 1


def test_a_mask_that_cannot_be_used_makes_no_picture_instead_of_a_worse_one(tmp_path: Path) -> None:
    gone = coarse.Coarse(str(tmp_path / "none.onnx"), "0" * 64, "modnet")
    with pytest.raises(EngineError) as caught:
        list(engines.get("studio:").develop(brief("hopper", "studio-grey", coarse=gone)))
    assert caught.value.code == "mask_not_usable"
    assert not caught.value.retry
