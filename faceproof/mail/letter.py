"""From a name and values to a letter: one plain text, set a second time as HTML, so that both say the same.

``templates/mail/<name>.txt`` is the letter. Its first line is the subject, then come paragraphs with an empty
line between them; a paragraph ``→ words https://…`` is a button. `letter.html` sets the same paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

from faceproof import contrast
from faceproof.contrast import Colour

Value = str | int
_BUTTON = re.compile(r"→ (?P<words>.+) (?P<link>https?://\S+)")
# The grounds of letter.html: the paper and the sheet on it, in each theme.
LIGHT: tuple[Colour, ...] = ((0xF4, 0xF5, 0xF2), contrast.WHITE)
DARK: tuple[Colour, ...] = ((0x11, 0x16, 0x15), (0x1A, 0x21, 0x20))
HOUSE = "#24526e"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: a subject of one line, and the same words twice."""

    subject: str
    text: str
    html: str
    language: str


def compose(name: str, context: Mapping[str, Value], language: str) -> Letter:
    """Write the letter ``name`` in ``language`` (``en``, ``fr``).

    Args:
        context: the letter's values, and those of the layout: ``studio`` (name of the organisation),
            ``address`` (of the studio, ``https://…``), ``accent`` (``#rrggbb``).
    """
    values = {key: _line(each) if isinstance(each, str) else each for key, each in context.items()}
    with override(language):
        subject, *body = _paragraphs(render_to_string(f"mail/{name}.txt", values))
        foot = _paragraphs(render_to_string("mail/foot.txt", values))
        blocks = [found.groupdict() if (found := _BUTTON.fullmatch(each)) else each for each in body]
        plain = [f"{each['words']}:\n{each['link']}" if isinstance(each, dict) else each for each in blocks]
        html = render_to_string(
            "mail/letter.html",
            values
            | {"subject": subject, "blocks": blocks, "foot": foot, "language": language}
            | _colours(str(values.get("accent") or HOUSE)),
        )
    text = "\n\n".join([subject, *plain, "-- \n" + "\n".join(foot)]) + "\n"
    return Letter(subject, text, html, language)


def _paragraphs(text: str) -> list[str]:
    return [_line(part) for part in re.split(r"\n\s*\n", text.strip())]


def _line(text: str) -> str:
    """One line; French's no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _colours(accent: str) -> dict[str, str]:
    """The button and the links in the organisation's colour, readable on both themes by computation."""
    colour: Colour = tuple(bytes.fromhex(accent.lstrip("#")))  # type: ignore[assignment]
    found: dict[str, str] = {}
    for theme, grounds in (("light", LIGHT), ("dark", DARK)):
        button = contrast.readable(colour, grounds, contrast.SHAPE)
        found[f"{theme}_button"] = _hex(button)
        found[f"{theme}_on_button"] = _hex(contrast.on(button))
        found[f"{theme}_link"] = _hex(contrast.readable(colour, grounds, contrast.TEXT))
    return found


def _hex(colour: Colour) -> str:
    return f"#{bytes(colour).hex()}"
