"""Pixels to file, once: codec, sRGB profile, resolution and XMP; and the few header facts read back."""

import io
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, PngImagePlugin

from faceproof.formats import Format
from faceproof.marking.values import MarkError

MIMES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
PNG_XMP = "XML:com.adobe.xmp"


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a picture say: MIME type, size in pixels, and its XMP packet (empty when
    none).
    """

    mime: str
    width: int
    height: int
    xmp: bytes


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """The sRGB ICC profile. Its creation date (bytes 24..35) is fixed, so that the same pixels give the same
    file.
    """
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = (2026).to_bytes(2, "big") + (1).to_bytes(2, "big") * 2 + bytes(6)
    return bytes(profile)


def encode(pixels: NDArray[np.uint8], fmt: Format, xmp: bytes, quality: int) -> bytes:
    """Encode (h, w, 3) sRGB uint8 pixels. JPEG is 4:4:4: at 4:2:0 lips and red backdrops bleed."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise MarkError("bad_pixels", f"expected (h, w, 3) uint8, got {pixels.shape} {pixels.dtype}")
    options: dict[str, Any] = {"icc_profile": srgb_profile()}
    if fmt.file == "jpeg":
        options |= {"quality": quality, "subsampling": 0, "optimize": True, "xmp": xmp}
        options["dpi"] = (fmt.dpi, fmt.dpi)
    elif fmt.file == "png":
        notes = PngImagePlugin.PngInfo()
        notes.add_itxt(PNG_XMP, xmp.decode("utf-8"))
        options |= {"pnginfo": notes, "dpi": (fmt.dpi, fmt.dpi)}
    else:
        # WebP knows no resolution but in EXIF, and EXIF stays out.
        options |= {"quality": quality, "method": 4, "xmp": xmp}
    image = Image.fromarray(np.ascontiguousarray(pixels))
    try:
        return _saved(image, fmt.file, options)
    except OSError:
        # Pillow gives an optimised JPEG one byte a pixel to be coded into; pure noise at high quality needs
        # more.
        return _saved(image, fmt.file, options | {"optimize": False})


def _saved(image: Image.Image, file: str, options: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    image.save(out, file.upper(), **options)
    return out.getvalue()


def header(data: bytes) -> Header:
    """Read type, size and XMP without decoding pixels; MarkError `unreadable` for anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
                packet = image.info.get("xmp") or image.info.get(PNG_XMP) or b""
                mime = MIMES[(image.format or "").lower()]
                width, height = image.size
    except Exception as error:  # Pillow raises many kinds on hostile bytes; every one means the same here
        raise MarkError("unreadable", f"not a JPEG, PNG or WebP picture: {type(error).__name__}") from error
    return Header(mime, width, height, packet.encode("utf-8") if isinstance(packet, str) else packet)
