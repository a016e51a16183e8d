"""What a file is, by its first bytes. The name and the declared type are never believed.

Policy on mismatches: the content decides. A PNG called `me.jpg` is a PNG and welcome; an SVG called `me.png`
is an SVG and refused. `declared` is therefore not needed to decide and only quoted to the operator.
"""

from __future__ import annotations

import re

from faceproof.intake.errors import IntakeError

ADMITTED = ("jpeg", "png", "webp", "heic")
MIME = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}

# Pictures and picture containers that people do send, and that no decoder here will touch. Only to be able
# to say "this kind is not supported" instead of "this is not a picture".
FOREIGN = (
    ("gif", re.compile(rb"GIF8[79]a")),
    ("tiff", re.compile(rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+|IIRO|IIU\x00|II\x1a\x00\x00\x00HEAPCCDR")),
    ("bmp", re.compile(rb"BM.{4}\x00{4}.{4}[\x0c-\xff]\x00\x00\x00", re.DOTALL)),
    ("ico", re.compile(rb"\x00\x00[\x01\x02]\x00[^\x00]\x00")),
    ("psd", re.compile(rb"8BPS\x00[\x01\x02]")),
    ("jpeg2000", re.compile(rb"\x00\x00\x00\x0cjP {2}\r\n\x87\n|\xff\x4f\xff\x51")),
    ("jpegxl", re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n")),
    ("jpegxr", re.compile(rb"II\xbc\x01")),
    ("icns", re.compile(rb"icns")),
    ("dds", re.compile(rb"DDS ")),
    ("sgi", re.compile(rb"\x01\xda[\x00\x01][\x01\x02]")),
    ("exr", re.compile(rb"\x76\x2f\x31\x01")),
    ("hdr", re.compile(rb"#\?(RADIANCE|RGBE)")),
    ("pnm", re.compile(rb"P[1-7Ff]\s*[\d#]")),
    ("qoi", re.compile(rb"qoif")),
    ("xcf", re.compile(rb"gimp xcf ")),
    ("farbfeld", re.compile(rb"farbfeld")),
    ("mng", re.compile(rb"\x8aMNG\r\n\x1a\n|\x8bJNG\r\n\x1a\n")),
    ("fits", re.compile(rb"SIMPLE  =")),
    ("wmf", re.compile(rb"\xd7\xcd\xc6\x9a|\x01\x00{3}.{36} EMF", re.DOTALL)),
    ("eps", re.compile(rb"%!PS-Adobe|\xc5\xd0\xd3\xc6")),
    ("pcx", re.compile(rb"\x0a[\x00\x02-\x05]\x01[\x01\x02\x04\x08]")),
    ("sun raster", re.compile(rb"\x59\xa6\x6a\x95")),
    ("raw", re.compile(rb"FUJIFILMCCD-RAW|\x00MRM|FOVb")),
    ("flif", re.compile(rb"FLIF")),
    ("bpg", re.compile(rb"BPG\xfb")),
)
SVG = re.compile(rb"<svg[\s>/:]|<!DOCTYPE\s+svg|<[A-Za-z_][\w.-]*:svg[\s>]", re.IGNORECASE)
SVG_WINDOW = 65_536
HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"mif3", b"msf1"}
)
AVIF_BRANDS = frozenset({b"avif", b"avis", b"avio"})
HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})


def kind_of(data: bytes, declared: str | None = None) -> str:
    """One of ADMITTED. Raises IntakeError `empty_file`, `unsupported_type`, `not_an_image` or `corrupt`."""
    if not data:
        raise IntakeError("empty_file")
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if b"IHDR" in data[8:32]:
        # Transfers that change bits or line ends break the signature, which is made to show it (PNG 5.2).
        raise IntakeError("corrupt", "PNG signature")
    foreign = _iso_media(data) if data[4:8] == b"ftyp" else _foreign(data)
    if foreign == "heic":
        return "heic"
    if foreign:
        raise IntakeError("unsupported_type", f"{foreign}, declared {_quotable(declared)}")
    raise IntakeError("not_an_image", f"declared {_quotable(declared)}")


def _iso_media(data: bytes) -> str:
    """Tell HEIC from AVIF and video by the brands (ISO/IEC 14496-12, 4.3; 23008-12, 10)."""
    length = int.from_bytes(data[:4], "big")
    body = data[8 : min(length, 8 + 4 * 64)]
    brands = {body[at : at + 4] for at in range(0, len(body), 4)}
    if brands & HEVC_BRANDS or (brands & HEIF_BRANDS and not brands & AVIF_BRANDS):
        return "heic"
    return "avif" if brands & AVIF_BRANDS else "ISO media (video?)"


def _foreign(data: bytes) -> str | None:
    for name, magic in FOREIGN:
        if magic.match(data):
            return name
    text = data[:SVG_WINDOW].replace(b"\x00", b"")  # UTF-16 text has a zero in every other byte
    if SVG.search(text) and text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return "svg"
    return None


def _quotable(declared: str | None) -> str:
    """A declared type if it looks like one: it is text from outside, and may end in a log."""
    plain = declared is not None and re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,40}", declared)
    return str(declared) if plain else "nothing usable"
