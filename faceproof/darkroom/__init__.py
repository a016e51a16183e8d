"""Photo in, marked bytes out: the one way of a picture, without Django and without storage.

The order is the whole design: intake (decode, checks, metadata gone) → engine (a *master* for each look) →
finishing (crop, one resample) → marking (encode, IPTC, content credentials) → read back. The web pages, the
worker and the command line all come through here; nothing in this room remembers anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import cv2

from faceproof import engines, finishing, formats, intake, marking, styles
from faceproof.darkroom.examining import LOST, Choice, Examined, choose, examine, next_best
from faceproof.engines import Master
from faceproof.engines import initials as card
from faceproof.engines import plain as plain_cut
from faceproof.finishing import Wish
from faceproof.formats import Format
from faceproof.imaging.coarse import Coarse
from faceproof.marking import Facts, Marks, Signer

__all__ = [
    "Choice",
    "Examined",
    "Export",
    "Order",
    "Proof",
    "Refused",
    "Wish",
    "choose",
    "develop",
    "examine",
    "export",
    "initials",
    "plain",
]

# Photos worked on at once have processes of their own; more threads would only get into each other's way.
cv2.setNumThreads(1)

PREVIEW = "preview"  # the format that a proof is shown in
AS_MADE = Wish()
GLIMPSE_SIDE = 448
"""px: fills a phone's width; such a sketch costs a third of a first look at 1024 (docs/benchmarks.md)."""
Progress = Callable[[str, float], None]


class Refused(Exception):
    """The photo cannot be used; ``verdict`` says why, with a code for every reason."""

    def __init__(self, examined: Examined) -> None:
        super().__init__(", ".join(examined.refusals))
        self.examined = examined


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of the darkroom. ``photo`` is the uploaded file, byte for byte, or several files of one
    person: then the best of them is developed, and the others are looked at and nothing else."""

    photo: bytes | tuple[bytes, ...] = field(repr=False)  # never in a traceback or a log line
    made_at: datetime
    styles: tuple[str, ...] | None = None  # None: the usual looks
    engine: str = "studio:"
    brand_colour: tuple[int, int, int] = (36, 82, 110)
    declared: str | None = None  # the content type that the sender of one photo claims
    seed: int = 1
    lens: float | None = None  # correction of a close photo's perspective: None by evidence, 0 off, up to 1
    coarse: Coarse | None = None  # the operator's own mask model
    examine_only: bool = False
    anyway: bool = False  # of one photo: the person wants it used where a check is a matter of taste
    max_side: int = engines.MAX_SIDE  # px, the longest side of a master
    spot: tuple[float, float] | None = None  # of one photo: where the person's face is, shares of its size
    glimpse: bool = False  # looks in small and not retouched, to be shown and never kept

    def __post_init__(self) -> None:
        if isinstance(self.photo, tuple) and not 0 < len(self.photo) <= intake.LIMITS.max_photos:
            raise ValueError(f"1 to {intake.LIMITS.max_photos} photos, not {len(self.photo)}")


@dataclass(frozen=True, slots=True)
class Export:
    """One marked file, read back before anybody gets it."""

    data: bytes = field(repr=False)
    width: int
    height: int
    true_size: bool  # False: smaller than the format asks, because the photo holds no more
    file: str  # "jpeg" | "png"
    marks: Marks


@dataclass(frozen=True, slots=True)
class Proof:
    """One look: the master's bytes and a marked preview of it."""

    style: str
    engine: str
    source_type: str
    master: bytes = field(repr=False)
    width: int
    height: int
    rendition: Export
    largest: dict[str, tuple[int, int]]  # format name → largest true size in px
    report: dict[str, float | str]


def develop(order: Order, signer: Signer, progress: Progress | None = None) -> Iterator[Examined | Proof]:
    """The verdict first, then one `Proof` a look, each as soon as it is ready.

    Of several photos the verdict is that of the best, and ``choice`` says what became of each. When the
    engine can make nothing of that one, the next best gets its turn, with a verdict of its own.

    Raises:
        intake.IntakeError: not an acceptable picture (one photo), or no decoder was free.
        Refused: a picture, but not one to make a portrait of; of several photos: none of them is one.
        engines.EngineError: the engine failed; ``retry`` says whether once more may help.
        marking.MarkError: a mark could not be read back; the picture is not handed out.
    """
    verdict: intake.Verdict | None
    if isinstance(order.photo, tuple):
        verdict, examined = choose(order.photo)
    else:
        verdict, examined = examine(
            order.photo, declared=order.declared, anyway=order.anyway, spot=order.spot
        )
    while True:
        yield examined
        if verdict is None or verdict.face is None or examined.refusals:
            raise Refused(examined)
        brief = _brief(order, verdict)
        try:
            if not order.examine_only:
                yield from _proofs(brief, order, signer, progress)
            elif examined.choice is not None:  # the others will be dropped: now or never
                engines.get(order.engine).admits(brief)
            return
        except engines.EngineError as error:
            if error.code not in LOST or not isinstance(order.photo, tuple):
                raise
            code = error.code
        del verdict, brief  # or its pixels would be held while the next photo is decoded
        verdict, examined = next_best(order.photo, examined, code)


