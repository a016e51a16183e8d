"""Several photos of one person: the best is used, the others leave nothing but a count."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from faceproof import darkroom, reasons, tenancy
from faceproof.archive import store, trail
from faceproof.archive.models import StoredObject
from faceproof.darkroom import Order
from faceproof.darkroom.pool import Busy, Pool
from faceproof.engines import EngineError
from faceproof.engines.fake import Fake
from faceproof.intake import LIMITS, IntakeError
from faceproof.privacy import erase
from faceproof.sittings import flow, studio
from faceproof.sittings.models import Proof, Selfie, Sitting
from tests import photos


def mine(member: Any) -> Any:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)


@pytest.fixture
def three(hopper: bytes) -> tuple[bytes, ...]:
    """A soft one, the good one, a file that is no picture."""
    return photos.soft(hopper), hopper, b"these are my notes" * 20


def entries(cast: Any, sitting: Sitting) -> dict[str, Any]:
    with mine(cast.ann):
        return {entry.action: entry.detail for entry in trail.story(sitting_id=sitting.id)}


# P-014
def test_in_transit_the_best_is_developed_and_nothing_of_any_is_kept(cast: Any, three: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(three), custody="transit")
    assert sitting.state == "ready"
    assert sitting.choice["used"] == 2
    assert sitting.choice["why"][0] == "sharp"
    soft, best, broken = sitting.choice["photos"]
    assert soft["lacks"][0].startswith("sharp")
    assert best["lacks"] == []
    assert broken["refused"] == ["not_an_image"]
    with mine(cast.ann):
        assert Proof.objects.filter(sitting=sitting).exists()
        assert not StoredObject.objects.filter(klass="selfie").exists()
    told = entries(cast, sitting)
    assert told["sitting.opened"]["photos"] == 3
    assert told["sitting.chosen"] == {"photos": 3, "used": 2, "dropped": 2}


# P-014
def test_sealed_keeps_the_best_and_only_the_best(cast: Any, three: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(three), custody="sealed")
    assert sitting.state == "waiting"
    assert sitting.choice["used"] == 2
    with mine(cast.ann):
        [selfie] = Selfie.objects.all()
        assert store.open_object(selfie.object_id) == three[1]
        assert StoredObject.objects.filter(klass="selfie").count() == 1
    assert flow.develop(cast.ann, sitting.id) == "ready"
    with mine(cast.ann):
        assert Sitting.objects.get().choice == sitting.choice, "developing does not forget why"


def without_edges(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The engine can cut nobody out of the next so many photos; here, where it can be told so."""
    asked: list[Any] = []

    def admits(self: Fake, brief: Any) -> None:
        asked.append(brief)
        if len(asked) <= times:
            raise EngineError("edges_lost", "test")

    monkeypatch.setattr(Fake, "admits", admits)
    monkeypatch.setattr(Pool, "develop", lambda self, order, signer, **more: darkroom.develop(order, signer))


# P-014
@pytest.mark.parametrize("custody", ["transit", "sealed"])
def test_when_the_best_cannot_be_cut_out_the_next_is_used_and_it_alone_kept(
    cast: Any, three: Any, monkeypatch: pytest.MonkeyPatch, custody: Any
) -> None:
    without_edges(monkeypatch, 1)
    sitting = flow.receive(cast.ann, flow.Upload(three), custody=custody)
    assert sitting.choice["used"] == 1
    assert [photo["refused"] for photo in sitting.choice["photos"]] == [[], ["edges_lost"], ["not_an_image"]]
    assert "Photo 2 would have come first" in reasons.used(sitting.choice)
    assert entries(cast, sitting)["sitting.chosen"] == {"photos": 3, "used": 1, "dropped": 2}
    with mine(cast.ann):
        kept = [store.open_object(selfie.object_id) for selfie in Selfie.objects.all()]
    assert kept == ([three[0]] if custody == "sealed" else [])
    assert sitting.state == ("waiting" if custody == "sealed" else "ready")


# P-014
@pytest.mark.parametrize("custody", ["transit", "sealed"])
def test_when_nobody_can_be_cut_out_of_any_nothing_is_kept(
    cast: Any, three: Any, monkeypatch: pytest.MonkeyPatch, custody: Any
) -> None:
    without_edges(monkeypatch, 2)
    sitting = flow.receive(cast.ann, flow.Upload(three), custody=custody)
    assert (sitting.state, sitting.refusals) == ("refused", ["edges_lost"])
    assert sitting.choice["used"] is None
    assert "sitting.chosen" not in entries(cast, sitting)
    with mine(cast.ann):
        assert not StoredObject.objects.exists()


