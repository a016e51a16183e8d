"""A drawn backdrop a little nearer to what was behind the person, where the cut is doubted: residue hides.

One step of lightness for the whole look, only as large as the doubt and the edge ask for, and fading towards
the corners. Followed from place to place, or only round the head, it was a halo; by a third of the way to the
old background a warm white turned grey, and dark looks moved where nothing was gained by it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio import decision
from faceproof.engines.studio.fields import blur, enlarge, f32, reduce
from faceproof.imaging.colour import luma

from .apart import star
from .scene import Scene

Floats = NDArray[np.float32]
EVERY = 4
"""Of so many rows and columns one is looked at."""
SOFT = (0.02, 0.98)
"""Cover between which a pixel is the edge."""
UNSEEN = 15.0
"""L*: residue that differs from the backdrop by less is hardly seen."""
SHARE, MOST = 0.3, 9.0
"""Share of what is beyond that which is taken back, and the largest step in L*, both at full doubt."""
STEPS, REACH, WHOLE = 64, 0.25, 0.35
"""The step ends softly away from the person: side of its field, its softness as a share of that, and the
share of person in the surroundings at which it is whole."""


def near(backdrop: Floats, scene: Scene, confidence: float) -> Floats:
    """(n, n, 3) 0..1, the very same array where nothing is asked for. confidence: 0..1, of the cut.

    Hue and strength of the colour stay.
    """
    doubt = decision.doubt(confidence)
    if doubt == 0 or scene.kind == "own":
        return backdrop
    step = doubt * asked(backdrop, scene)
    if abs(step) < 0.1:
        return backdrop
    size = (STEPS, STEPS)
    close = np.clip(blur(reduce(scene.alpha, size), REACH * STEPS) / WHOLE, 0, 1)
    tone = star(blur(luma(reduce(np.ascontiguousarray(backdrop[::EVERY, ::EVERY]), size)), 0.1 * STEPS))
    # L* and the display value of a grey go nearly together: one gain on all channels is a step in L*.
    gain = enlarge(f32(1 + step * close / np.maximum(tone, 10)), (scene.side, scene.side))
    result = f32(cv2.multiply(backdrop, cv2.merge([gain, gain, gain])))
    return result if step < 0 else np.minimum(result, 1, out=result)


def asked(backdrop: Floats, scene: Scene) -> float:
    """L* by which this backdrop should be lighter (darker: below 0) for what the photo holds at the person's
    edge to show less: from the median difference, weighted by how soft the edge is."""
    every = np.s_[::EVERY, ::EVERY]
    alpha, inside = scene.alpha[every], scene.inside[every]
    low, high = SOFT
    edge = (alpha > low) & (alpha < high) & (inside > 0)
    if not edge.any():
        return 0.0
    photo, new = (star(luma(picture[every][edge][None]))[0] for picture in (scene.picture, backdrop))
    share = alpha[edge]
    order = np.argsort(photo - new)
    weight = np.cumsum((share * (1 - share))[order])
    apart = float((photo - new)[order][np.searchsorted(weight, weight[-1] / 2)])
    return float(np.sign(apart) * np.clip(SHARE * (abs(apart) - UNSEEN), 0, MOST))
