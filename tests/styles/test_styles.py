from __future__ import annotations

from pathlib import Path

import pytest

from faceproof import styles
from faceproof.engines.studio.backdrops import KINDS
from faceproof.styles.schema import BACKDROPS, RETOUCH, StyleError

GOOD = """
[label]
en = "Test"
fr = "Essai"
[description]
en = "A test."
fr = "Un essai."
[backdrop]
kind = "paper"
"""


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_style_can_be_had_by_name_and_speaks_both_languages() -> None:
    names = [style.name for style in styles.all_styles()]
    assert len(names) == len(set(names))
    assert {"studio-grey", "deep-blue", "warm-white", "brand", "office", "own-softened"} <= set(names)
    for style in styles.all_styles():
        assert styles.get(style.name) is style
        assert style.description["en"] != style.description["fr"]


def test_the_looks_that_are_made_unasked_are_eight_and_the_others_can_be_had() -> None:
    usual = {style.name for style in styles.usual_styles()}
    assert len(usual) == 8
    optional = {style.name for style in styles.all_styles()} - usual
    assert optional == {"gradient", "library", "city", "greenery"}


def test_a_look_can_be_had_of_the_person_as_photographed() -> None:
    style = styles.get("studio-grey")
    bare = styles.untouched(style)
    assert any(style.retouch.values())
    assert not any(bare.retouch.values())
    assert [bare.light[name] for name in ("add", "even", "shine", "fill")] == [0, 0, 0, 0]
    assert (bare.name, bare.backdrop, bare.grade) == (style.name, style.backdrop, style.grade)


def test_a_new_file_is_a_new_style(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    (style,) = styles.read_folder(tmp_path)
    assert (style.name, style.kind, style.label["fr"]) == ("mine", "paper", "Essai")
    assert style.backdrop["reach"] == BACKDROPS["paper"]["reach"].default


def test_every_kind_that_may_be_written_can_be_painted() -> None:
    assert set(BACKDROPS) == set(KINDS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (GOOD + "blur = 0.1\n", "backdrop.blur"),
        (GOOD + "inner = [1, 2]\n", "backdrop.inner"),
        (GOOD + "inner = [1, 2, 300]\n", "backdrop.inner"),
        (GOOD + "reach = true\n", "backdrop.reach"),
        (GOOD + "[retouch]\nskin = 0.9\n", "retouch.skin"),
        (GOOD + "[retouch]\nslimming = 0.1\n", "retouch.slimming"),
        (GOOD + "[retouch]\nskin = 'a lot'\n", "retouch.skin"),
        (GOOD + "[light]\nadd = -0.1\n", "light.add"),
        (GOOD + "[prompt]\ntext = 'x'\n", "prompt"),
        ("order = 1.5\n" + GOOD, "order"),
        ("usual = 1\n" + GOOD, "usual"),
        (GOOD.replace('"paper"', '"city"') + "dusk = 1.5\n", "backdrop.dusk"),
        (GOOD.replace('"paper"', '"library"') + "dusk = 0.5\n", "backdrop.dusk"),
        (GOOD.replace('"paper"', '"greenery"') + "blur = 0.2\n", "backdrop.blur"),
        (GOOD.replace('"paper"', '"gradient"') + "angle = 200\n", "backdrop.angle"),
        (GOOD.replace('"paper"', '"beach"'), "backdrop.kind"),
        (GOOD.replace('fr = "Essai"', ""), "label.fr"),
        (GOOD.replace('"Un essai."', '" "'), "description.fr"),
        (GOOD.replace("[label]", '[label]\nde = "Probe"'), "label.de"),
        ("grade = 3\n" + GOOD, "grade"),
        ("[label\n", "(file)"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(StyleError) as caught:
        styles.load(written(tmp_path, text))
    assert caught.value.file == "mine.toml"
    assert caught.value.key == key
    assert str(caught.value).startswith(f"mine.toml: {key}: ")


def test_an_unknown_style_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(StyleError, match="studio-grey"):
        styles.get("beach")


def test_what_a_style_says_cannot_be_changed_afterwards() -> None:
    with pytest.raises(TypeError):
        styles.get("office").backdrop["blur"] = 1.0  # type: ignore[index]


@pytest.mark.parametrize(
    "line",
    [
        "[retouch]\nslim = 0.1",
        "[retouch]\nlighten = 0.1",
        "[retouch]\ntone = 0.1",
        "[retouch]\nmoles = 0.1",
        "[retouch]\nwrinkles = 0.1",
        "[retouch]\nshape = 0.1",
        "[retouch]\nskin = 0.9",
        "[retouch]\nblemish = 1.0",
        "[retouch]\nredness = -0.5",
        "[light]\nadd = 0.5",
        "[light]\nwhiten = 0.1",
        "[grade]\nsaturation = 1.5",
    ],
)
def test_no_style_can_ask_for_another_face(tmp_path: Path, line: str) -> None:
    with pytest.raises(StyleError):
        styles.load(written(tmp_path, GOOD + line))


def test_nothing_in_the_schema_is_named_after_what_stays() -> None:
    assert set(RETOUCH) == {"skin", "redness", "blemish", "under_eye", "eyes", "teeth"}


def test_one_word_asks_for_no_retouch_and_no_light(tmp_path: Path) -> None:
    style = styles.load(written(tmp_path, 'retouch = "none"\nlight = "none"\n' + GOOD))
    assert not any(style.retouch.values())
    assert not any(value for key, value in style.light.items() if key != "key")
    with pytest.raises(StyleError):
        styles.load(written(tmp_path, 'grade = "none"\n' + GOOD))
