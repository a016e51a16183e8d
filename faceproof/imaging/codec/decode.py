"""Encoded bytes to upright 8-bit sRGB, with Pillow only.

Runs in the intake's child process on bytes that nobody trusts. Pillow's plugin classes are opened directly:
its own `Image.open` would look for other formats, multi-picture files and metadata on the way.
"""

from __future__ import annotations

import io
import math
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from faceproof.imaging.codec import exif

MAX_PROFILE = 4 * 1024 * 1024
"""Bytes of an ICC profile; large press profiles take 2-3 MB. A larger one is ignored, not refused."""
FULL_DECODE = 25_000_000
"""Pixels up to which a JPEG is decoded whole and then reduced; above, the DCT scales it on the way."""
PLUGINS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}
WHITE: dict[str, int | tuple[int, ...]] = {"L": 255, "RGB": (255, 255, 255)}
TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB = ImageCms.createProfile("sRGB")
COLOUR_SPACE = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # the door has its own, lower limit; Pillow's would only add a warning
warnings.simplefilter("ignore")


class DecodeError(Exception):
    """`code` is one of `corrupt`, `too_many_pixels`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """`rgb` is h * w * 3 bytes, row by row; `original` the upright size before any reduction."""

    width: int
    height: int
    rgb: bytes
    original: tuple[int, int]
    focal_35mm: float | None = None


def decode(
    kind: str,
    data: bytes,
    *,
    icc: bytes = b"",
    orientation: int = 1,
    max_side: int = 4096,
    max_output: int = 12 * 1024 * 1024,
    max_pixels: int = 64 * 1024 * 1024,
) -> Picture:
    """Decode the first picture in `data`. `icc` is a profile found outside of it, `orientation` EXIF's 1..8.

    `max_side` and `max_output` (pixels) bound the result, `max_pixels` what the file may declare.
    """
    image, focal = _opened(kind, data, max_pixels)
    original = image.size
    target = _bounded(original, max_side, max_output)
    if kind == "jpeg":
        _scale_while_decoding(image, target)
    image.load()
    image = _flattened(image)
    if image.width > target[0] or image.height > target[1]:
        image = image.resize(target, Image.Resampling.HAMMING)  # a third of Lanczos' time, no halo
    image = _in_srgb(image, icc or image.info.get("icc_profile") or b"")
    if orientation in TRANSPOSE:
        image = image.transpose(TRANSPOSE[orientation])
    upright = original if orientation < 5 else (original[1], original[0])
    return Picture(image.width, image.height, image.tobytes(), upright, focal)


def inflated(profile: bytes) -> bytes:
    """The profile of a PNG `iCCP` chunk, or nothing when it is damaged or larger than a profile can be."""
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(profile, MAX_PROFILE)
    except zlib.error:
        return b""
    return plain if stream.eof else b""


def _opened(kind: str, data: bytes, max_pixels: int) -> tuple[Image.Image, float | None]:
    """The file as Pillow sees it, not decoded yet except for HEIF, and its focal length if only now known."""
    if kind == "heic":
        return _opened_heif(data, max_pixels)
    image = PLUGINS[kind](io.BytesIO(data))
    if image.width * image.height > max_pixels:
        raise DecodeError("too_many_pixels")
    return image, None


def _opened_heif(data: bytes, max_pixels: int) -> tuple[Image.Image, float | None]:
    """The primary picture of a HEIF file. libheif applies its rotation, so EXIF's orientation is not used."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    picture = file[file.primary_index]
    if picture.size[0] * picture.size[1] > max_pixels:
        raise DecodeError("too_many_pixels")
    block = picture.info.get("exif")
    found = exif.read(block) if isinstance(block, bytes) else exif.NOTHING
    return picture.to_pillow(), found.focal_of(*picture.size)


def _bounded(size: tuple[int, int], max_side: int, max_output: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, max_side / max(size), math.sqrt(max_output / (width * height)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _scale_while_decoding(image: Image.Image, target: tuple[int, int]) -> None:
    """Let the inverse DCT halve what is far too large: a fraction of the time and memory."""
    width, height = image.size
    divisor = 1
    while divisor < 8 and (
        width // (2 * divisor) >= target[0] or width * height > FULL_DECODE * divisor * divisor
    ):
        divisor *= 2
    if divisor > 1:
        image.draft(None, (width // divisor, height // divisor))


def _flattened(image: Image.Image) -> Image.Image:
    """The same picture as L, RGB or CMYK without transparency, which becomes white as on paper."""
    if image.mode.startswith("I"):
        # 16 bits a sample: Pillow's own conversion clips at 255 where it should scale.
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    see_through = image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info
    if image.mode in ("L", "RGB", "CMYK") and not see_through:
        return image
    if not see_through:
        return image.convert("L" if image.mode == "1" else "RGB")
    layered = _with_alpha(image)
    alpha = layered.getchannel("A")
    opaque = layered.convert(layered.mode[:-1])
    if alpha.getextrema() == (255, 255):
        return opaque
    paper = Image.new(opaque.mode, opaque.size, WHITE[opaque.mode])
    paper.paste(opaque, mask=alpha)
    return paper


def _with_alpha(image: Image.Image) -> Image.Image:
    wanted = "LA" if image.mode in ("L", "LA", "La") else "RGBA"
    return image if image.mode == wanted else image.convert(wanted)


def _in_srgb(image: Image.Image, icc: bytes) -> Image.Image:
    """Convert with the embedded profile; a missing, foreign or broken profile means plain conversion."""
    if icc and len(icc) <= MAX_PROFILE:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            if COLOUR_SPACE.get(profile.profile.xcolor_space) != image.mode:
                return image.convert("RGB")
            if "srgb" in (profile.profile.profile_description or "").lower():
                return image
            converted = ImageCms.profileToProfile(
                image,
                profile,
                SRGB,
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            if converted is not None:
                return converted
        except (OSError, ValueError, ImageCms.PyCMSError):
            pass
    return image.convert("RGB") if image.mode != "RGB" else image
