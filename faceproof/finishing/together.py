"""One eye line and one head height for a whole team: as near to the format's as most of its photos can
follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from faceproof.finishing import Cuttable
from faceproof.finishing.crop import Head, head_of, placed
from faceproof.formats import Format

MOST = 0.76
"""Head share beyond which nobody is asked to come closer for the others' sake."""
LOWEST = 0.06
"""How far below the format's own line the eyes of a team may go, share of the height: tight photos end
below the chin, and a lower line asks less of them."""
WISH = 0.2
"""Price of leaving the format's own numbers, in the currency of `crop.placed`, against the mean of all
prices."""
ENOUGH = 0.12
"""Price at which one photo stops counting: one that can follow nobody must not draw the others with it."""


Stand = tuple[tuple[int, int], Head]


def stand(master: Cuttable) -> Stand:
    """Size and head of a master: all that `together` needs of it. FinishingError `does_not_fit`."""
    height, width = master.pixels.shape[:2]
    return (width, height), head_of(master.geometry, master.matte)


def together(people: Sequence[Stand], fmt: Format) -> Format:
    """`fmt` with the head share and eye line that suit these people best; itself where all can follow it.

    Photos that end close round the head cannot be made looser, but the loose ones can be cut tighter: faces
    of one size come from meeting there. Who still differs is told apart by `consistency`.
    """
    best, least = fmt, np.inf
    for share in np.arange(fmt.head_share, max(MOST, fmt.head_share) + 1e-9, 0.02):
        for line in np.arange(fmt.eye_line, fmt.eye_line + LOWEST + 1e-9, 0.02):
            tried = replace(fmt, head_share=float(share), eye_line=float(line))
            prices = [min(placed(size, head, tried)[1], ENOUGH) for size, head in people]
            price = float(np.mean(prices)) + WISH * ((share - fmt.head_share) + (line - fmt.eye_line))
            if price < least - 1e-9:
                best, least = tried, price
    return best
