"""A photo whose hair and background cannot be told apart: what comes of it, and what the person reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from faceproof import faults, tenancy
from faceproof.darkroom.pool import Pool
from faceproof.engines import EngineError
from faceproof.sittings import flow
from faceproof.sittings.models import Proof

REAL = Pool.develop


def proofs(cast: Any) -> set[str]:
    with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
        return set(Proof.objects.values_list("style", flat=True))


def test_the_own_background_is_made_and_the_page_says_why_not_the_others(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own_only(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        assert order.styles
        yield from REAL(self, replace(order, styles=("own-softened",)), signer)

    monkeypatch.setattr(Pool, "develop", own_only)
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    assert sitting.state == "ready"
    assert sitting.warnings[-1] == "edges_unsure"
    assert proofs(cast) == {"own-softened"}
    assert "softened" in faults.fault("edges_unsure").told()


@pytest.mark.parametrize("code", ["edges_unsure", "edges_lost"])
def test_without_any_look_the_photo_is_refused_and_the_studio_is_not_blamed(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def unsure(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        yield next(iter(REAL(self, order, signer)))
        raise EngineError(code, "confidence 0.30")

    monkeypatch.setattr(Pool, "develop", unsure)
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    assert (sitting.state, sitting.refusals, sitting.fault) == ("refused", [code], "")
    assert "plain wall" in faults.fault(code).told()


def test_all_looks_made_is_no_warning(cast: Any, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    assert "edges_unsure" not in sitting.warnings
