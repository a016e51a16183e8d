import numpy as np
import pytest

from faceproof.imaging.frame import Frame


def picture(width: int = 3, height: int = 2) -> np.ndarray:
    return np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)


def test_a_frame_knows_its_size() -> None:
    frame = Frame(picture(3, 2))
    assert (frame.width, frame.height, frame.source) == (3, 2, "unknown")


def test_nobody_can_write_to_a_frame_not_even_who_gave_the_array() -> None:
    given = picture()
    frame = Frame(given)
    for pixels in (frame.pixels, given):
        with pytest.raises(ValueError, match="read-only"):
            pixels[0, 0, 0] = 1
    with pytest.raises(AttributeError):
        frame.pixels = picture()  # type: ignore[misc]


def test_pixels_are_contiguous_whatever_was_given() -> None:
    frame = Frame(picture()[:, ::-1])
    assert frame.pixels.flags.c_contiguous
    assert not frame.pixels.flags.writeable
    assert np.array_equal(frame.pixels, picture()[:, ::-1])


@pytest.mark.parametrize(
    "wrong",
    [
        picture().astype(np.float32),
        picture()[:, :, 0],
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
    ],
    ids=["float", "grey", "rgba", "empty"],
)
def test_what_is_not_three_channels_of_bytes_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        Frame(wrong)


def test_a_quarter_turn_is_counter_clockwise_and_swaps_the_original_size() -> None:
    frame = Frame(picture(3, 2), source="jpeg", original_size=(30, 20), focal_35mm=26.0)
    turned = frame.rotated(1)
    assert np.array_equal(turned.pixels, np.rot90(picture(3, 2)))
    assert (turned.width, turned.height, turned.original_size) == (2, 3, (20, 30))
    assert (turned.source, turned.focal_35mm) == ("jpeg", 26.0)
    assert turned.pixels.flags.c_contiguous
    assert not turned.pixels.flags.writeable


def test_four_turns_and_turns_backwards_come_round() -> None:
    frame = Frame(picture(3, 2))
    assert frame.rotated(4) is frame
    assert np.array_equal(frame.rotated(1).rotated(-1).pixels, frame.pixels)
    assert np.array_equal(frame.rotated(2).pixels, frame.pixels[::-1, ::-1])
    assert np.array_equal(frame.rotated(-1).pixels, frame.rotated(3).pixels)
