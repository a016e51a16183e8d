"""The typefaces are cut the same way each time, and hold every letter that the pages write."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tools import fonts

SANS = fonts.WEB / "sans-text.woff2"


def test_what_is_missing_is_cut_again_byte_for_byte_and_what_is_there_is_left(tmp_path: Path) -> None:
    pinned = tomllib.loads(fonts.MANIFEST.read_text())["font"]
    assert fonts.put(tmp_path) == len(pinned) == 6
    assert fonts.put(tmp_path) == 0
    (tmp_path / pinned[-1]["path"]).write_bytes(b"something else")
    assert fonts.put(tmp_path) == 1


def test_a_font_that_comes_out_different_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FEATURES", ["kern"])
    with pytest.raises(fonts.CutError, match="different"):
        fonts.put(tmp_path)


def test_every_letter_of_the_pages_is_in_the_text_face() -> None:
    """Templates, faults and both catalogues: no sentence falls back to another font for one sign."""
    faceproof = fonts.ROOT / "faceproof"
    files = [*(faceproof / "legal/texts").glob("*.md"), *faceproof.glob("locale/*/LC_MESSAGES/django.po")]
    files += [*(faceproof / "web").rglob("*.html"), faceproof / "faults.py"]
    written = {sign for file in files for sign in re.sub(r"(?m)^#.*$", "", file.read_text(encoding="utf-8"))}
    held = TTFont(SANS).getBestCmap()
    assert {sign for sign in written - {"\n"} if ord(sign) not in held} == set()


def test_figures_have_one_width_and_kerning_is_kept() -> None:
    for row in tomllib.loads(fonts.MANIFEST.read_text())["font"]:
        if row["path"].endswith((".woff2", ".ttf")):
            font = TTFont(fonts.ROOT / row["path"])
            held, widths = font.getBestCmap(), font["hmtx"]
            assert len({widths[held[ord(figure)]][0] for figure in "0123456789"}) == 1
            features = {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
            assert "kern" in features
            assert "Source" not in font["name"].getDebugName(1), "a reserved name"


def test_the_licence_stands_beside_the_fonts() -> None:
    for folder in (fonts.WEB, fonts.ROOT / "faceproof/engines/fonts"):
        text = (folder / "OFL.txt").read_text()
        assert "SIL OPEN FONT LICENSE Version 1.1" in text
        assert "Hanken Grotesk" in text
        assert "Adobe" in text
