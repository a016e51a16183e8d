"""A wish applied to a crop: tighter or looser round the same eyes, then aside; always inside the master."""

from __future__ import annotations

from dataclasses import replace

from faceproof.finishing.crop import LEAST_ROOM, Crop, Head, held
from faceproof.finishing.wish import Wish
from faceproof.formats import Format


def tuned(crop: Crop, size: tuple[int, int], head: Head | None, wish: Wish) -> Crop:
    """The crop as the person asks for it. size: width and height of the master. head: None where nobody was
    looked for; else tightening stops where hair or chin would not fit any more, only `dy` may cut hair, and
    nothing cuts the chin. What the master does not hold is not given: the crop stays inside.
    """
    if (wish.zoom, wish.dx, wish.dy) == (1.0, 0.0, 0.0):
        return crop
    scale = min(1 / wish.zoom, size[0] / crop.width, size[1] / crop.height)
    if head is not None and scale < 1:
        scale = max(scale, min(1.0, _tightest(crop, head)))
    width, height = crop.width * scale, crop.height * scale
    eyes = crop.top + crop.eye_line * crop.height
    middle = crop.left + (0.5 + crop.off) * crop.width
    left, top = middle - (0.5 + crop.off) * width, eyes - crop.eye_line * height
    if head is not None:
        top = min(top, max(head.crown - LEAST_ROOM * height, crop.top))
    left, top = left - wish.dx * width, top - wish.dy * height
    if head is not None:
        top = max(top, min(head.chin + LEAST_ROOM * height, crop.top + crop.height) - height)
    left = max(0.0, min(left, size[0] - width))
    top = max(0.0, min(top, size[1] - height))
    aside = (crop.left + (0.5 + crop.aside) * crop.width - left) / width - 0.5
    notes = [note for note in crop.notes if note != "hair_cut"]
    if head is not None and top > head.crown + 0.005 * head.height:
        notes.append("hair_cut")
    return replace(
        crop,
        left=left,
        top=top,
        width=width,
        height=height,
        head_share=crop.head_share / scale,
        eye_line=(eyes - top) / height,
        notes=tuple(notes),
        aside=aside,
        off=(middle - left) / width - 0.5,
        held_by=held(size, left, top, width, height),
    )


def centred(size: tuple[int, int], fmt: Format) -> Crop:
    """The largest crop of the format's aspect in the middle of a (width, height) master that a person cut by
    hand. Where a head would be is not known: the format's own numbers stand in."""
    height = min(float(size[1]), size[0] / fmt.aspect)
    width = height * fmt.aspect
    left, top = (size[0] - width) / 2, (size[1] - height) / 2
    edges = held(size, left, top, width, height)
    return Crop(left, top, width, height, fmt.head_share, fmt.eye_line, (), held_by=edges)


def _tightest(crop: Crop, head: Head) -> float:
    """The scale at which all that the crop holds between hair and chin still fits."""
    least = (head.chin - max(head.crown, crop.top)) / (1 - 2 * LEAST_ROOM)
    return least / crop.height
