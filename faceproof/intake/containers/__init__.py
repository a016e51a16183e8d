"""What a file says about itself, read without decoding a pixel: one module per admitted kind.

Each has `read(data, limits) -> Essence`, raises IntakeError, runs in time proportional to the file, and hands
on only the parts that make pixels. Text, thumbnails, maker notes, places, further frames and whatever hangs
after the end are left behind here, so the decoder never parses them: allowed by list, not removed by list.
"""

from faceproof.intake.containers import heif, jpeg, png, webp
from faceproof.intake.containers.essence import Essence
from faceproof.intake.limits import Limits

READERS = {"jpeg": jpeg.read, "png": png.read, "webp": webp.read, "heic": heif.read}


def read(kind: str, data: bytes, limits: Limits) -> Essence:
    """The essence of a file of this kind, inside the limits."""
    essence = READERS[kind](data, limits)
    essence.check(limits)
    return essence
