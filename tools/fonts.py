"""Cut the typefaces: `make fonts`, or `python tools/fonts.py`.

They come out of two locked packages on the package index and are cut down to the letters that pages write, as
woff2 for browsers and as one TrueType file for the initials card. Same packages, same bytes: what was made is
checked against faceproof/web/static/faceproof/fonts/MANIFEST.toml, which `--pin` writes anew. Does nothing
when all is there. Cut fonts are modified fonts: under the Open Font License they carry a name of their own.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "faceproof" / "web" / "static" / "faceproof" / "fonts"
MANIFEST = WEB / "MANIFEST.toml"

# English and French in full, and the signs that pages write: dashes, quotes, spaces, arrows, figures.
SIGNS = "ŒœŸ–—‘’‚“”„…‹›•′€←↑→↓−≈≤≥×÷✓‐‑\u2009\u202f"
WRITTEN = frozenset([*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, SIGNS)])
# Anybody's initials: also the rest of Latin, Greek and Cyrillic.
INITIALS = frozenset([*WRITTEN, *range(0x100, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x1F00)])
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum"]
NARROW, NARROW_SHARE = 0x202F, 0.2  # the narrow no-break space of French punctuation, as a share of the em

SANS, SERIF = "font_hanken_grotesk", "font_source_serif_pro"
CUTS: tuple[tuple[str, str, str, frozenset[int]], ...] = (  # place, package, file in it, characters
    ("faceproof/web/static/faceproof/fonts/sans-text.woff2", SANS, "HankenGrotesk-Medium.otf", WRITTEN),
    ("faceproof/web/static/faceproof/fonts/sans-bold.woff2", SANS, "HankenGrotesk-Bold.otf", WRITTEN),
    ("faceproof/web/static/faceproof/fonts/serif-600.woff2", SERIF, "SourceSerifPro-Semibold.ttf", WRITTEN),
    ("faceproof/engines/fonts/initials.ttf", SERIF, "SourceSerifPro-Semibold.ttf", INITIALS),
)
NAMES = {SANS: "Faceproof Sans", SERIF: "Faceproof Serif"}
COPYRIGHT = """Faceproof Sans is cut from Hanken Grotesk:
Copyright (c) 2018, Alfredo Marco Pradil (hello@hanken.co), with Font Name Hanken Grotesk.
Faceproof Serif is cut from Source Serif Pro:
Copyright 2014 - 2018 Adobe Systems Incorporated (http://www.adobe.com/), with Reserved Font Name 'Source'.

"""


class CutError(Exception):
    """The fonts could not be cut; the text says what to do next."""


def main(argv: list[str] | None = None) -> int:
    """Put every font in place. Returns the exit status: 0 done, 1 could not (said on standard error)."""
    parser = argparse.ArgumentParser(description="Cut the typefaces out of their packages.")
    parser.add_argument("--pin", action="store_true", help="write the manifest anew (after another version)")
    arguments = parser.parse_args(argv)
    try:
        made = pin() if arguments.pin else put()
    except CutError as error:
        print(f"fonts: {error}", file=sys.stderr)
        return 1
    print(f"fonts: {made} cut and checked" if made else "fonts: all there, hashes checked")
    return 0


def put(root: Path = ROOT) -> int:
    """Cut what is missing or changed under `root`; returns how many files. Raises CutError."""
    pinned = {row["path"]: row["sha256"] for row in tomllib.loads(MANIFEST.read_text())["font"]}
    wanted = {path: sha for path, sha in pinned.items() if _hash(root / path) != sha}
    if not wanted:
        return 0
    for path, content in _all(wanted).items():
        if hashlib.sha256(content).hexdigest() != wanted[path]:
            raise CutError(f"{path} came out different from what {MANIFEST.name} pins; see --pin.")
        _write(root / path, content)
    return len(wanted)


def pin() -> int:
    """Cut all, and make that the truth."""
    files = _all()
    rows = [f'[[font]]\npath = "{path}"\nsha256 = "{_digest(files[path])}"\n' for path in sorted(files)]
    head = "# What `make fonts` puts in place; git never sees the fonts, a built wheel carries them.\n"
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    MANIFEST.write_text("\n".join([head, *rows]), encoding="utf-8")
    for path, content in files.items():
        _write(ROOT / path, content)
    return len(files)


def _all(wanted: Any = None) -> dict[str, bytes]:
    """Path under the root → content, for all or for those that are wanted."""
    texts = {str(Path(cut[0]).parent / "OFL.txt") for cut in CUTS}
    made = {path: _licence() for path in texts if wanted is None or path in wanted}
    for path, package, name, characters in CUTS:
        if wanted is None or path in wanted:
            made[path] = cut(_source(package) / name, NAMES[package], characters, Path(path).suffix[1:])
    return made


def cut(source: Path, family: str, characters: frozenset[int], flavour: str) -> bytes:
    """One font with nothing in it but `characters`, kerning and figures of one width, under our name."""
    from fontTools import subset

    options = subset.Options()
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting, options.notdef_outline, options.recalc_timestamp = False, True, False
    options.flavor = flavour if flavour == "woff2" else None
    font = subset.load_font(str(source), options)
    _add_narrow_space(font)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=characters)
    worker.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            text = family.replace(" ", "") if record.nameID == 6 else family
            record.string = text.encode(record.getEncoding())
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def _add_narrow_space(font: Any) -> None:
    """Neither face has the narrow no-break space; without one every French colon would fetch another font."""
    if NARROW in font.getBestCmap():
        return
    width, name = round(font["head"].unitsPerEm * NARROW_SHARE), "uni202F"
    if "glyf" in font:
        from fontTools.ttLib.tables._g_l_y_f import Glyph

        font["glyf"][name] = Glyph()
    else:
        from fontTools.misc.psCharStrings import T2CharString

        top = font["CFF "].cff.topDictIndex[0]
        program = [width - top.Private.nominalWidthX, "endchar"]
        index = top.CharStrings.charStringsIndex
        index.append(T2CharString(program=program, private=top.Private, globalSubrs=top.GlobalSubrs))
        top.CharStrings.charStrings[name] = len(index) - 1
        top.charset.append(name)
        font.setGlyphOrder(top.charset)
    font["hmtx"][name] = (width, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[NARROW] = name


def _licence() -> bytes:
    """The licence text of the package, under the copyright lines that the two fonts carry inside."""
    text = (_source(SERIF) / "LICENSE.txt").read_text(encoding="utf-8")
    start = text.index("This Font Software is licensed")
    return (COPYRIGHT + text[start:].replace("\r\n", "\n")).encode()


def _source(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise CutError(f"the package {package.replace('_', '-')} is not installed: run `make fonts`.")
    return Path(found.origin).parent / "files"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash(path: Path) -> str:
    return _digest(path.read_bytes()) if path.is_file() else ""


def _write(path: Path, content: bytes) -> None:
    # Beside its place and then renamed: whoever reads at this moment sees the old file or the new one, whole.
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CutError(f"{path} cannot be written ({error.strerror}).") from error


if __name__ == "__main__":
    sys.exit(main())
