"""Which point of the face mesh is what: outlines as closed loops of point numbers, and triangles.

L and R are the picture's left and right: L is the eye of the person's right hand side. The numbers are
those of MediaPipe's 468-point mesh; points 468..477 are the irises. Written by tools/derive_indices.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]

POINTS = 478
SKIN_POINTS = 468


def _table(numbers: list[int] | list[list[int]]) -> Indices:
    table = np.array(numbers, np.intp)
    table.setflags(write=False)
    return table


_TABLES = json.loads((Path(__file__).parent / "topology.json").read_text(encoding="utf-8"))

OVAL: Indices = _table(_TABLES["oval"])
"""The rim of the mesh, from the middle of the forehead clockwise."""
EYE_L: Indices = _table(_TABLES["eye_l"])
"""Rim of the lids: outer corner first, along the lower lid to the inner corner, back along the upper lid."""
EYE_R: Indices = _table(_TABLES["eye_r"])
BROW_L: Indices = _table(_TABLES["brow_l"])
BROW_R: Indices = _table(_TABLES["brow_r"])
LIPS: Indices = _table(_TABLES["lips"])
"""Outer rim of the lips."""
MOUTH: Indices = _table(_TABLES["mouth"])
"""Inner rim of the lips: teeth show inside it when the mouth is open."""
NOSE: Indices = _table(_TABLES["nose"])
"""Ring round the nostrils, the wings and the tip."""
IRIS_L: Indices = _table(list(range(468, 473)))
"""Centre first, then four points of the rim."""
IRIS_R: Indices = _table(list(range(473, 478)))
TRIANGLES: Indices = _table(_TABLES["triangles"])
"""(852, 3): the skin from the oval inwards, with holes where the eyes and the mouth open; all wound one
way."""

FOREHEAD, CHIN, SIDE_L, SIDE_R = 10, 152, 234, 454
"""The points of the oval at the top, at the bottom, and before the ears."""
CORNERS_L, CORNERS_R = (33, 133), (263, 362)
"""Outer and inner corner of each eye."""
LIDS_L, LIDS_R = ((160, 144), (158, 153)), ((387, 373), (385, 380))
"""Two pairs of points facing each other on the upper and the lower lid."""
