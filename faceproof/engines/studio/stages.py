"""The order of the darkroom: every stage one row, every row one function that works alone.

FRONT runs once a photo. POLISH runs once for every different policy of light and retouch among the styles.
BACK runs once a style. ROWS runs after it, once for every band of rows of the master (bands.py): each of its
stages looks at nothing but the pixel. To add a stage: one file, one row.
"""

from __future__ import annotations

from faceproof.imaging.colour import to_float
from faceproof.imaging.pipeline import Stage

from . import (
    backdrops,
    cast,
    compare,
    composite,
    crop,
    cutout,
    decision,
    exposure,
    eyes,
    foreground,
    full,
    grade,
    masks,
    person,
    perspective,
    relight,
    render,
    retouch,
    shine,
    undo,
)
from .backdrops import apart, tone

FRONT = [
    Stage("look", person.look, ("photo", "sketch"), ("looked",)),
    Stage(
        "lens",
        perspective.straighten,
        ("photo", "landmarks", "looked", "optics"),
        ("straight", "whole", "lens", "optics_found"),
    ),
    Stage("crop", crop.solve, ("straight", "whole", "photo", "max_side", "lens"), ("framing",)),
    Stage("render", render.cut, ("photo", "framing"), ("full", "full_inside")),
    Stage("reduce", full.reduced, ("full", "full_inside", "framing"), ("canvas", "inside", "placement")),
    Stage("points", render.moved, ("straight", "placement"), ("points",)),
    Stage(
        "segment",
        person.agree,
        ("canvas", "inside", "whole", "placement", "points", "photo", "coarse", "sketch"),
        ("person", "confidence"),
    ),
    Stage("decide", decision.advise, ("confidence",), ("advice",)),
    Stage("float", to_float, ("canvas",), ("picture",)),
    Stage("matte", cutout.cut, ("picture", "person", "points", "inside", "sketch"), ("alpha",)),
    Stage("enlarge", full.matte, ("alpha", "picture", "full", "full_inside"), ("alpha", "matte")),
    Stage("foreground", foreground.recover, ("picture", "alpha"), ("recovered",)),
    Stage("grain", full.grain, ("picture", "full"), ("grain",)),
    Stage("exposure", exposure.lift, ("recovered", "picture", "inside"), ("colours", "gain")),
    Stage("masks", masks.find, ("colours", "points", "alpha"), ("masks",)),
    Stage("cells", compare.cells, ("picture", "alpha", "masks", "points"), ("cells",)),
    Stage("carry", full.Carrier, ("full", "matte", "alpha", "picture"), ("carrier",)),
]
POLISH = [
    Stage("retouch", retouch.soften, ("colours", "masks", "points", "retouch"), ("soft", "spots")),
    Stage("eyes", eyes.clear, ("soft", "masks", "points", "retouch"), ("clear",)),
    Stage("shine", shine.soften, ("clear", "masks", "points", "light"), ("matt", "shine")),
    Stage("relight", relight.shape_light, ("matt", "masks", "points", "light"), ("subject", "imbalance")),
    Stage("undo", undo.polished, ("colours", "matt", "subject", "masks"), ("undone",)),
    Stage("middle", grade.middle, ("subject", "masks"), ("middle",)),
    Stage("compare", compare.polish, ("colours", "subject", "masks", "points"), ("polish",)),
]
BACK = [
    Stage("backdrop", backdrops.paint, ("scene",), ("backdrop",)),
    Stage("tone", tone.near, ("backdrop", "scene", "confidence"), ("backdrop",)),
    Stage("behind", apart.told, ("picture", "alpha", "backdrop"), ("behind",)),
    Stage("cast", cast.light, ("scene", "alpha", "backdrop", "masks"), ("cast",)),
    Stage("wrap", composite.wrap, ("alpha", "backdrop", "grade"), ("creep", "glow")),
]
ROWS = [
    Stage("fall", cast.fall, ("subject", "cast", "top"), ("subject",)),
    Stage(
        "composite",
        composite.mix,
        ("subject", "alpha", "backdrop", "creep", "glow", "grain", "seed", "top"),
        ("joined",),
    ),
    Stage("grade", grade.finish, ("joined", "grade", "middle"), ("finished",)),
]
