"""What goes into a mark and what comes back out of it: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class MarkError(Exception):
    """A picture cannot be marked, or its marks do not hold. `detail` is for the operator.

    Reading back: `unmarked` (a picture without marks), `tampered` (marks that do not hold), `unreadable`
    (not a JPEG, PNG or WebP picture). Marking: `unknown_source_type`, `unknown_action`, `cannot_fit_bytes`
    (the format's byte limit), `bad_pixels`, `signing_failed`.
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True, slots=True)
class Signer:
    """An organisation's signing identity, all PEM. `chain_pem` holds the signing certificate, never the
    root.
    """

    chain_pem: bytes
    key_pem: bytes = field(repr=False)
    root_pem: bytes
    organisation: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one picture. `actions`: C2PA action and an English sentence, in the order they
    happened.

    `made_at` must carry a time zone. Nothing here may name the person in the picture. supplied: finished
    elsewhere and only cut here, whatever it was made with.
    """

    engine: str
    style: str
    source_type: str
    actions: tuple[tuple[str, str], ...]
    made_at: datetime
    title: str = "Headshot"
    supplied: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """What the marks of a picture say, once they have been checked.

    digital_source_type: IPTC term, the same in XMP and C2PA. c2pa_valid: signature and hash binding hold and
    the signing certificate is within its life. signer_trusted: it descends from the root that was given.
    xmp: every simple property of the packet by its prefixed name. issuer: organisation in the certificate.
    """

    digital_source_type: str
    c2pa_valid: bool
    signer_trusted: bool
    claim_generator: str
    actions: tuple[str, ...]
    xmp: Mapping[str, str]
    issuer: str
