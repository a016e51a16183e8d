from __future__ import annotations

import subprocess
import sys

import pytest

from faceproof import engines
from faceproof.engines import Brief, EngineError

from .people import brief


@pytest.mark.parametrize("address", ["studio:", "fake:"])
def test_an_address_gives_its_engine(address: str) -> None:
    assert engines.get(address).address == address


@pytest.mark.parametrize(
    "address", ["", "studio", "painter:", "studio:fast", "fake:x", "faceproof.settings:"]
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(EngineError) as caught:
        engines.get(address)
    assert caught.value.code == "unknown_engine"
    assert not caught.value.retry


def test_an_engine_is_imported_on_first_use_only() -> None:
    code = (
        "import sys; from faceproof import engines; before = 'faceproof.engines.studio' in sys.modules;"
        "nets = 'ai_edge_litert' in sys.modules; engines.get('studio:');"
        "print(before, nets, 'faceproof.engines.studio' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False", "True"]


def test_a_missing_library_is_a_typed_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engines.ENGINES, "heavy", "faceproof_no_such_module")
    with pytest.raises(EngineError, match="not installed") as caught:
        engines.get("heavy:")
    assert caught.value.code == "engine_missing"


@pytest.mark.parametrize("address", ["studio:", "fake:"])
def test_a_brief_without_styles_is_refused(address: str) -> None:
    order = brief("astronaut")
    with pytest.raises(EngineError) as caught:
        list(engines.get(address).develop(Brief(order.frame, order.face, ())))
    assert caught.value.code == "no_style"


@pytest.mark.parametrize("address", ["studio:", "fake:"])
def test_every_engine_yields_one_master_a_style_in_order_as_it_goes(address: str) -> None:
    told: list[tuple[str, float]] = []
    order = brief("astronaut", "charcoal", "own-softened", "studio-grey")
    stream = engines.get(address).develop(order, lambda name, share: told.append((name, share)))
    first = next(stream)
    assert first.style == "charcoal"
    assert not told or told[-1][1] < 1
    rest = list(stream)
    assert [master.style for master in rest] == ["own-softened", "studio-grey"]
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    for master in (first, *rest):
        height, width = master.pixels.shape[:2]
        assert master.matte is not None
        assert master.matte.shape == (height, width)
        assert master.scale >= 1
        assert master.engine.startswith(address)
        assert master.actions
        assert master.geometry.crown[1] < master.geometry.left_eye[1] < master.geometry.chin[1]
        assert 0 < master.geometry.left_eye[0] < master.geometry.right_eye[0] < width


def test_the_fake_never_pretends_to_be_a_photo() -> None:
    (master,) = engines.get("fake:").develop(brief("astronaut", "studio-grey"))
    assert master.source_type == "algorithmicMedia"
    assert [action.name for action in master.actions] == ["c2pa.created"]
    assert len({tuple(pixel) for pixel in master.pixels[::7, ::7].reshape(-1, 3)}) < 60
