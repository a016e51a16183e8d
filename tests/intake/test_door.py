"""What the door admits, what it refuses with which code, and what is left of a photo behind it."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from faceproof.intake import LIMITS, IntakeError, admit, admitted_types, containers
from tests.intake import files


def code_of(data: bytes, **limits: object) -> str:
    with pytest.raises(IntakeError) as caught:
        admit(data, limits=replace(LIMITS, **limits))
    return caught.value.code


def difference(data: bytes, image: Image.Image) -> float:
    """Mean absolute difference of the admitted frame from the picture, in 8-bit steps."""
    frame = admit(data)
    wanted = np.asarray(image.convert("RGB"), dtype=int)
    assert frame.pixels.shape == wanted.shape
    return float(np.abs(frame.pixels.astype(int) - wanted).mean())


@pytest.mark.parametrize("make", [files.jpeg, files.png, files.webp])
def test_the_three_common_types_come_out_as_they_went_in(make):
    assert difference(make(), files.picture()) < 2.0


def test_a_progressive_jpeg_and_a_lossless_webp_and_an_interlaced_size_are_common_too():
    assert difference(files.jpeg(progressive=True), files.picture()) < 2.0
    assert difference(files.webp(lossless=True), files.picture()) < 1.0
    assert difference(files.jpeg(files.picture(131, 97), subsampling=2), files.picture(131, 97)) < 4.0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" " * 2048, "not_an_image"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), "not_an_image"),
        (b"<!doctype html><title>x</title>", "not_an_image"),
        (b"%PDF-1.7\n", "not_an_image"),
        (b"PK\x03\x04" + bytes(60), "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><svg/>", "unsupported_type"),
        ("<?xml version='1.0' encoding='utf-16'?><svg/>".encode("utf-16"), "unsupported_type"),
        (b"<!DOCTYPE svg PUBLIC 'x'><x:svg xmlns:x='y'/>", "unsupported_type"),
        (b"GIF89a\x0a\x00\x0a\x00", "unsupported_type"),
        (b"II*\x00\x08\x00\x00\x00", "unsupported_type"),
        (b"8BPS\x00\x01" + bytes(20), "unsupported_type"),
        (b"BM" + struct.pack("<IIII", 100, 0, 54, 40), "unsupported_type"),
        (b"\x00\x00\x01\x00\x01\x00\x10\x10", "unsupported_type"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "unsupported_type"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "unsupported_type"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "unsupported_type"),
        (b"\xff\xd8\xff", "corrupt"),
        (b"\x89PNG\r\n\x1a\n", "corrupt"),
        (b"RIFF\x04\x00\x00\x00WEBP", "corrupt"),
        (b"\x89PNG\n\x1a\n" + files.png()[8:], "corrupt"),
        (b"\x09PNG\r\n\x1a\n" + files.png()[8:], "corrupt"),
    ],
)
def test_what_a_file_is_decides_its_code(data, code):
    assert code_of(data) == code


def test_the_content_decides_and_not_the_declared_type():
    assert admit(files.png(), declared="image/jpeg").source == "png"
    assert admit(files.jpeg(), declared="image/svg+xml").source == "jpeg"
    with pytest.raises(IntakeError, match="unsupported_type"):
        admit(b"<svg/>", declared="image/png")


def test_a_declared_type_full_of_text_is_not_repeated_to_the_operator():
    with pytest.raises(IntakeError) as caught:
        admit(b"nothing", declared="image/x\nFAKE LOG LINE")
    assert "FAKE" not in caught.value.detail


@pytest.mark.parametrize("make", [files.jpeg, files.png, files.webp])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_corrupt(make, share):
    data = make()
    assert code_of(data[: int(len(data) * share)]) == "corrupt"


def test_too_many_bytes_are_refused_before_anything_is_read():
    assert code_of(files.jpeg(), max_bytes=100) == "too_many_bytes"


def test_too_many_pixels_are_refused_on_the_header_alone(monkeypatch):
    monkeypatch.setattr("faceproof.intake.sandbox.nursery.decode", lambda *_: pytest.fail("decoded"))
    assert code_of(files.bare_png(30_000, 30_000)) == "too_many_pixels"
    huge = files.jpeg().replace(struct.pack(">HH", 120, 160), struct.pack(">HH", 20_000, 20_000), 1)
    assert code_of(huge) == "too_many_pixels"
    lossless = b"\x2f" + struct.pack("<I", (16_383) | (16_383 << 14))
    assert code_of(files.riff((b"VP8L", lossless + bytes(50)))) == "too_many_pixels"


def test_slivers_and_specks_are_refused():
    assert code_of(files.png(files.picture(2000, 100))) == "odd_shape"
    assert code_of(files.jpeg(files.picture(40, 40))) == "too_small"


def test_a_png_whose_image_data_is_a_bomb_ends_at_the_declared_size():
    rows = (b"\x00" + bytes(3 * 100)) * 100
    assert admit(files.bare_png(100, 100, rows=rows + bytes(200 << 20))).width == 100


def test_compressed_text_and_profiles_are_never_unpacked():
    bomb = zlib.compress(bytes(300 << 20), 9)
    data = files.with_chunks(
        files.png(),
        files.chunk(b"zTXt", b"Comment\x00\x00" + bomb),
        files.chunk(b"iTXt", b"x\x00\x01\x00\x00\x00" + bomb),
        files.chunk(b"iCCP", b"profile\x00\x00" + bomb),
    )
    assert difference(data, files.picture()) < 1.0


def test_very_many_chunks_or_segments_are_too_complex():
    text = files.chunk(b"tEXt", b"k\x00v")
    assert code_of(files.with_chunks(files.png(), *[text] * 300), max_parts=200) == "too_complex"
    comment = files.segment(0xFE, b"x")
    assert code_of(files.with_segments(files.jpeg(), *[comment] * 300), max_parts=200) == "too_complex"
    assert code_of(files.riff(*[(b"JUNK", b"")] * 300), max_parts=200) == "too_complex"


def test_a_jpeg_of_hundreds_of_scans_is_too_complex():
    data = files.jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    assert code_of(data[:-2] + data[last:-2] * 200 + b"\xff\xd9") == "too_complex"


def test_a_progressive_giant_costs_more_than_its_pixels():
    data = files.jpeg(progressive=True)
    huge = data.replace(struct.pack(">HH", 120, 160), struct.pack(">HH", 8000, 8000), 1)
    assert code_of(huge) == "too_complex"


@pytest.mark.parametrize("frame", [0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7])
def test_lossless_hierarchical_and_arithmetic_jpegs_are_unsupported(frame):
    data = files.jpeg()
    at = data.index(b"\xff\xc0")
    assert code_of(data[:at] + bytes([0xFF, frame]) + data[at + 2 :]) == "unsupported_type"


def test_a_jpeg_of_twelve_bits_is_unsupported_and_one_without_height_is_corrupt():
    data = files.jpeg()
    at = data.index(b"\xff\xc0") + 4
    assert code_of(data[:at] + b"\x0c" + data[at + 1 :]) == "unsupported_type"
    assert code_of(data[: at + 1] + b"\x00\x00" + data[at + 3 :]) == "corrupt"  # would need a DNL segment
    assert code_of(data[: at + 6] + b"\x00" + data[at + 7 :]) in ("corrupt", "unsupported_type")


def test_a_damaged_checksum_and_a_strange_critical_chunk_make_a_png_corrupt():
    data = files.png()
    at = data.index(b"IDAT") + 20
    assert code_of(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) == "corrupt"
    assert code_of(files.with_chunks(data, files.chunk(b"EVIL", b"x"))) == "corrupt"
    assert code_of(files.with_chunks(data, files.chunk(b"IHDR", data[16:29]))) == "corrupt"


@pytest.mark.parametrize(
    ("depth", "colour"), [(0, 2), (3, 0), (16, 3), (4, 2), (8, 1), (8, 5), (8, 7), (255, 255)]
)
def test_an_impossible_png_header_is_corrupt(depth, colour):
    assert code_of(files.bare_png(100, 100, depth, colour)) == "corrupt"


def test_of_an_animation_only_the_first_frame_is_seen():
    frames = [files.picture(), Image.new("RGB", (160, 120), "red")]
    for kind in ("PNG", "WEBP"):
        moving = files.saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
        assert difference(moving, files.picture()) < 1.0


def test_the_giant_canvas_of_an_animated_webp_is_never_made():
    still = files.webp(lossless=True)
    frame = bytes(6) + (159).to_bytes(3, "little") + (119).to_bytes(3, "little") + bytes(4) + still[12:]
    moving = files.riff(files.vp8x(16_384, 16_384, 0x02), (b"ANIM", bytes(6)), (b"ANMF", frame))
    assert difference(moving, files.picture()) < 1.0


def test_a_multi_picture_file_is_its_first_jpeg():
    second = Image.new("RGB", (160, 120), "red")
    data = files.saved(files.picture(), "MPO", save_all=True, append_images=[second], quality=95)
    frame = admit(data)
    assert frame.source == "jpeg"
    assert np.abs(frame.pixels.astype(int) - np.asarray(files.picture(), int)).mean() < 4.0


def test_what_hangs_after_the_end_stays_outside():
    for make in (files.jpeg, files.png, files.webp):
        data = make() + b"PK\x03\x04<script>alert(1)</script>" + files.PLACE
        kind = {"jpeg": "jpeg", "png": "png", "webp": "webp"}[make.__name__]
        assert files.PLACE not in containers.read(kind, data, LIMITS).data
        assert difference(data, files.picture()) < 2.0


def test_no_byte_of_the_metadata_reaches_the_decoder_or_the_frame():
    place = files.exif(1, focal=28)
    tagged = {
        "jpeg": files.with_segments(
            files.jpeg(),
            files.segment(0xE1, place),
            files.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + files.PLACE),
            files.segment(0xED, b"Photoshop 3.0\x00" + files.PLACE),
            files.segment(0xFE, files.PLACE),
        ),
        "png": files.with_chunks(
            files.png(),
            files.chunk(b"eXIf", place[6:]),
            files.chunk(b"tEXt", b"Location\x00" + files.PLACE),
            files.chunk(b"tIME", bytes(7)),
        ),
        "webp": files.webp(exif=place, xmp=files.PLACE),
    }
    for kind, data in tagged.items():
        essence = containers.read(kind, data, LIMITS)
        assert files.PLACE in data
        assert files.PLACE not in essence.data + essence.icc
        frame = admit(data)
        assert frame.focal_35mm == 28.0
        assert files.PLACE not in frame.pixels.tobytes()


def test_the_installation_says_which_types_it_takes(monkeypatch):
    assert {"image/jpeg", "image/png", "image/webp"} <= set(admitted_types())
    monkeypatch.setattr(containers.heif, "available", lambda: False)
    assert "image/heic" not in admitted_types.__wrapped__()
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    with pytest.raises(IntakeError) as caught:
        admit(heic)
    assert caught.value.code == "unsupported_type"
    assert "extra" in caught.value.detail


@pytest.mark.parametrize(("size", "focal"), [((160, 120), 26.0), ((640, 480), None)])
def test_a_picture_that_was_cut_or_reduced_by_a_program_loses_its_focal_length(size, focal):
    photo = files.with_segments(files.jpeg(), files.segment(0xE1, files.exif(1, focal=26, size=size)))
    assert admit(photo).focal_35mm == focal


def test_a_heic_photo_is_admitted_with_the_extra_and_turned_by_its_own_box():
    pillow_heif = pytest.importorskip("pillow_heif")
    made = pillow_heif.from_pillow(files.picture(640, 480))
    import io

    file = io.BytesIO()
    made.save(file, quality=95, exif=files.exif(1, focal=26))
    frame = admit(file.getvalue())
    assert frame.source == "heic"
    assert frame.focal_35mm == 26.0
    assert np.abs(frame.pixels.astype(int) - np.asarray(files.picture(640, 480), int)).mean() < 4.0
    assert code_of(file.getvalue()[:-500]) in ("corrupt", "too_complex")
