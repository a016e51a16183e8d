"""Turning, colour spaces, depths and transparency; and the two numbers that EXIF may leave behind."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from faceproof.imaging.codec import encode, exif
from faceproof.imaging.codec.decode import DecodeError, decode, inflated
from faceproof.intake import admit
from tests.intake import files

STORED = {  # how a camera stores an upright picture for each EXIF orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
PRIMARIES = {
    "sRGB": ((0.6485, 0.3309), (0.3212, 0.5979), (0.1559, 0.0660)),  # adapted to D50
    "wide": ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)),  # ProPhoto RGB
}


def off_by(data: bytes, image: Image.Image) -> float:
    frame = admit(data)
    assert (frame.width, frame.height) == image.size
    return float(np.abs(frame.pixels.astype(int) - np.asarray(image.convert("RGB"), int)).mean())


def stored(orientation: int) -> Image.Image:
    turn = STORED[orientation]
    return files.picture() if turn is None else files.picture().transpose(turn)


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_comes_out_upright_from_every_type(orientation):
    block, picture = files.exif(orientation), stored(orientation)
    jpeg = files.with_segments(files.jpeg(picture), files.segment(0xE1, block))
    png = files.with_chunks(files.png(picture), files.chunk(b"eXIf", block[6:]))
    webp = files.webp(picture, exif=block, lossless=True)
    for data in (jpeg, png, webp):
        assert off_by(data, files.picture()) < 2.0


def test_orientation_counts_with_either_byte_order_and_only_from_one_to_eight():
    assert exif.read(files.exif(6, order=">")).orientation == 6
    assert exif.read(files.exif(6)[6:]).orientation == 6
    for wrong in (0, 9, 255, 65_535):
        assert exif.read(files.exif(wrong)).orientation == 1


@pytest.mark.parametrize(("stored_focal", "kept"), [(26, 26.0), (0, None), (5, None), (60_000, None)])
def test_a_focal_length_is_kept_when_a_lens_can_have_it(stored_focal, kept):
    assert exif.read(files.exif(1, focal=stored_focal)).focal_35mm == kept


@pytest.mark.parametrize(("zoom", "kept"), [((1, 1), 26), ((2, 1), None), ((0, 1), 26), ((3, 0), 26)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_focal_length_is_not_believed_under_digital_zoom(zoom, kept, order):
    assert exif.read(files.exif(1, focal=26, order=order, zoom=zoom)).focal_35mm == kept


def test_a_focal_length_belongs_to_the_picture_that_the_camera_wrote():
    known = exif.read(files.exif(6, focal=26, size=(4032, 3024)))
    assert known.focal_of(3024, 4032) == 26
    assert known.focal_of(2016, 1512) is None
    assert exif.read(files.exif(1, focal=26)).focal_of(2016, 1512) == 26


def test_directories_that_point_at_each_other_are_read_once():
    assert exif.read(files.exif(6, circular=True)) == exif.Exif(orientation=6)


@pytest.mark.parametrize("size", range(0, 90, 3))
def test_a_damaged_block_says_nothing_and_raises_nothing(size):
    exif.read(files.exif(3, focal=28)[:size])
    exif.read(b"II*\x00" + struct.pack("<IH", size, 65_535) + bytes(size))


def test_grey_palette_bilevel_and_deep_pictures_become_eight_bit_colour():
    picture = files.picture()
    assert off_by(files.png(picture.convert("L")), picture.convert("L")) < 0.5
    assert off_by(files.jpeg(picture.convert("L")), picture.convert("L")) < 1.5
    assert off_by(files.png(picture.convert("1")), picture.convert("1")) < 0.5
    palette = picture.convert("P", palette=Image.Palette.ADAPTIVE)
    assert off_by(files.png(palette), palette) < 0.5
    deep = np.asarray(picture.convert("L"), np.uint16) * 257
    assert off_by(files.png(Image.fromarray(deep)), picture.convert("L")) < 1.0


def test_deep_colour_png_keeps_its_high_bytes():
    rgb = np.asarray(files.picture(), np.uint8)
    rows = b"".join(b"\x00" + np.repeat(row.reshape(-1), 2).tobytes() for row in rgb)
    assert off_by(files.bare_png(160, 120, 16, 2, rows), files.picture()) < 0.5


def test_cmyk_comes_out_in_the_right_sense_with_and_without_the_adobe_mark():
    picture = files.picture().convert("CMYK")
    data = files.jpeg(picture)
    assert off_by(data, picture) < 4.0
    at = data.index(b"\xff\xee")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    assert off_by(data[:at] + data[at + 2 + length :], picture) < 4.0  # every press writes it inverted


def test_transparency_becomes_white_paper():
    picture = files.picture()
    mask = Image.new("L", picture.size, 0)
    mask.paste(255, (0, 0, 80, 120))
    wanted = Image.new("RGB", picture.size, "white")
    wanted.paste(picture, mask=mask)
    see_through = picture.copy()
    see_through.putalpha(mask)
    assert off_by(files.png(see_through), wanted) < 0.5
    assert off_by(files.webp(see_through, lossless=True, exact=True), wanted) < 0.5
    assert off_by(files.webp(see_through), wanted) < 3.0
    assert off_by(files.png(see_through.convert("LA")), wanted.convert("L")) < 1.5
    grey = picture.convert("L")
    keyed = files.png(grey, transparency=grey.getpixel((0, 0)))
    assert admit(keyed).pixels[0, 0].tolist() == [255, 255, 255]


def expected_in_srgb(rgb: tuple[int, int, int]) -> np.ndarray:
    """A colour of the wide test space in sRGB, by hand: gamma 2.2 to XYZ at D50, to linear sRGB, to sRGB."""

    def matrix(primaries):
        columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
        return columns * np.linalg.solve(columns, np.array([0.9642, 1.0, 0.8249]))

    linear = np.linalg.solve(
        matrix(PRIMARIES["sRGB"]), matrix(PRIMARIES["wide"]) @ (np.array(rgb) / 255) ** 2.2
    )
    clipped = linear.clip(0, 1)
    return 255 * np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("make", [files.jpeg, files.png, files.webp])
@pytest.mark.parametrize("colour", [(150, 120, 110), (90, 110, 100), (128, 128, 128), (200, 180, 170)])
def test_a_wide_gamut_profile_is_honoured(make, colour):
    wide = files.matrix_profile(*PRIMARIES["wide"])
    data = make(Image.new("RGB", (100, 100), colour), icc_profile=wide)
    middle = admit(data).pixels[50, 50].astype(float)
    assert np.abs(middle - expected_in_srgb(colour)).max() < 5.0
    if len(set(colour)) > 1:
        assert np.abs(middle - np.array(colour)).max() > 5.0


@pytest.mark.parametrize(
    "profile",
    [b"broken", bytes(128), files.matrix_profile(*PRIMARIES["wide"])[:200], b"\xff" * 60_000],
    ids=["text", "zeros", "cut", "ones"],
)
def test_a_broken_profile_is_ignored(profile):
    assert off_by(files.jpeg(icc_profile=profile), files.picture()) < 2.0


def test_a_profile_of_another_colour_space_is_ignored():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert off_by(files.jpeg(icc_profile=lab), files.picture()) < 2.0
    wide = files.matrix_profile(*PRIMARIES["wide"])
    assert (
        off_by(files.jpeg(files.picture().convert("L"), icc_profile=wide), files.picture().convert("L")) < 2.0
    )


def test_a_deflated_profile_is_bounded():
    import zlib

    assert inflated(zlib.compress(b"profile")) == b"profile"
    assert inflated(zlib.compress(bytes(5 << 20))) == b""
    assert inflated(b"not deflated") == b""


@pytest.mark.parametrize("size", [(5000, 3800), (4500, 1000), (9000, 7000)])
def test_a_large_photo_is_reduced_to_what_a_frame_may_hold(size):
    frame = admit(files.jpeg(Image.new("RGB", size, (90, 120, 150)), quality=80))
    assert max(frame.width, frame.height) <= 4096
    assert frame.width * frame.height <= 12 * 1024 * 1024
    assert max(frame.width, frame.height) > 3000
    assert frame.original_size == size
    assert abs(frame.width / frame.height - size[0] / size[1]) < 0.01
    assert np.abs(frame.pixels[::97, ::97].astype(int) - [90, 120, 150]).max() < 4


def test_a_photo_that_fits_is_not_reduced():
    frame = admit(files.jpeg(Image.new("RGB", (4032, 3024), "grey")))
    assert (frame.width, frame.height, frame.original_size) == (4032, 3024, None)


def test_the_original_size_is_given_upright():
    data = files.jpeg(Image.new("RGB", (6000, 1500), "grey"))
    turned = files.with_segments(data, files.segment(0xE1, files.exif(6)))
    assert admit(turned).original_size == (1500, 6000)


def test_a_decoder_refuses_more_pixels_than_it_was_told():
    with pytest.raises(DecodeError, match="too_many_pixels"):
        decode("png", files.png(), max_pixels=100)


@pytest.mark.parametrize(("write", "bound"), [(encode.jpeg, 2.0), (encode.png, 0.0), (encode.webp, 4.0)])
def test_our_own_encoders_write_what_they_are_given_and_nothing_else(write, bound):
    pixels = np.asarray(files.picture())
    data = write(pixels, icc=encode.srgb_profile())
    again = Image.open(io.BytesIO(data))
    assert np.abs(np.asarray(again.convert("RGB"), int) - pixels).mean() <= bound
    assert again.info.get("icc_profile") == encode.srgb_profile()
    assert not again.getexif()
