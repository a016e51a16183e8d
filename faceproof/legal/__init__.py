"""Versioned, dated, hashed texts in every language of the product: what a person reads before agreeing.

One text is one file a language, ``texts/<slug>.<lang>.md``: a head of ``name: value`` lines between two
``---`` lines, then Markdown. To add a text, add its files; the loader refuses a text that lacks a language
or a date, or that differs in version between languages. A consent points at `Text.sha256`, the hash of the
file's bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from faceproof.legal.french import elided

LANGUAGES = ("en", "fr")
_FOLDER = Path(__file__).parent / "texts"
_HEAD = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_BLANK = re.compile(r"\{([a-z_]+)\}")


class LegalError(Exception):
    """A text is missing or malformed. ``code``: ``unknown_text`` or ``bad_text``."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one language; ``sha256`` is over the bytes of its file, blanks unfilled."""

    slug: str
    lang: str
    title: str
    version: str
    date: date
    sha256: str
    body_markdown: str

    @property
    def blanks(self) -> frozenset[str]:
        """Names between braces that `filled` needs."""
        return frozenset(_BLANK.findall(self.body_markdown))

    def filled(self, facts: Mapping[str, object]) -> str:
        """The body with every ``{blank}`` replaced; a blank without a fact raises, never shows a gap."""
        missing = sorted(self.blanks - set(facts))
        if missing:
            raise LegalError("bad_text", f"{self.slug}.{self.lang} needs {', '.join(missing)}")
        text = _BLANK.sub(lambda found: str(facts[found.group(1)]), self.body_markdown)
        return elided(text, str(facts.get("organisation", ""))) if self.lang == "fr" else text

    def passages(self, facts: Mapping[str, object]) -> dict[str, str]:
        """The filled body cut at its ``## name`` lines: passage name → Markdown below it.

        For texts whose passages depend on the configuration (`notice`): the page takes those true here.
        """
        parts = re.split(r"^## (.+)$", self.filled(facts), flags=re.MULTILINE)[1:]
        return {name.strip(): body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


def slugs() -> tuple[str, ...]:
    """Every text there is, in alphabetical order."""
    return tuple(sorted({path.name.split(".")[0] for path in _FOLDER.glob("*.md")}))


@cache
def get(slug: str, lang: str) -> Text:
    """The current version of a text in ``lang``; a language that the product does not speak gets English."""
    language = lang.split("-")[0].lower()
    if slug not in slugs():
        raise LegalError("unknown_text", slug)
    return _read(slug, language if language in LANGUAGES else LANGUAGES[0])


def all_texts() -> tuple[Text, ...]:
    """Every text in every language, checked against its siblings; raises `LegalError` at the first flaw."""
    texts = tuple(get(slug, lang) for slug in slugs() for lang in LANGUAGES)
    for text in texts:
        first = get(text.slug, LANGUAGES[0])
        if (text.version, text.date, text.blanks) != (first.version, first.date, first.blanks):
            raise LegalError(
                "bad_text", f"{text.slug}.{text.lang} differs from {first.lang} in version, date or blanks"
            )
    return texts


def _read(slug: str, lang: str) -> Text:
    path = _FOLDER / f"{slug}.{lang}.md"
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise LegalError("bad_text", f"{path.name} does not exist") from None
    found = _HEAD.match(raw.decode())
    if found is None:
        raise LegalError("bad_text", f"{path.name} has no head between two '---' lines")
    head = dict(line.split(": ", 1) for line in found.group(1).splitlines())
    try:
        return Text(
            slug=slug,
            lang=lang,
            title=head["title"],
            version=head["version"],
            date=date.fromisoformat(head["date"]),
            sha256=hashlib.sha256(raw).hexdigest(),
            body_markdown=found.group(2).strip(),
        )
    except (KeyError, ValueError) as flaw:
        raise LegalError("bad_text", f"{path.name}: {flaw}") from flaw
