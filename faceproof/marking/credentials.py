"""Content Credentials (C2PA): the manifest that is signed into a picture, and its reading back.

The library never goes online here: no time-stamp authority, no remote manifest, no OCSP, and an empty list of
allowed hosts besides. Contexts are made per call (0.2 ms): they are cheap, and a shared one would not
survive fork.
"""

import io
import json
from dataclasses import dataclass
from typing import Any

import c2pa

from faceproof.marking.manifest import manifest
from faceproof.marking.terms import term_of
from faceproof.marking.values import Facts, MarkError, Signer
from faceproof.marking.xmp import SOURCE_TYPE

# A credential with only these complaints is whole; it merely says nothing about who signed it, or the signing
# certificate has reached the end of its life since.
UNTRUSTED = frozenset({"signingCredential.untrusted"})
EXPIRED = frozenset({"signingCredential.expired"})


@dataclass(frozen=True, slots=True)
class Credential:
    """A checked manifest. `source_type` is an IPTC term; `valid` and `trusted` as in Marks."""

    source_type: str
    valid: bool
    trusted: bool
    generator: str
    actions: tuple[str, ...]
    sentences: tuple[str, ...]
    issuer: str


def _context(root_pem: bytes | None = None) -> c2pa.Context:
    settings: dict[str, Any] = {
        "builder": {"thumbnail": {"enabled": False}},
        "core": {"allowed_network_hosts": []},
        "verify": {
            "verify_after_sign": False,  # the caller reads back
            "verify_trust": True,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
    }
    if root_pem is not None:
        settings["trust"] = {"trust_anchors": root_pem.decode("ascii")}
    return c2pa.Context.from_dict(settings)


def sign(data: bytes, mime: str, facts: Facts, signer: Signer) -> bytes:
    """Embed and sign a manifest; nothing but the marked bytes leaves memory."""
    definition = manifest(facts, mime)
    try:
        info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, signer.chain_pem, signer.key_pem, None)
        out = io.BytesIO()
        with (
            _context() as context,
            c2pa.Signer.from_info(info) as native,
            c2pa.Builder(definition, context=context) as builder,
        ):
            builder.sign(native, mime, io.BytesIO(data), out)
    except c2pa.C2paError as error:
        raise MarkError("signing_failed", str(error)) from error
    return out.getvalue()


def read(data: bytes, mime: str, root_pem: bytes | None) -> Credential:
    """Check and read the manifest; MarkError `unmarked` when there is none, `tampered` when it does not
    hold.
    """
    try:
        with (
            _context(root_pem) as context,
            c2pa.Reader(mime, io.BytesIO(data), context=context) as reader,
        ):
            store = json.loads(reader.json())
            results = reader.get_validation_results() or {}
            state = reader.get_validation_state()
    except c2pa.C2paError.ManifestNotFound as error:
        raise MarkError("unmarked", "there are no content credentials in this file") from error
    except c2pa.C2paError as error:
        raise MarkError("tampered", str(error)) from error
    active = results.get("activeManifest") or {}
    failures = {entry["code"] for entry in active.get("failure", [])}
    if failures - UNTRUSTED - EXPIRED or not active:
        raise MarkError("tampered", ", ".join(sorted(failures)) or "nothing was validated")
    return _credential(store["manifests"][store["active_manifest"]], state or "", failures)


def agree(term: str, credential: Credential) -> None:
    """Refuse a picture whose XMP term and content credential do not both speak, and say the same."""
    if not term or not credential.source_type:
        raise MarkError("unmarked", "XMP or content credential states no digital source type")
    if term != credential.source_type:
        raise MarkError("tampered", f"XMP says {term}, the content credential {credential.source_type}")


def _credential(active: dict[str, Any], state: str, failures: set[str]) -> Credential:
    listed: list[dict[str, Any]] = []
    source_type = ""
    for assertion in active.get("assertions", []):
        if assertion["label"].startswith("c2pa.actions"):
            listed += assertion["data"].get("actions", [])
        elif assertion["label"].startswith("c2pa.metadata"):
            source_type = source_type or str(assertion["data"].get(SOURCE_TYPE, ""))
    # Pictures of other makers state it on an action only; the first that does speaks for the picture.
    spoken = [str(each["digitalSourceType"]) for each in listed if "digitalSourceType" in each]
    generator = (active.get("claim_generator_info") or [{}])[0]
    return Credential(
        source_type=term_of(source_type or (spoken[0] if spoken else "")),
        valid=not failures & EXPIRED,
        trusted=state == "Trusted",
        generator=f"{generator.get('name', '')}/{generator.get('version', '')}".strip("/"),
        actions=tuple(str(each["action"]) for each in listed),
        sentences=tuple(str(each.get("description", "")) for each in listed),
        issuer=str((active.get("signature_info") or {}).get("issuer", "")),
    )
