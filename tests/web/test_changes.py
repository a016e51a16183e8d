"""What was changed of a person is told in sentences and shown, to that person alone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from faceproof import changes
from faceproof.engines.studio import perspective
from faceproof.sittings import flow, gallery
from faceproof.sittings.models import Proof
from tests.conftest import Cast
from tests.sittings.test_flow import mine
from tests.web.test_pages import Opener, client_of  # noqa: F401 # a fixture

REPORT: dict[str, float | str] = {
    "skin_delta_e": 0.42,
    "change_share": 0.163,
    "change_spots": 2.0,
    "skin_pores_kept": 0.98,
    "light_shine": 0.05,
}


def test_the_sentences_say_what_the_report_says() -> None:
    assert changes.sentences(REPORT) == [
        "Nothing was reshaped.",
        "As a whole the skin kept its colour: a change of 0.4 is too small to see.",
        "2 inflamed spots were softened."
        " Moles, freckles, scars and lines stay; the faintest may soften a little.",
        "Shine was softened on 5% of the skin; most of it stays.",
        "98% of the fine detail of the skin is still there.",
        "On 16% of the skin the change can be seen beside the photo.",
    ]
    with translation.override("fr"):
        told = changes.sentences(REPORT)
    assert told[0] == "Rien n’a été remodelé."
    assert "0,4" in told[1]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lens_strength": 0.7}, "The perspective of a close photo was corrected"),
        ({"skin_delta_e": 1.4}, "As a whole the skin changed its colour by 1.4; an eye sees it from 1."),
        ({"change_spots": 0.0}, "No spot was retouched."),
        ({"change_spots": 1.0}, "1 inflamed spot was softened."),
        ({"retouched": 0.0}, "Skin, eyes and teeth were not retouched: you asked for none."),
        ({"exposure_gain": 1.08}, "brightened by 8%"),
        ({"light_imbalance": 0.9}, "Hard light from one side was evened a little"),
    ],
)
def test_nothing_is_glossed_over(change: dict[str, float | str], words: str) -> None:
    assert words in " ".join(changes.sentences(REPORT | change))
    if "lens_strength" in change:
        assert "Nothing was reshaped." not in changes.sentences(REPORT | change)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_why_the_perspective_was_left_or_corrected_is_said(language: str) -> None:
    with translation.override(language):
        said = {reason: changes.sentences(REPORT | {"lens_reason": reason})[1] for reason in changes.LENS}
        for reason in ("corrected", "manual"):
            assert said.pop(reason) == translation.gettext(changes.HELD), "every limit gave way to none of it"
            done = changes.sentences(REPORT | {"lens_reason": reason, "lens_strength": 0.6})
            assert done[0] != changes.sentences(REPORT)[0]
            said[reason] = done[1]
        near = {"lens_reason": "corrected", "lens_strength": 0.6, "lens_distance_mm": 348.0}
        assert " 35 cm" in changes.sentences(REPORT | near)[2]
    assert len(set(said.values())) == len(changes.LENS)
    assert all(len(sentence) > 20 for sentence in said.values())
    assert (said["turned"] == changes.LENS["turned"]) == (language == "en")


def test_every_reason_that_the_studio_gives_has_its_sentence() -> None:
    source = inspect.getsource(perspective)
    given = set(re.findall(r'(?:Ruling\(|return |doubt = )"([a-z_]+)"', source))
    assert given == set(changes.LENS)


def test_an_engine_that_tells_nothing_is_not_spoken_for() -> None:
    assert changes.sentences({"iod_px": 90.0}) == []


def test_the_pages_tell_and_show_it_without_scripts(
    cast: Cast,
    client_of: Opener,  # noqa: F811
    hopper: bytes,
    settings: Any,
) -> None:
    settings.FACEPROOF_ENGINE = "studio:"
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    ann, bob = client_of(cast.ann), client_of(cast.bob)
    page = ann.get(f"/sittings/{sitting.id}/").content.decode()
    assert page.count("What was changed") == 1, "of the look in the frame"
    assert "Nothing was reshaped." in page
    assert "the file does not say through which lens" in page
    with mine(cast.ann):
        proof = Proof.objects.filter(sitting=sitting)[0]
        shot = gallery.choose(cast.ann, proof)
    page = ann.get(f"/headshots/{shot.id}/").content.decode()
    assert "As a whole the skin kept its colour" in page
    for address in (f"/proofs/{proof.id}/changes.png", f"/headshots/{shot.id}/changes.png"):
        answer = ann.get(address)
        assert answer["Content-Type"] == "image/png"
        assert answer["Cache-Control"] == "no-store, private"
        assert answer.content[:4] == b"\x89PNG"
        assert bob.get(address).status_code == 404
