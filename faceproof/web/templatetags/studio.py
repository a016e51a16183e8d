"""Template tags: icons, Markdown of our own texts, and words that live in style and format files."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
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