def test_what_is_stored_of_a_choice_is_codes_and_numbers_of_photos_only(cast: Any, three: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(three))
    text = json.dumps(sitting.choice)
    assert "." not in text, "no measure of a face is kept in the clear"
    assert set(sitting.choice) == {"of", "used", "why", "photos"}
    for photo in sitting.choice["photos"]:
        assert set(photo) == {"photo", "refused", "seen", "lacks"}
        assert photo["photo"] in (1, 2, 3)


def test_when_none_can_be_used_the_reasons_are_those_of_the_best(cast: Any, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload((b"notes" * 50, photos.dark(hopper))), custody="sealed")
    assert (sitting.state, sitting.refusals) == ("refused", ["too_dark"])
    assert sitting.choice["used"] is None
    assert "None of your 2 photos" in reasons.used(sitting.choice)
    with mine(cast.ann):
        assert not StoredObject.objects.exists()
    told = entries(cast, sitting)
    assert told["sitting.refused"]["photos"] == 2
    assert "sitting.chosen" not in told


def test_files_that_are_all_no_pictures_are_a_refusal_too(cast: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload((b"one" * 50, b"two" * 50)))
    assert (sitting.state, sitting.refusals) == ("refused", ["not_an_image"])


def test_one_photo_has_no_choice_to_tell(cast: Any, hopper: bytes) -> None:
    assert flow.receive(cast.ann, flow.Upload(hopper)).choice is None


def test_eight_huge_photos_end_in_time_and_in_words(cast: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(tuple(photos.huge(seed=seed) for seed in range(8))))
    assert (sitting.state, sitting.refusals) == ("refused", ["no_face"])
    assert sitting.held_ms < 60_000
    assert len(sitting.choice["photos"]) == 8


def test_more_photos_than_are_asked_for_are_no_order() -> None:
    from datetime import UTC, datetime

    with pytest.raises(ValueError, match="1 to 8"):
        Order(photo=(b"x",) * (LIMITS.max_photos + 1), made_at=datetime.now(UTC))
    with pytest.raises(ValueError, match="1 to 8"):
        Order(photo=(), made_at=datetime.now(UTC))


def test_a_decoder_without_a_place_drops_all_and_blames_none(
    cast: Any, three: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_place(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        raise IntakeError("decoder_busy", "test")

    monkeypatch.setattr(Pool, "develop", no_place)
    with pytest.raises(Busy):
        flow.receive(cast.ann, flow.Upload(three))
    with mine(cast.ann):
        assert not Sitting.objects.exists()


def test_a_darkroom_killed_on_several_photos_gets_them_once_more(cast: Any, three: Any) -> None:
    """kill -9 in the middle: the photos are still with the caller, and nowhere else."""
    real, killed = Pool._once, []

    def killing(self: Pool, order: Any, signer: Any, deadline: float, *more: Any) -> Any:
        if not killed:
            killed.append(order)
            return (event for event in ())  # it said nothing before it died
        assert order.photo == killed[0].photo
        return real(self, order, signer, deadline, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pool, "_once", killing)
        assert flow.receive(cast.ann, flow.Upload(three)).state == "ready"
    assert killed


def test_an_engine_that_fails_on_the_best_still_says_which_it_was(
    cast: Any, three: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Pool.develop

    def broken(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        yield next(iter(real(self, order, signer, **more)))
        raise EngineError("engine_died", retry=True, detail="test")

    monkeypatch.setattr(Pool, "develop", broken)
    sitting = flow.receive(cast.ann, flow.Upload(three))
    assert (sitting.state, sitting.fault, sitting.choice["used"]) == ("failed", "engine_died", 2)


def test_the_explanation_goes_with_the_sitting(cast: Any, three: Any, as_superuser: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(three))
    with mine(cast.bob):
        assert not Sitting.objects.filter(choice__isnull=False).exists(), "a colleague sees no row"
    with mine(cast.ann):
        erase.sitting(cast.ann, Sitting.objects.get(id=sitting.id))
    rows = as_superuser.execute("select count(*) from sittings_sitting where choice is not null").fetchone()
    assert rows == (0,)


HELD = """
from datetime import UTC, datetime
from faceproof.darkroom import Order, process
gone = []
class Photo(bytes):
    def __del__(self): gone.append(len(self))
class Pipe:
    def __init__(self): self.first = True
    def recv(self):
        if not self.first:
            print(sum(gone)); raise EOFError
        self.first = False
        return Order(photo=(Photo(b"one" * 100), Photo(b"two" * 100)), made_at=datetime.now(UTC)), None
    def send(self, said): pass
process.serve(Pipe())
"""


def test_a_darkroom_that_waits_holds_no_photo_of_the_order_before() -> None:
    out = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["600"], "bytes that were let go before the next order was waited for"


def test_no_file_is_left_of_any_photo(cast: Any, three: Any) -> None:
    flow.receive(cast.ann, flow.Upload(three), custody="transit")
    studio.close()
    gc.collect()
    for path in Path(settings.FACEPROOF_BLOBS).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert all(photo[100:400] not in data for photo in three)
