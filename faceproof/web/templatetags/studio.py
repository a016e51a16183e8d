"""Template tags: icons, Markdown of our own texts, and words that live in style and format files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

register = template.Library()
# HTML inside a text is shown as text, never obeyed: an organisation's name may stand in it.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of ours in the colour of the text; hidden from screen readers, so always beside words."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("faceproof/icons.svg"),
        name,
    )


# What a code is drawn as when another drawing says the same.
SAME = {
    "edges_lost": "edges_unsure",
    "looks_missing": "empty",
    "studio_busy": "busy",
    "too_few_pixels": "few_pixels",
    "too_small": "few_pixels",
}


@cache
def drawings() -> frozenset[str]:
    """The names in drawings.svg."""
    return symbols("drawings")


def symbols(sheet: str) -> frozenset[str]:
    """The names in ``icons`` or ``drawings``."""
    found = finders.find(f"faceproof/{sheet}.svg")
    assert found is not None
    return frozenset(re.findall(r'<symbol id="([a-z_]+)"', Path(found).read_text(encoding="utf-8")))


@register.simple_tag
def drawing(code: str) -> SafeString:
    """The small drawing of what to do about a fault of this code; nothing where there is none."""
    name = SAME.get(code, code)
    if name not in drawings():
        return SafeString("")
    return format_html(
        '<svg class="drawing" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("faceproof/drawings.svg"),
        name,
    )


@register.filter
def markdown(text: str) -> SafeString:
    """Paragraphs, lists and tables of a legal text."""
    return mark_safe(str(_MARKDOWN.render(text)))  # nosec B308 B703 # HTML inside is shown, not obeyed


@register.filter
def line(text: str) -> SafeString:
    """One paragraph of Markdown without the paragraph around it."""
    return mark_safe(str(_MARKDOWN.renderInline(text)))  # nosec B308 B703 # the same


@register.filter
def words(table: Mapping[str, str]) -> str:
    """The entry of a style's or format's ``label`` or ``description`` in the reader's language."""
    return table.get((get_language() or "en").split("-")[0], table["en"])
