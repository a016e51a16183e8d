"""The one rule of French that a name brings into a sentence."""

import re
import unicodedata


def elided(text: str, name: str) -> str:
    """“de Acme” as “d’Acme”, “que Acme” as “qu’Acme”, wherever this name stands in the text.

    Before h and y it stays as it is: only a dictionary knows (d’Hermione, de Hollande; d’Yves, de Yoplait).
    """
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    if first not in {*"aeiouœæ"}:
        return text
    return re.sub(rf"\b([Dd]|[Qq]u)e (?={re.escape(name)})", r"\1’", text)
