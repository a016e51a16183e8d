"""Catalogues of the product's sentences, without gettext's own programs (a minimal Debian has none).

``extract``  reads every Python file and template, and brings ``faceproof/locale/<lang>`` up to date;
``check``    fails when a sentence has no translation, loses a placeholder, or breaks French typography;
``compile``  writes the ``.mo`` files (git-ignored).

English sentences are the message ids. In French, ordinary spaces before ``: ; ? !`` and inside ``« »`` are
turned into no-break spaces by ``extract``, so that a translator can type plainly.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / "faceproof"
LANGUAGES = ("fr",)
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")

Found = tuple[str | None, str | tuple[str, str], str]  # context, message or (one, many), "file:line"


def in_python(path: Path) -> Iterator[Found]:
    with path.open("rb") as source:
        for line, message, _comments, context in extract("python", source, KEYWORDS):
            where = f"{path.relative_to(ROOT)}:{line}"
            yield context, (message[0], message[1]) if isinstance(message, tuple) else message, where


_WORD = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""
_TRANSLATE = re.compile(rf"^(?:trans|translate)\s+{_WORD}(?:.*?\bcontext\s+{_WORD})?", re.DOTALL)
_CONTEXT = re.compile(rf"\bcontext\s+{_WORD}")
_UNDERSCORE = re.compile(rf"_\(\s*{_WORD}\s*\)")


def in_template(path: Path) -> Iterator[Found]:
    """Messages of one Django template: ``{% translate %}``, ``{% blocktranslate %}`` and ``_("…")``."""
    from django.template.base import Lexer, TokenType

    block: dict[str, str] | None = None
    name = str(path.relative_to(ROOT))
    for token in Lexer(path.read_text()).tokenize():
        where, words = f"{name}:{token.lineno}", token.contents.strip()
        if block is not None:
            if token.token_type is TokenType.TEXT:
                block[block["part"]] += token.contents.replace("%", "%%")
            elif token.token_type is TokenType.VAR:
                block[block["part"]] += f"%({words})s"
            elif words == "plural":
                block["part"] = "many"
            elif words in ("endblocktrans", "endblocktranslate"):
                yield _closed(block, where)
                block = None
        elif token.token_type is TokenType.BLOCK:
            if found := _TRANSLATE.match(words):
                yield (found[3] or found[4]), _plain(found[1] or found[2]), where
            elif re.match(r"blocktrans(late)?\b", words):
                context = _CONTEXT.search(words)
                given = (context[1] or context[2]) if context else ""
                block = {"part": "one", "one": "", "many": "", "context": given}
                block["trimmed"] = "yes" if re.search(r"\btrimmed\b", words) else ""
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for found in _UNDERSCORE.finditer(words):
                yield None, _plain(found[1] or found[2]), where


def _closed(block: dict[str, str], where: str) -> Found:
    one, many = block["one"], block["many"]
    if block["trimmed"]:
        one, many = (" ".join(line.strip() for line in text.strip().splitlines()) for text in (one, many))
    return block["context"] or None, (one, many) if many else one, where


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).replace("%", "%%")


def collect() -> Catalog:
    """Every message of the product."""
    found = Catalog(domain="django", project="Faceproof", charset="utf-8")
    for path in sorted(ROOM.rglob("*.py")):
        for context, message, where in in_python(path):
            _add(found, context, message, where)
    for path in sorted(
        [*ROOM.rglob("*.html"), *(ROOM / "web").rglob("*.txt"), *(ROOM / "mail").rglob("*.txt")]
    ):
        for context, message, where in in_template(path):
            _add(found, context, message, where)
    return found


def _add(catalog: Catalog, context: str | None, message: str | tuple[str, str], where: str) -> None:
    key = message[0] if isinstance(message, tuple) else message
    if key:
        flags = {"python-format"} if PLACEHOLDER.search(key) else set()
        catalog.add(message, context=context, locations=[(where.rsplit(":", 1)[0], None)], flags=flags)  # type: ignore[list-item]


def polish(text: str) -> str:
    """French spacing: U+202F before ``; ! ?``, U+00A0 before ``:`` and in ``« »``, typographic apostrophe."""
    text = re.sub(r"[ \u00a0\u202f]([;!?])", "\u202f\\1", text)
    text = re.sub(r"[ \u00a0\u202f]:", "\u00a0:", text)
    text = re.sub(r"«[ \u00a0\u202f]?", "«\u00a0", text)
    text = re.sub(r"[ \u00a0\u202f]?»", "\u00a0»", text)
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def _file(lang: str) -> Path:
    return ROOM / "locale" / lang / "LC_MESSAGES" / "django.po"


def read(lang: str) -> Catalog:
    path = _file(lang)
    return read_po(
        io.BytesIO(path.read_bytes()) if path.exists() else io.BytesIO(b""), locale=lang, domain="django"
    )


def strings(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form; empty strings while there is none."""
    found = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(text or "" for text in found)


def flaws(lang: str) -> list[str]:
    """What is wrong with one catalogue, a sentence each."""
    catalog, wanted, out = read(lang), collect(), []
    for message in wanted:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        have, label = catalog.get(ids[0], message.context), repr(message.id)
        if have is None or not all(strings(have)) or have.fuzzy:
            out.append(f"{lang}: no translation of {label}")
            continue
        lost = set(PLACEHOLDER.findall(ids[-1])) - set(PLACEHOLDER.findall(strings(have)[-1]))
        if lost:
            out.append(f"{lang}: {label} loses {sorted(lost)}")
        out += [
            f"{lang}: typography of {text!r}"
            for text in strings(have)
            if lang == "fr" and polish(text) != text
        ]
    return out


def update(lang: str) -> None:
    """Bring one catalogue up to date: new sentences come in empty, sentences no longer used go."""
    catalog = read(lang)
    catalog.update(collect(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        if lang == "fr" and message.id:
            texts = tuple(map(polish, strings(message)))
            message.string = texts if message.pluralizable else texts[0]
    write(lang, catalog)


def write(lang: str, catalog: Catalog) -> None:
    """Write one catalogue, without the head lines that differ from run to run or that nobody fills in."""
    out = io.BytesIO()
    catalog.header_comment = "# English sentences are the message ids; see tools/messages.py."
    write_po(out, catalog, width=110)
    idle = (
        "Project-Id",
        "Report-Msgid",
        "POT-Creation",
        "PO-Revision",
        "Last-Tr",
        "Language-Team",
        "Generated",
    )
    lines = out.getvalue().decode().splitlines(keepends=True)
    path = _file(lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith(tuple(f'"{word}' for word in idle)))
    )


def compile_(lang: str) -> None:
    with _file(lang).with_suffix(".mo").open("wb") as out:
        write_mo(out, read(lang))


def main(command: str) -> int:
    """Run one of the three commands; 1 when ``check`` or ``compile`` finds a flaw."""
    if command == "extract":
        for lang in LANGUAGES:
            update(lang)
        return 0
    found = [flaw for lang in LANGUAGES for flaw in flaws(lang)]
    if found:
        print("\n".join(found), file=sys.stderr)
    if command == "compile":
        for lang in LANGUAGES:
            compile_(lang)
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("extract", "check", "compile"):
        sys.exit(f"{__doc__}\nusage: python tools/messages.py extract|check|compile")
    sys.exit(main(sys.argv[1]))
