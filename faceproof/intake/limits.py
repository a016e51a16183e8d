"""What the door lets in, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = 25 * MIB
    max_pixels: int = 64 * MIB
    """Declared pixels. 64 Mi, so that a "64 megapixel" sensor (9248 x 6936) passes."""
    min_side: int = 64
    """Pixels of the shorter side; below it no face of 40 px between the eyes can exist."""
    max_side: int = 32_768
    max_aspect: float = 6.0
    """Longer side over shorter side. Panoramas end near 5."""
    max_scans: int = 100
    """Scans of a JPEG; cameras write 1, optimisers about 10, bombs hundreds."""
    max_scanned: int = 500_000_000
    """Scans times pixels: each scan of a progressive JPEG visits every block again, even an empty one."""
    max_parts: int = 20_000
    """Segments or chunks. A PNG of this size in libpng's 8 KiB pieces has 3,200."""
    output_side: int = 4096
    output_pixels: int = 12 * MIB
    """What a frame holds at most. 12 Mi, so that a "12 megapixel" sensor (4032 x 3024) passes whole."""
    cpu_seconds: int = 3
    seconds: float = 6.0
    """Wall clock of one decoding; longer than the processor time because machines are shared."""
    memory: int = 384 * MIB
    """Address space the decoder may take on top of the started interpreter."""
    queue_seconds: float = 10.0
    """How long a photo waits for a free decoder before `decoder_busy`."""
    max_photos: int = 8
    """Photos of one person that are handed in together, to find the best of them."""


LIMITS = Limits()
