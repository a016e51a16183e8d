"""What a file says about itself, as plain values: the logic of `faceproof inspect`."""

from typing import Any

from faceproof.marking import credentials, encode, xmp
from faceproof.marking.terms import DISCLOSURES, term_of
from faceproof.marking.values import MarkError


def describe(data: bytes, *, root_pem: bytes | None = None) -> dict[str, Any]:
    """Everything that can be said about a file, JSON-able, and never an exception for a bad one.

    verdict: marked, or the code of the MarkError (unmarked, tampered, unreadable). picture is null when the
    file is no picture. signer.trusted is null when no root was given, so that "unknown" is not "no".
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
