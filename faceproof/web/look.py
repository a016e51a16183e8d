"""One look of one sitting as the pages show it: its words, its address, what was changed of the person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from faceproof import changes, styles
from faceproof.finishing import Wish
from faceproof.sittings import gallery
from faceproof.sittings.models import Headshot, Proof, Sitting
from faceproof.styles import Style
from faceproof.web.templatetags.studio import words


@dataclass(frozen=True)
class Look:
    """One proof on the page, and the headshot it has become, if any."""

    proof: Proof
    style: Style | None
    chosen: Headshot | None

    @property
    def label(self) -> str:
        return words(self.style.label) if self.style else self.proof.style

    @property
    def description(self) -> str:
        return words(self.style.description) if self.style else ""

    @property
    def wish(self) -> Wish:
        return Wish.of(self.proof.wish)

    @property
    def query(self) -> str:
        """For the picture's address: it changes with the wish, so that no browser shows the one before."""
        return query(self.wish)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What was changed of the person, in sentences. Opens the sealed master: for the look in hand."""
        return tuple(changes.sentences(gallery.told(self.proof)))

    @cached_property
    def retouched(self) -> bool:
        """Whether there is a retouch to switch off. Opens the sealed master: for the look in hand."""
        return gallery.retouched(self.proof)

    @cached_property
    def before(self) -> str:
        """Where the photo lies below the picture, for the page to draw it there (`gallery.before`): four
        numbers; empty where nobody knows."""
        found = gallery.before(self.proof)
        return " ".join(f"{value:.6f}" for value in found) if found else ""


def query(wish: Wish) -> str:
    plain = {name: int(value) if value is False else value for name, value in wish.plain().items()}
    return f"?{urlencode(plain)}" if plain else ""


def of_sitting(sitting: Sitting) -> list[Look]:
    """The sitting's proofs in the order of the styles; one whose style no longer exists comes last."""
    known = {style.name: style for style in styles.all_styles()}
    chosen = {shot.style: shot for shot in sitting.headshots.all()}
    looks = [Look(proof, known.get(proof.style), chosen.get(proof.style)) for proof in sitting.proofs.all()]
    return sorted(looks, key=lambda look: (look.style.order if look.style else 999, look.proof.style))


def selected(looks: list[Look], wanted: str) -> Look | None:
    """The look in the frame: the one asked for, else the one that was there first, so that it stays while
    others come."""
    asked = [look for look in looks if str(look.proof.id) == wanted]
    return asked[0] if asked else min(looks, key=lambda look: look.proof.created_at, default=None)


def places(sitting: Sitting, looks: list[Look]) -> list[tuple[str, Look | None]]:
    """What stands where, by style: while looks are being made, a place is kept for each still to come."""
    there = {look.proof.style: look for look in looks}
    if not sitting.open:
        return list(there.items())
    order = {style.name: style.order for style in styles.all_styles()}
    names = sorted({*sitting.styles, *there}, key=lambda name: (order.get(name, 999), name))
    return [(name, there.get(name)) for name in names]