def _brief(order: Order, verdict: intake.Verdict) -> engines.Brief:
    assert verdict.face is not None
    looks = styles.usual_styles() if order.styles is None else tuple(map(styles.get, order.styles))
    return engines.Brief(
        frame=verdict.frame,
        face=verdict.face,
        styles=tuple(map(styles.untouched, looks)) if order.glimpse else looks,
        seed=order.seed,
        brand_colour=order.brand_colour,
        lens=order.lens,
        coarse=None if order.glimpse else order.coarse,
        max_side=min(order.max_side, GLIMPSE_SIDE) if order.glimpse else order.max_side,
        sketch=order.glimpse,
    )


def _proofs(brief: engines.Brief, order: Order, signer: Signer, progress: Progress | None) -> Iterator[Proof]:
    largest: dict[str, tuple[int, int]] = {}
    seen: Any = None
    for master in engines.get(order.engine).develop(brief, progress):
        if order.glimpse:
            yield proof(master, largest, signer, order.made_at, kept=False)
            continue
        # The sizes depend on the head and the matte, which all looks of a photo share.
        if seen is None or seen[0] != master.geometry or seen[1] is not master.matte:
            seen, largest = (master.geometry, master.matte), sizes(master)
        yield proof(master, largest, signer, order.made_at)


def sizes(master: Master, wish: Wish = AS_MADE) -> dict[str, tuple[int, int]]:
    """The largest true size in px of every format, by name."""
    return {f.name: finishing.largest_true_size(master, f, wish) for f in formats.all_formats()}


def proof(
    master: Master,
    largest: dict[str, tuple[int, int]],
    signer: Signer,
    made_at: datetime,
    *,
    kept: bool = True,
) -> Proof:
    """Wrap a master with its marked preview and the sizes it truly holds; one that is not to be `kept` comes
    without its bytes."""
    return Proof(
        style=master.style,
        engine=master.engine,
        source_type=master.source_type,
        master=master.to_bytes() if kept else b"",
        width=master.pixels.shape[1],
        height=master.pixels.shape[0],
        rendition=export(master, formats.get(PREVIEW), signer, made_at),
        largest=largest,
        report=dict(master.report),
    )


def export(master: Master, fmt: Format, signer: Signer, made_at: datetime, wish: Wish = AS_MADE) -> Export:
    """One format of one master as the person wishes it: a single resample, marked anew, and read back before
    it is released.

    Raises:
        finishing.FinishingError: the master cannot give this format at all.
        marking.MarkError: the marks could not be read back.
    """
    picture = finishing.render(master, fmt, wish=wish)
    done = [action for action in master.actions if picture.retouched or not action.retouch]
    facts = Facts(
        engine=master.engine,
        style=master.style,
        source_type=master.source_type,
        actions=(*((action.name, action.what) for action in done), *picture.actions),
        made_at=made_at,
        supplied=master.engine == plain_cut.ENGINE,
    )
    data = marking.mark(picture.pixels, fmt, facts, signer)
    marks = marking.read_back(data, root_pem=signer.root_pem)
    if not (marks.c2pa_valid and marks.signer_trusted):  # an ended certificate, or not the one of this house
        raise marking.MarkError("signing_failed", f"the marks of {fmt.name} do not lead to our own root")
    marks = replace(marks, xmp=dict(marks.xmp))  # a read-only view does not travel between processes
    return Export(data, picture.width, picture.height, picture.true_size, fmt.file, marks)


def plain(
    photo: bytes, declared: str | None, crop: plain_cut.Cut, made_at: datetime, signer: Signer
) -> Proof:
    """A picture that the person finished elsewhere, cut as they say and otherwise left alone: decoded in the
    cage like every upload, nothing looked for in it, no net loaded. crop: left, top, size, see
    `engines.plain.Cut`. Formats are cut from the middle of that square.

    Raises:
        intake.IntakeError: not an acceptable picture, or no decoder was free.
        engines.EngineError: `bad_cut`. finishing.FinishingError: `too_few_pixels`.
        marking.MarkError: a mark could not be read back; the picture is not handed out.
    """
    frame = intake.admit(photo, declared=declared)
    master = plain_cut.cut(frame, crop, plain_cut.stated(photo))
    return proof(master, sizes(master), signer, made_at)


def initials(text: str, brand_colour: tuple[int, int, int], made_at: datetime, signer: Signer) -> Proof:
    """A card with one to three letters on the organisation's colour (sRGB 0..255), for who gives no photo.

    Raises:
        engines.EngineError: `initials_count`, `initials_unknown`.
        marking.MarkError: a mark could not be read back; the card is not handed out.
    """
    master = card.draw(text, brand_colour)
    return proof(master, sizes(master), signer, made_at)


def warm() -> None:
    """Load nets and tables and start a spare decoder, so that the first photo is not the one that waits."""
    import numpy as np

    from faceproof.imaging import colour, face
    from faceproof.intake.sandbox import nursery

    nursery.warm()
    engines.get("studio:")
    grey = np.full((256, 256, 3), 128, np.uint8)
    colour.from_lab(colour.to_lab(colour.to_float(grey[:8, :8])))  # OpenCV makes its tables at the first call
    face.detect(grey)
    face.segment(grey)
    box, keypoints = np.array([64, 64, 192, 192], np.float32), np.zeros((6, 2), np.float32)
    face.mesh(grey, face.Detection(box, keypoints, 0.0))
