"""Marking: pixels in, a file out that says what it is, and the proof that it can be read back.

`mark` writes three marks: the sRGB profile and resolution, the IPTC/XMP source type and disclosure, and the
signed content credential over all of it. `read_back` accepts a picture only when the last two hold and agree.
"""

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from faceproof.formats import Format
from faceproof.marking import credentials, encode, xmp
from faceproof.marking.terms import DISCLOSURES, GENERATIVE, SOURCE_TYPES, SUPPLIED, term_of
from faceproof.marking.values import Facts, MarkError, Marks, Signer

__all__ = [
    "DISCLOSURES",
    "GENERATIVE",
    "SOURCE_TYPES",
    "Facts",
    "MarkError",
    "Marks",
    "Signer",
    "mark",
    "read_back",
]

MIN_QUALITY = 60  # below, 8x8 blocks show on skin; a format that needs less is refused rather than met


def mark(pixels: NDArray[np.uint8], fmt: Format, facts: Facts, signer: Signer) -> bytes:
    """Encode (h, w, 3) sRGB uint8 pixels as the format asks and mark them. The caller reads back before
    release.
    """
    if facts.source_type not in SOURCE_TYPES:
        raise MarkError("unknown_source_type", f"{facts.source_type}; known: {', '.join(SOURCE_TYPES)}")
    if facts.source_type == SUPPLIED and not facts.supplied:
        raise MarkError("unknown_source_type", f"{SUPPLIED} is said of supplied pictures only")
    if facts.made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    mime = encode.MIMES[fmt.file]
    packet = xmp.build(facts, mime, signer.organisation)
    plain = encode.encode(pixels, fmt, packet, fmt.quality)
    marked = credentials.sign(plain, mime, facts, signer)
    if fmt.max_bytes is None or len(marked) <= fmt.max_bytes:
        return marked
    # The credential's own size does not depend on the pixels, so one signing tells what is left for them.
    room = fmt.max_bytes - (len(marked) - len(plain))
    return credentials.sign(_squeeze(pixels, fmt, packet, room), mime, facts, signer)


def _squeeze(pixels: NDArray[np.uint8], fmt: Format, packet: bytes, room: int) -> bytes:
    """The best quality that fits into `room` bytes, found by halving the range."""
    low, high, best = MIN_QUALITY, fmt.quality - 1, b""
    while low <= high:
        quality = (low + high) // 2
        trial = encode.encode(pixels, fmt, packet, quality)
        if len(trial) <= room:
            best, low = trial, quality + 1
        else:
            high = quality - 1
    if not best:
        raise MarkError(
            "cannot_fit_bytes", f"{fmt.name}: more than {room} bytes even at quality {MIN_QUALITY}"
        )
    return best


def read_back(data: bytes, *, root_pem: bytes | None = None) -> Marks:
    """Check the marks of a picture and say what they state.

    Raises MarkError: `unreadable`, `unmarked` or `tampered`. Who signed is an answer, not an error: whoever
    must know compares `signer_trusted`, which is false when no root was given.
    """
    head = encode.header(data)
    credential = credentials.read(data, head.mime, root_pem)
    if not head.xmp:
        raise MarkError("unmarked", "there is no XMP packet in this file")
    said = xmp.read(head.xmp)
    term = term_of(said.get(xmp.SOURCE_TYPE, ""))
    credentials.agree(term, credential)
    return Marks(
        digital_source_type=term,
        c2pa_valid=credential.valid,
        signer_trusted=credential.trusted and root_pem is not None,
        claim_generator=credential.generator,
        actions=credential.actions,
        xmp=MappingProxyType(said),
        issuer=credential.issuer,
    )
