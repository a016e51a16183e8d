"""The texts a person agrees to: complete in both languages, dated, hashed, with nothing left blank."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from faceproof import legal
from faceproof.legal.french import elided

FACTS = {
    "organisation": "Acme",
    "contact": "dpo@acme.example",
    "engine": "studio",
    "place": "Paris",
    "transfer": "No transfer.",
    "transit_seconds": 60,
    "selfie_days": 30,
    "draft_days": 30,
    "backup_days": "28 days",
    "mail": "No mail.",
    "headshot_days": 90,
}


def test_every_text_exists_in_every_language_with_the_same_version_date_and_blanks() -> None:
    texts = legal.all_texts()
    assert {text.slug for text in texts} == {
        "adult",
        "consent",
        "deletion",
        "marketing",
        "notice",
        "privacy",
        "publication",
        "terms",
        "try",
    }
    assert {text.lang for text in texts} == {"en", "fr"}


def test_the_hash_is_that_of_the_file_so_that_a_consent_can_be_proven() -> None:
    raw = (Path(legal.__file__).parent / "texts" / "consent.fr.md").read_bytes()
    assert legal.get("consent", "fr").sha256 == hashlib.sha256(raw).hexdigest()


def test_a_regional_language_is_served_in_its_language_and_an_unknown_one_in_english() -> None:
    assert legal.get("terms", "fr-CA").lang == "fr"
    assert legal.get("terms", "de").lang == "en"


def test_an_unknown_text_is_a_typed_error() -> None:
    with pytest.raises(legal.LegalError) as caught:
        legal.get("no-such-text", "en")
    assert caught.value.code == "unknown_text"


@pytest.mark.parametrize("text", legal.all_texts(), ids=lambda text: f"{text.slug}.{text.lang}")
def test_a_filled_text_has_no_brace_left(text: legal.Text) -> None:
    assert not re.search(r"[{}]", text.filled(FACTS))


def test_a_blank_without_a_fact_raises_instead_of_showing_a_gap() -> None:
    with pytest.raises(legal.LegalError, match="organisation"):
        legal.get("consent", "en").filled({})


@pytest.mark.parametrize("lang", legal.LANGUAGES)
def test_the_notice_offers_exactly_one_sentence_group_for_each_of_its_five_points(lang: str) -> None:
    passages = legal.get("notice", lang).passages(FACTS)
    assert {name.split(".")[0] for name in passages} == {"happens", "kept", "seen", "where", "ai"}
    assert all(passage.startswith("**") and "\n" not in passage for passage in passages.values())


def test_the_marketing_text_is_its_own_and_the_processing_text_does_not_mention_news() -> None:
    assert "news" not in legal.get("consent", "en").body_markdown.lower()
    assert "optional" in legal.get("marketing", "en").body_markdown


def test_the_terms_give_ownership_and_take_no_advertising_licence() -> None:
    body = legal.get("terms", "en").body_markdown
    assert "You own the headshots" in body
    assert "no licence to use your photo or your headshots for their own advertising" in body


@pytest.mark.parametrize("text", [t for t in legal.all_texts() if t.lang == "fr"], ids=lambda text: text.slug)
def test_french_texts_keep_their_spaces_before_double_signs_and_inside_quotes(text: legal.Text) -> None:
    source = text.title + "\n" + text.body_markdown
    assert not re.search(r"[ \w»][;!?]", re.sub(r"\u202f[;!?]", "", source)), "U+202F before ; ! ?"
    assert not re.search(r"« | »", source), "no-break space inside « »"
    assert " : " not in source, "no-break space before the colon"
    assert "'" not in source, "typographic apostrophe"


@pytest.mark.parametrize("lang", legal.LANGUAGES)
def test_the_notice_can_be_read_in_five_sentences(lang: str) -> None:
    """What stands first and bold in each passage is one whole sentence, short enough to be read in a breath;
    what follows is for who wants to know more."""
    for name, passage in legal.get("notice", lang).passages(FACTS).items():
        found = re.match(r"\*\*([^*]+)\*\*( |$)", passage)
        assert found, name
        sentence = found[1]
        assert sentence.endswith("."), name
        assert sentence.count(".") == 1, name
        assert 8 <= len(sentence.split()) <= 27, (name, len(sentence.split()))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Acme", "les machines d’Acme, et qu’Acme"),
        ("Élan & Cie", "les machines d’Élan & Cie, et qu’Élan & Cie"),
        ("Œuvre (1901)", "les machines d’Œuvre (1901), et qu’Œuvre (1901)"),
        ("Dupont", "les machines de Dupont, et que Dupont"),
        ("Hermès", "les machines de Hermès, et que Hermès"),
        ("", "les machines de , et que "),
    ],
)
def test_a_name_that_begins_with_a_vowel_is_elided(name: str, told: str) -> None:
    assert elided(f"les machines de {name}, et que {name}", name) == told


def test_french_texts_elide_the_name_of_the_organisation_and_english_ones_do_not() -> None:
    assert "les machines d’Acme" in legal.get("notice", "fr").filled(FACTS)
    french = " ".join(text.filled(FACTS) for text in legal.all_texts() if text.lang == "fr")
    assert not re.search(r"\b(de|que) Acme", french)
    assert "d’Acme" not in legal.get("notice", "en").filled(FACTS)


def test_a_text_does_not_change_without_a_new_version() -> None:
    """A consent names a version and a hash: two texts under one version would make both worthless. Whoever
    changes a text raises its version and date in both languages and adds its lines; old lines stay.
    """
    lines = (Path(__file__).parent / "versions.txt").read_text().split("\n")
    known = {tuple(line.split()[:3]): line.split()[3] for line in lines if line and not line.startswith("#")}
    now = {(text.slug, text.version, text.lang): text.sha256 for text in legal.all_texts()}
    assert {key: known.get(key, "no line yet") for key in now} == now
