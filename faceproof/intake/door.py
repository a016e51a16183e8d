"""The one door for bytes."""

from __future__ import annotations

from functools import cache

from faceproof.imaging.frame import Frame
from faceproof.intake import containers, sniff
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import LIMITS, Limits
from faceproof.intake.sandbox import nursery


def admit(data: bytes, *, declared: str | None = None, limits: Limits = LIMITS) -> Frame:
    """Decode an untrusted file into upright sRGB pixels with no metadata but the focal length.

    `declared` is the media type the sender claims; the content decides (see `sniff`). Limits on bytes, size,
    shape and parts are checked on the headers; only then does a sandboxed child decode what makes pixels.
    Raises IntakeError and nothing else for any input. Safe in threads; about 30 ms for a 1 MP photo.
    """
    if len(data) > limits.max_bytes:
        raise IntakeError("too_many_bytes", f"{len(data)} > {limits.max_bytes}")
    kind = sniff.kind_of(data, declared)
    essence = containers.read(kind, bytes(data), limits)
    decoded = nursery.decode(essence, limits)
    height, width = decoded.pixels.shape[:2]
    return Frame(
        pixels=decoded.pixels,
        source=kind,
        original_size=None if decoded.original == (width, height) else decoded.original,
        focal_35mm=essence.exif.focal_of(*decoded.original) or decoded.focal_35mm,
    )


@cache
def admitted_types() -> tuple[str, ...]:
    """Media types this installation takes, for an upload form; as when this process first asked."""
    kinds = [kind for kind in sniff.ADMITTED if kind != "heic" or containers.heif.available()]
    return tuple(sniff.MIME[kind] for kind in kinds)
