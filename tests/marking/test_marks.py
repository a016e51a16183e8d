"""What is written into a picture is true, complete, and can be read back."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from faceproof import formats, marking
from faceproof.marking import Facts, MarkError, Signer, encode, manifest, xmp

JPEG = replace(formats.get("linkedin"), max_bytes=None)
FILES = ("jpeg", "png", "webp")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", [fmt.name for fmt in formats.all_formats()])
def test_every_format_in_every_file_type_is_marked_and_read_back(
    name: str, file: str, face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    fmt = formats.get(name)
    fmt = replace(fmt, file=file, max_bytes=None if file == "png" else fmt.max_bytes)
    marks = marking.read_back(marking.mark(face, fmt, facts, signer), root_pem=signer.root_pem)
    assert marks.digital_source_type == "composite"
    assert marks.c2pa_valid
    assert marks.signer_trusted
    assert marks.issuer == signer.organisation
    assert marks.claim_generator.startswith("Faceproof/")


@pytest.mark.parametrize("term", marking.SOURCE_TYPES)
def test_every_source_type_is_valid_in_both_places(
    term: str, face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    told = replace(facts, source_type=term, supplied=term == "humanEdits")
    data = marking.mark(face, JPEG, told, signer)
    marks = marking.read_back(data, root_pem=signer.root_pem)
    assert marks.digital_source_type == term
    assert marks.xmp["Iptc4xmpExt:DigitalSourceType"] == marking.SOURCE_TYPES[term]
    assert marks.xmp["dc:description"].startswith(marking.DISCLOSURES[term][0])
    begins = "c2pa.created" if term in {"trainedAlgorithmicMedia", "algorithmicMedia"} else "c2pa.opened"
    assert marks.actions[0] == begins


@pytest.mark.parametrize("term", ["digitalCapture", "minorHumanEdits", "humanEdits", "", "Composite"])
def test_a_source_type_that_cannot_be_true_here_is_refused(
    term: str, face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    with pytest.raises(MarkError) as caught:
        marking.mark(face, JPEG, replace(facts, source_type=term), signer)
    assert caught.value.code == "unknown_source_type"


def test_what_was_supplied_is_opened_and_never_generated_by_us(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    for term in ("humanEdits", "trainedAlgorithmicMedia"):
        cut = replace(facts, source_type=term, supplied=True, actions=(("c2pa.cropped", "Cut"),))
        marks = marking.read_back(marking.mark(face, JPEG, cut, signer), root_pem=signer.root_pem)
        assert marks.digital_source_type == term
        assert marks.actions == (
            "c2pa.opened",
            "c2pa.cropped",
            "c2pa.edited.metadata",
            "c2pa.transcoded",
        )
        assert "Iptc4xmpExt:AISystemUsed" not in marks.xmp
        listed = manifest.actions(cut, "image/jpeg")
        said = {each["digitalSourceType"] for each in listed if "digitalSourceType" in each}
        assert said == {marking.SOURCE_TYPES[term]}
    assert "Nothing in it was edited with AI" in marking.DISCLOSURES["humanEdits"][0]


def test_only_generated_pictures_name_an_ai_system_that_generated_them(facts: Facts) -> None:
    for term in marking.SOURCE_TYPES:
        packet = xmp.read(xmp.build(replace(facts, source_type=term), "image/jpeg", "Org"))
        assert ("Iptc4xmpExt:AISystemUsed" in packet) == (term in marking.GENERATIVE)


def test_the_packet_holds_what_the_list_names_and_nothing_else(facts: Facts) -> None:
    packet = xmp.build(facts, "image/jpeg", "Org")
    assert set(xmp.read(packet)) == {
        "dc:format",
        "dc:title",
        "dc:description",
        "xmp:CreatorTool",
        "xmp:CreateDate",
        "xmp:ModifyDate",
        "xmp:MetadataDate",
        "photoshop:Credit",
        "photoshop:ColorMode",
        "photoshop:ICCProfile",
        "Iptc4xmpExt:DigitalSourceType",
        "plus:DataMining",
    }
    assert 'xml:lang="fr"' in packet.decode()
    assert "système d’IA" in packet.decode()


def test_text_from_outside_cannot_break_out_of_the_packet(facts: Facts) -> None:
    nasty = '"/><evil xmlns="x"/> & \' ]]>'
    said = xmp.read(xmp.build(replace(facts, title=nasty, engine=nasty), "image/jpeg", nasty))
    assert said["dc:title"] == nasty
    assert said["photoshop:Credit"].startswith(nasty)


def test_the_action_list_is_complete_and_uses_the_names_of_the_specification(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    marks = marking.read_back(marking.mark(face, JPEG, facts, signer))
    assert marks.actions == (
        "c2pa.opened",
        "c2pa.orientation",
        "c2pa.adjustedColor",  # "c2pa.color_adjustments" is the deprecated name of the same
        "c2pa.edited",
        "c2pa.cropped",
        "c2pa.edited.metadata",
        "c2pa.transcoded",
    )


def test_every_action_that_alters_the_picture_says_from_what_source(facts: Facts) -> None:
    said = {
        entry["action"]: entry.get("digitalSourceType") for entry in manifest.actions(facts, "image/jpeg")
    }
    assert said["c2pa.edited"] == marking.SOURCE_TYPES["composite"]
    assert said["c2pa.cropped"] == marking.SOURCE_TYPES["algorithmicallyEnhanced"]
    assert said["c2pa.opened"] is None
    assert said["c2pa.transcoded"] is None


def test_a_picture_without_an_editorial_action_still_carries_its_source_type(facts: Facts) -> None:
    listed = manifest.actions(replace(facts, actions=()), "image/jpeg")
    assert marking.SOURCE_TYPES["composite"] in {entry.get("digitalSourceType") for entry in listed}


def test_an_action_that_nobody_defined_is_refused(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    with pytest.raises(MarkError) as caught:
        marking.mark(face, JPEG, replace(facts, actions=(("c2pa.beautified", "No"),)), signer)
    assert caught.value.code == "unknown_action"


def test_every_action_of_the_vocabulary_gives_a_valid_manifest(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    from faceproof.marking.terms import ACTIONS, ALIASES

    told = tuple((name, f"Did {name}") for name in sorted(ACTIONS | set(ALIASES)))
    marking.read_back(marking.mark(face, JPEG, replace(facts, actions=told), signer))


def test_the_credential_forbids_training_and_mining_and_carries_no_thumbnail(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    text = manifest_of(marking.mark(face, JPEG, facts, signer))
    assert text.count('"notAllowed"') == 4
    assert "thumbnail" not in text


def test_the_parent_photograph_is_named_without_anything_that_identifies_it(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    store = json.loads(manifest_of(marking.mark(face, JPEG, facts, signer)))
    (active,) = store["manifests"].values()
    (parent,) = active["ingredients"]
    assert parent["relationship"] == "parentOf"
    assert set(parent) <= {"title", "format", "relationship", "label"}


def manifest_of(data: bytes) -> str:
    import c2pa

    with c2pa.Reader("image/jpeg", io.BytesIO(data)) as reader:
        return str(reader.json())


@pytest.mark.parametrize("file", FILES)
def test_the_file_has_the_srgb_profile_its_resolution_and_no_exif(
    file: str, face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    data = marking.mark(face, replace(formats.get("cv"), file=file), facts, signer)
    with Image.open(io.BytesIO(data)) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)
        assert not image.getexif()
        assert "exif" not in image.info
        if file != "webp":
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert image.size == (400, 400)


def test_a_jpeg_keeps_full_colour_resolution(face: NDArray[np.uint8], facts: Facts, signer: Signer) -> None:
    data = marking.mark(face, JPEG, facts, signer)
    with Image.open(io.BytesIO(data)) as image:
        assert [component[1:3] for component in image.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]


def test_a_jpeg_holds_no_segment_but_those_that_are_listed(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    data = marking.mark(face, JPEG, facts, signer)
    kinds, at = set(), 2
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        kinds.add((data[at + 1], data[at + 4 : at + 8]))
        at += 2 + length
    markers = {(kind, start) for kind, start in kinds if 0xE0 <= kind <= 0xEF or kind == 0xFE}
    # JFIF, XMP, ICC profile, JUMBF: nothing else.
    assert {kind for kind, _ in markers} == {0xE0, 0xE1, 0xE2, 0xEB}
    assert {start for kind, start in markers if kind == 0xE1} == {b"http"}


def test_the_same_pixels_and_facts_give_the_same_bytes_before_signing(
    face: NDArray[np.uint8], facts: Facts
) -> None:
    packet = xmp.build(facts, "image/jpeg", "Org")
    assert encode.encode(face, JPEG, packet, 92) == encode.encode(face.copy(), JPEG, packet, 92)
    assert encode.srgb_profile()[24:36] == bytes.fromhex("07ea 0001 0001 0000 0000 0000")


def test_png_pixels_come_back_unchanged(face: NDArray[np.uint8], facts: Facts, signer: Signer) -> None:
    data = marking.mark(face, formats.get("png"), facts, signer)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), face)


def test_the_directory_photo_stays_below_its_byte_limit_with_all_marks(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    entra = formats.get("entra")
    rng = np.random.default_rng(5)
    grainy = np.asarray(Image.fromarray(face).resize((648, 648))).astype(float)
    pixels = np.clip(grainy + rng.normal(0, 6, grainy.shape), 0, 255).astype(np.uint8)
    assert len(encode.encode(pixels, entra, b"", entra.quality)) > 100_000, "the case is too easy"
    data = marking.mark(pixels, entra, facts, signer)
    assert 80_000 < len(data) <= 100_000
    marking.read_back(data, root_pem=signer.root_pem)


def test_a_byte_limit_that_would_need_ugly_quality_is_refused(facts: Facts, signer: Signer) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (648, 648, 3), dtype=np.uint8)
    with pytest.raises(MarkError) as caught:
        marking.mark(noise, formats.get("entra"), facts, signer)
    assert caught.value.code == "cannot_fit_bytes"


@pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4)])
def test_pixels_of_another_shape_are_refused(shape: tuple[int, ...], facts: Facts, signer: Signer) -> None:
    with pytest.raises(MarkError) as caught:
        marking.mark(np.zeros(shape, np.uint8), JPEG, facts, signer)
    assert caught.value.code == "bad_pixels"


def test_a_time_without_a_zone_is_a_mistake_of_the_caller(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    with pytest.raises(ValueError, match="time zone"):
        marking.mark(face, JPEG, replace(facts, made_at=facts.made_at.replace(tzinfo=None)), signer)


def test_the_key_never_shows_in_a_printed_signer(signer: Signer) -> None:
    assert "PRIVATE" not in repr(signer)


def test_the_title_is_told_in_both_places(face: NDArray[np.uint8], facts: Facts, signer: Signer) -> None:
    data = marking.mark(face, JPEG, replace(facts, title="Portrait"), signer)
    assert marking.read_back(data).xmp["dc:title"] == "Portrait"
    assert '"title": "Portrait"' in manifest_of(data)
