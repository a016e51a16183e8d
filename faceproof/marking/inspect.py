"""What a file says about itself, for people and for programs: the logic of `faceproof inspect`."""

from typing import Any

from faceproof.marking import credentials, encode, xmp
from faceproof.marking.terms import DISCLOSURES, term_of
from faceproof.marking.values import MarkError

# The first line a person reads. The codes are those of MarkError, and "marked".
VERDICTS = {
    "marked": "The marks of this picture are whole: nothing was changed since they were signed.",
    "unmarked": "This picture carries no complete set of marks. Most websites remove them on upload.",
    "tampered": "The marks of this picture do not hold: the file was changed after it was signed.",
    "unreadable": "This file is not a JPEG, PNG or WebP picture.",
}


def describe(data: bytes, *, root_pem: bytes | None = None) -> dict[str, Any]:
    """Everything that can be said about a file, JSON-able, and never an exception for a bad one.

    verdict: a key of VERDICTS. signer.trusted is null when no root was given, so that "unknown" is not "no".
    """
    found: dict[str, Any] = {
        "verdict": "unreadable",
        "reason": None,
        "picture": None,
        "source_type": None,
        "disclosure": None,
        "signer": None,
        "actions": [],
        "xmp": {},
    }
    try:
        head = encode.header(data)
        found["picture"] = {
            "type": head.mime,
            "width": head.width,
            "height": head.height,
            "bytes": len(data),
        }
        said = xmp.read(head.xmp) if head.xmp else {}
        found["xmp"] = said
        term = term_of(said.get(xmp.SOURCE_TYPE, ""))
        found["source_type"] = term or None
        credential = credentials.read(data, head.mime, root_pem)
        found |= _credential(credential, root_pem is not None)
        credentials.agree(term, credential)
    except MarkError as error:
        found["verdict"], found["reason"] = error.code, error.detail
        return found
    found["verdict"] = "marked"
    found["disclosure"] = DISCLOSURES[term][0] if term in DISCLOSURES else None
    return found


def _credential(credential: credentials.Credential, rooted: bool) -> dict[str, Any]:
    return {
        "source_type": credential.source_type or None,
        "signer": {
            "organisation": credential.issuer,
            "generator": credential.generator,
            "certificate_current": credential.valid,
            "trusted": credential.trusted if rooted else None,
        },
        "actions": [
            {"action": name, "what": what}
            for name, what in zip(credential.actions, credential.sentences, strict=True)
        ],
    }


def render_text(found: dict[str, Any]) -> str:
    """The same for a person: one verdict, then the facts in the order in which one would ask for them."""
    lines = [VERDICTS[found["verdict"]]]
    if found["reason"]:
        lines.append(f"  reason        {found['reason']}")
    if picture := found["picture"]:
        size = f"{picture['width']} x {picture['height']}"
        lines.append(f"  picture       {picture['type']}, {size}, {picture['bytes']} bytes")
    if found["source_type"]:
        lines.append(f"  source type   {found['source_type']}")
    if found["disclosure"]:
        lines.append(f"  in words      {found['disclosure']}")
    if signer := found["signer"]:
        trust = {True: "trusted by the root you gave", False: "NOT trusted by the root you gave"}.get(
            signer["trusted"], "trust not checked: no root given"
        )
        current = "" if signer["certificate_current"] else ", certificate has expired since"
        lines.append(f"  signed by     {signer['organisation']} ({trust}{current})")
        lines.append(f"  made with     {signer['generator']}")
    for number, action in enumerate(found["actions"], 1):
        lines.append(f"  {'what happened' if number == 1 else '':13} {number:2}. {action['what']}")
        lines[-1] += f" [{action['action']}]"
    # Sentences of other makers reach a terminal here: nothing in them may move its cursor.
    return "\n".join("".join(c if c.isprintable() else "?" for c in line) for line in lines)
