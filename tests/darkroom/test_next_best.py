"""Several photos, and the engine cannot cut out the best: the next gets its turn, and it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from faceproof import darkroom, reasons
from faceproof.darkroom import Choice, Examined, Order, Proof, Refused, examining
from faceproof.engines import Brief, EngineError
from faceproof.engines.fake import Fake
from faceproof.engines.studio import Studio, decision
from faceproof.marking import Signer, authority
from tests import photos

Lose = Callable[..., list[Brief]]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder: Path = tmp_path_factory.mktemp("pki")
    authority.create_authority(folder / "a", "Test")
    return authority.load_signer(folder / "a")


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> Lose:
    """Makes the engine refuse the next so many photos; the briefs it was given."""

    def prepare(times: int, code: str = "edges_lost") -> list[Brief]:
        asked: list[Brief] = []

        def admits(self: Fake, brief: Brief) -> None:
            asked.append(brief)
            if len(asked) <= times:
                raise EngineError(code, "test")

        monkeypatch.setattr(Fake, "admits", admits)
        return asked

    return prepare


def told(signer: Signer, handed: tuple[bytes, ...], **wishes: Any) -> Iterator[Examined | Proof]:
    values: dict[str, Any] = {"engine": "fake:", "styles": ("studio-grey", "charcoal")} | wishes
    return darkroom.develop(Order(photo=handed, made_at=datetime.now(UTC), **values), signer)


def choice_of(event: Examined | Proof) -> Choice:
    assert isinstance(event, Examined)
    assert event.choice is not None
    return event.choice


# P-014
def test_the_next_best_is_used_and_the_sentence_says_why(signer: Signer, hopper: bytes, losing: Lose) -> None:
    losing(1)
    first, second, *proofs = told(signer, (photos.soft(hopper), hopper, b"notes" * 50))
    assert choice_of(first).used == 2
    choice = choice_of(second)
    assert choice.used == 1
    assert choice.lost() == (2,)
    assert [type(proof) for proof in proofs] == [Proof, Proof]
    sentence = reasons.used(choice.codes())
    assert sentence == (
        "The program used photo 1 of 3: it is the only one that can be used."
        " Photo 2 would have come first, but you cannot be cut out of it cleanly."
    )
    lines = reasons.lines(choice.codes())
    assert [line.used for line in lines] == [True, False, False]
    assert "cannot be told apart" in lines[1].sentence
    assert lines[1].remedy
    assert set(choice.codes()) == {"of", "used", "why", "photos"}, "numbers and codes, as before"


def test_the_sentences_know_the_same_codes_as_the_darkroom() -> None:
    """They stand twice because the darkroom loads no Django, and the sentences are below it."""
    assert set(examining.LOST) == reasons.LOST


def test_no_more_than_three_are_tried(signer: Signer, hopper: bytes, losing: Lose) -> None:
    asked = losing(9)
    events = told(signer, (hopper, photos.soft(hopper), hopper, hopper, hopper))
    seen = []
    with pytest.raises(Refused) as error:
        seen.extend(events)
    assert len(asked) == examining.MOST_TRIES == 3
    assert [choice_of(event).used for event in seen] == [1, 3, 4, None]
    assert error.value.examined.refusals == ("edges_lost",)
    choice = error.value.examined.choice
    assert choice is not None
    assert choice.lost() == (1, 3, 4)
    assert reasons.used(choice.codes()) == "None of the 3 best of your 5 photos can be cut out cleanly."


def test_when_all_are_lost_the_reason_is_that_of_the_best(
    signer: Signer, hopper: bytes, losing: Lose
) -> None:
    losing(2, "edges_unsure")
    with pytest.raises(Refused) as error:
        list(told(signer, (photos.soft(hopper), hopper)))
    assert error.value.examined.refusals == ("edges_unsure",)
    assert not error.value.examined.accepted
    assert error.value.examined.choice is not None
    assert reasons.used(error.value.examined.choice.codes()) == "None of your 2 photos can be used."


def test_photos_that_are_only_looked_at_are_tried_too_or_the_wrong_one_would_be_sealed(
    signer: Signer, hopper: bytes, losing: Lose
) -> None:
    losing(1)
    *_, last = told(signer, (hopper, photos.soft(hopper)), examine_only=True)
    assert choice_of(last).used == 2


def test_one_photo_has_no_second_and_other_failures_are_not_the_photos(
    signer: Signer, hopper: bytes, losing: Lose
) -> None:
    losing(1)
    with pytest.raises(EngineError, match="edges_lost"):
        list(told(signer, hopper))  # type: ignore[arg-type]
    losing(1, "engine_failed")
    with pytest.raises(EngineError, match="engine_failed"):
        list(told(signer, (hopper, hopper)))


def test_the_studio_says_beforehand_what_developing_would(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.engines.people import brief

    order = brief("hopper", "paper", max_side=400)
    Studio().admits(order)
    for limits, code in (((2, 2, 2), "edges_lost"), ((2, 2, 0), "edges_unsure")):
        for name, limit in zip(("FREE", "TONE", "OWN"), limits, strict=True):
            monkeypatch.setattr(decision, name, float(limit))
        for way in (Studio().admits, lambda brief: list(Studio().develop(brief))):
            with pytest.raises(EngineError, match=code):
                way(order)
