"""Formats are plain files: what is in them holds, and a wrong one is named."""

import re
import shutil
from pathlib import Path

import pytest

from faceproof import formats
from faceproof.formats import FormatError

GOOD = (formats.FOLDER / "linkedin.toml").read_text(encoding="utf-8")


def test_every_format_of_the_plan_is_there() -> None:
    names = {fmt.name for fmt in formats.all_formats()}
    assert names >= {"linkedin", "avatar", "entra", "print", "badge", "cv", "web-original", "preview", "png"}


def test_sizes_are_those_the_world_asks_for() -> None:
    size = {fmt.name: (fmt.width, fmt.height, fmt.file, fmt.dpi) for fmt in formats.all_formats()}
    assert size["linkedin"][:3] == (800, 800, "jpeg")
    assert size["avatar"][:2] == (512, 512)
    assert size["entra"][:3] == (648, 648, "jpeg")
    assert formats.get("entra").max_bytes == 100_000
    assert size["print"] == (2400, 3000, "jpeg", 300)
    for name, (wide, high) in {"badge": (25, 32), "cv": (35, 45)}.items():
        fmt = formats.get(name)
        assert fmt.width == pytest.approx(wide / 25.4 * fmt.dpi, abs=1)
        assert fmt.height == pytest.approx(high / 25.4 * fmt.dpi, abs=1)


def test_a_badge_is_never_among_the_offered_formats() -> None:
    assert formats.get("badge").needs_checks
    assert "badge" not in {fmt.name for fmt in formats.offered()}


def test_an_internal_format_is_never_among_the_offered_formats() -> None:
    assert formats.get("preview").internal
    assert "preview" not in {fmt.name for fmt in formats.offered()}


def test_every_head_fits_into_its_frame() -> None:
    for fmt in formats.all_formats():
        crown = fmt.eye_line - fmt.head_share / 2
        assert crown > 0.03, fmt.name
        assert crown + fmt.head_share < 0.97, fmt.name


def test_adding_one_file_adds_a_format(tmp_path: Path) -> None:
    for path in formats.FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    before = {fmt.name for fmt in formats.load(tmp_path)}
    (tmp_path / "intranet.toml").write_text(GOOD.replace("800", "300", 2), encoding="utf-8")
    after = {fmt.name: fmt for fmt in formats.load(tmp_path)}
    assert set(after) - before == {"intranet"}
    assert after["intranet"].width == 300


def test_asking_for_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(FormatError, match="linkedin") as caught:
        formats.get("linkedout")
    assert caught.value.code == "unknown_format"


FLAWS = {
    "width": (r"width = 800", 'width = "800"'),
    "height": (r"height = 800", "height = 0"),
    "file": (r'file = "jpeg"', 'file = "bmp"'),
    "quality": (r"quality = 92", "quality = 101"),
    "dpi": (r"dpi = 72", "dpi = 0"),
    "head_share": (r"head_share = 0.58", "head_share = 1.2"),
    "eye_line": (r"eye_line = 0.44\n", ""),
    "max_bytes": (r"max_bytes = 8_000_000", "max_bytes = 1"),
    "order": (r"order = 10", "order = true"),
    "label": (r"\[label\]\nen", "[label]\nes"),
    "purpose": (r'\[purpose\]\nen = ".*"', '[purpose]\nen = " "'),
    "colour": (r"order = 10", 'colour = "red"'),
    "fit": (r"order = 10", 'fit = "stretch"'),
    "needs_checks": (r"order = 10", "needs_checks = 1"),
}


@pytest.mark.parametrize("key", FLAWS)
def test_a_wrong_file_is_refused_by_file_and_key(tmp_path: Path, key: str) -> None:
    pattern, replacement = FLAWS[key]
    text, count = re.subn(pattern, replacement, GOOD, count=1)
    assert count == 1, "the flaw was not planted"
    (tmp_path / "flawed.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        formats.load(tmp_path)
    assert (caught.value.code, caught.value.file, caught.value.key) == ("bad_format", "flawed.toml", key)


@pytest.mark.parametrize(
    ("name", "content"), [("Not Good.toml", GOOD), ("broken.toml", "width = "), ("latin.toml", "é")], ids=str
)
def test_a_file_that_is_no_format_is_named(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_bytes(content.encode("latin-1" if name.startswith("latin") else "utf-8"))
    with pytest.raises(FormatError, match=re.escape(name)):
        formats.load(tmp_path)


def test_a_lossless_file_cannot_promise_a_byte_limit(tmp_path: Path) -> None:
    (tmp_path / "flawed.toml").write_text(GOOD.replace('"jpeg"', '"png"'), encoding="utf-8")
    with pytest.raises(FormatError, match="max_bytes"):
        formats.load(tmp_path)
