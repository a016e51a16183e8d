"""Every sentence exists in French, keeps its placeholders, and is set as French is set."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_french_catalogue_has_no_flaw(messages: Any) -> None:
    assert messages.flaws("fr") == []


def test_no_french_sentence_puts_de_before_a_name_that_may_begin_with_a_vowel(messages: Any) -> None:
    """But one, which the code elides."""
    found = {
        text
        for message in messages.read("fr")
        for text in messages.strings(message)
        if re.search(r"\b(de|que) %\((org|organisation|studio|name)\)s", text)
    }
    assert found == {"les machines de %(organisation)s"}


def test_sentences_are_found_in_templates_in_python_and_in_plurals(messages: Any) -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in messages.collect()}
    assert {"My pictures", "No face was found in this photo.", "%(n)s look to choose from"} <= found


def test_a_block_translation_is_extracted_just_as_django_will_look_it_up(
    messages: Any, tmp_path: Path
) -> None:
    page = ROOT / "faceproof" / "web" / "pages" / "landing.html"
    ids = [message for _context, message, _where in messages.in_template(page)]
    assert any(
        isinstance(each, str) and each.startswith("Take one picture of yourself. %(name)s’s") for each in ids
    )


def test_a_sentence_without_a_translation_is_reported(messages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = messages.collect()
    catalog.add("A sentence that nobody translated.")
    monkeypatch.setattr(messages, "collect", lambda: catalog)
    assert any("nobody translated" in flaw for flaw in messages.flaws("fr"))


@pytest.mark.parametrize(
    ("typed", "set_right"),
    [
        ("Vraiment ?", "Vraiment\u202f?"),
        ("Lieu : ici ; là", "Lieu\u00a0: ici\u202f; là"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("l'IA", "l’IA"),
        ("https://example.org/?a=1;b", "https://example.org/?a=1;b"),
    ],
)
def test_french_spaces_and_apostrophes_are_set_right(messages: Any, typed: str, set_right: str) -> None:
    assert messages.polish(typed) == set_right
