"""The C2PA manifest: how a picture began, what was done to it, and what may not be done with it."""

from datetime import UTC
from typing import Any

from faceproof import __version__
from faceproof.marking.terms import (
    ACTIONS,
    ALIASES,
    EDITORIAL,
    ENHANCING,
    FIRST,
    FROM_NOTHING,
    SOURCE_TYPES,
    term_of,
)
from faceproof.marking.values import Facts, MarkError
from faceproof.marking.xmp import SOURCE_TYPE, SPACES

AGENT = {"name": "Faceproof", "version": __version__}
PARENT = "photograph"  # joins the opening action and its ingredient inside the definition; it is not written


def actions(facts: Facts, mime: str) -> list[dict[str, Any]]:
    """The complete action list, in order: how it began, what was done to it, how it was written."""
    fresh = _fresh(facts)
    listed: list[dict[str, Any]] = [_first(facts, fresh)]
    for name, what in facts.actions:
        name = ALIASES.get(name, name)
        if name not in ACTIONS:
            raise MarkError("unknown_action", f"{name} is not an action that this product records")
        if name not in FIRST:
            listed.append(_action(name, what, facts.source_type, facts.supplied))
    own = facts.source_type
    if not any(term_of(each.get("digitalSourceType", "")) == own for each in listed):
        listed.append(_action("c2pa.edited", f"Made with the style {facts.style}", own))
    if not fresh:
        listed.append(
            _action("c2pa.edited.metadata", "Dropped the camera's metadata, wrote these marks", own)
        )
    listed.append(_action("c2pa.transcoded", f"Encoded as {mime}", own))
    return listed


def _fresh(facts: Facts) -> bool:
    """Whether this program began it; what was supplied is opened, whatever made it."""
    return facts.source_type in FROM_NOTHING and not facts.supplied


def _first(facts: Facts, fresh: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "action": "c2pa.created" if fresh else "c2pa.opened",
        "when": facts.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "softwareAgent": AGENT,
        "description": f"Engine {facts.engine}, style {facts.style}",
    }
    if fresh:
        entry["digitalSourceType"] = SOURCE_TYPES[facts.source_type]
    else:
        entry["parameters"] = {"ingredientIds": [PARENT]}
    return entry


def _action(name: str, what: str, source_type: str, supplied: bool = False) -> dict[str, Any]:
    entry: dict[str, Any] = {"action": name, "description": what}
    if name in EDITORIAL or (name in ENHANCING and supplied):
        entry["digitalSourceType"] = SOURCE_TYPES[source_type]
    elif name in ENHANCING:
        entry["digitalSourceType"] = SOURCE_TYPES["algorithmicallyEnhanced"]
    return entry


def manifest(facts: Facts, mime: str) -> dict[str, Any]:
    """The manifest definition. The photograph is named as parent without its hash: a hash would link every
    headshot of a selfie, and would let whoever holds the selfie find them."""
    definition: dict[str, Any] = {
        "claim_version": 2,
        "claim_generator_info": [AGENT],
        "title": facts.title,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": actions(facts, mime), "allActionsIncluded": True},
                "created": True,
            },
            {
                "label": "cawg.training-mining",
                "data": {
                    "entries": {
                        f"cawg.{use}": {"use": "notAllowed"}
                        for use in ("ai_inference", "ai_generative_training", "ai_training", "data_mining")
                    }
                },
            },
            {
                # One signed statement for the whole picture; XMP must say the same.
                "label": "c2pa.metadata",
                "kind": "Json",
                "data": {
                    "@context": {"Iptc4xmpExt": SPACES["Iptc4xmpExt"]},
                    SOURCE_TYPE: SOURCE_TYPES[facts.source_type],
                },
            },
        ],
    }
    if not _fresh(facts):
        definition["ingredients"] = [
            {
                "title": "The photograph that was supplied",
                "format": "application/octet-stream",
                "relationship": "parentOf",
                "label": PARENT,
            }
        ]
    return definition
