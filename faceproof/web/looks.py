"""What a picture is called: the label of its style, or of the way without AI that it came from."""

from __future__ import annotations

from collections.abc import Mapping

from faceproof import styles

PLAIN: dict[str, Mapping[str, str]] = {
    "own-photo": {"en": "Your own photo", "fr": "Votre propre photo"},
    "initials": {"en": "Initials", "fr": "Initiales"},
}


def labels() -> dict[str, Mapping[str, str]]:
    """Name of the look → its label by language."""
    return {style.name: style.label for style in styles.all_styles()} | PLAIN


def label(name: str) -> Mapping[str, str]:
    """The label of one; a look that no longer exists is called by its name."""
    return labels().get(name, {"en": name})
