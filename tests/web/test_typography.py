"""French as it is set by people who care: quotes, the spaces before signs, apostrophes. English, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import faceproof

ROOT = Path(faceproof.__file__).parent
NARROW, FULL = "\u202f", "\u00a0"


def _sentences() -> Iterator[tuple[str, str]]:
    """(where, French text): every msgstr of the catalogue and every French legal text."""
    catalogue = (ROOT / "locale/fr/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    for entry in catalogue.split("\n\n"):
        for found in re.finditer(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', entry, re.MULTILINE):
            text = "".join(re.findall(r'"(.*)"', found[1]))
            if "Content-Type:" not in text:
                yield "django.po", text
    for file in sorted((ROOT / "legal/texts").glob("*.fr.md")):
        yield file.name, file.read_text(encoding="utf-8").split("---", 2)[2]


def faults_of(text: str) -> list[str]:
    """What a French typographer would mark; addresses, code and placeholders are not text."""
    text = re.sub(r"`[^`]*`|https?://\S+|%\([a-z_]+\)[sd]|\{[a-z_]+\}|<[^>]+>|\\[n\"]", "x", text)
    wrong = [
        f"space before {sign[1]}" for sign in re.findall(rf"([^{NARROW}\s:;!?…(«/])([;!?])(?=\s|$)", text)
    ]
    wrong += [f"space before {sign}" for sign in re.findall(r" ([;!?:»])", text)]
    wrong += ["space before :" for _ in re.findall(rf"[^{NARROW}{FULL}\s:](?=:(?:\s|$))", text)]
    wrong += ["space after «" for _ in re.findall(rf"«(?![{NARROW}{FULL}])", text)]
    wrong += ["space before »" for _ in re.findall(rf"(?<![{NARROW}{FULL}])»", text)]
    wrong += ["straight apostrophe" for _ in re.findall(r"\w'\w", text)]
    wrong += ["English quotes" for _ in re.findall(r"[“”]", text)]
    wrong += ["three dots" for _ in re.findall(r"\.\.\.", text)]
    return wrong


@pytest.mark.parametrize(
    "text",
    ["Quoi ?", "Quoi?", "Ainsi : oui", "« Oui »", "l'heure", "“oui”", f"«{FULL}oui »", "Fini; oui", "bon..."],
)
def test_a_fault_is_seen(text: str) -> None:
    assert faults_of(text)


def test_what_is_right_is_let_through() -> None:
    assert faults_of(f"L’heure{FULL}: «{FULL}midi{FULL}»{NARROW}; quoi{NARROW}? À 12:30, %(n)s/%(m)s.") == []


def test_every_french_sentence_is_set_as_french() -> None:
    assert [(where, text, wrong) for where, text in _sentences() if (wrong := faults_of(text))] == []
