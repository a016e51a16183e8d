"""How far every spot of a head is from the camera, in millimetres behind the irises: a plausible volume.

No photo says this. The face comes from the mesh, corrected by what anatomy knows; ears, hair and hats from
a head-shaped volume; neck and shoulders from a plane of their own. All of it is smooth on purpose: what is
moved by it must not break, and a pair of glasses across the eyes must stay straight.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import topology as at

from .fields import blur, f32, fill

Floats = NDArray[np.float32]

IRIS_MM, EYES_MM = 11.7, 62.0
"""Diameter of a human iris (s = 0.5 mm) and what lies between two that look at something near (s = 3.6)."""
FORWARD_MM = 9.0
BACK_FROM_MM, BACK_TIMES = 20.0, 1.4
"""The mesh's depth against anatomy. Medians of 20 portraits, millimetres behind the irises (mesh): tip of
the nose -44, under it -27, root of the nose -17, chin -9, outer corner of the eye 6, tragus 60. Anatomy:
the cornea stands 16 mm before the rim of the orbit (Hertel; Fledelius 1986), the root of the nose some 9
before the cornea, the tip 32 to 35, and the tragus, half-way along a head of 190 to 195, some 90 behind it.
Both agree when the mesh's irises come 9 mm forward and what then lies more than 20 behind is stretched 1.4
times: -35, -18, -8, 0, 15, 88. Single heads differ by a tenth and more; nothing here measures them."""
EAR_MM = 10.0
"""The outline of head, ears and hair lies this far behind the tragus: the plane that is left where it is."""
NECK_MM = 20.0
"""Throat and breastbone stand this far before that plane, the shoulders in it."""
BESIDE, BELOW = 0.12, 1.1
"""Eye distances over which the mesh's depth passes into what is around it, beside the face and below the
chin: there is a real edge between jaw and neck, drawn out to a slope."""
ROUND = 0.8
"""Eye distances over which a head curves back to its outline, at the least. Where less is seen above the
forehead (no hair, a cap) the slope begins on the forehead, so that the outline itself stays as it was
photographed; beside the face it goes on behind the outline."""
SMOOTH = 0.11
"""Sigma of the last smoothing, in eye distances: some 7 mm."""
WIDEST, TIGHTEST = 2.1, 1.12
"""Hair and hats end between these multiples of the face's own outline, seen from the middle of the face."""
DIRECTIONS = 180


def ruler(iod: float, iris_px: float, yaw: float) -> float:
    """Millimetres to a pixel at the irises: half by their size, half by their distance. The net's own spread
    of iris sizes, 6 %, is as wide as that of people's eyes; together they err by 4 to 5."""
    apart = iod / max(math.cos(math.radians(yaw)), 0.5)
    return math.sqrt(IRIS_MM / iris_px * EYES_MM / apart)


def of_mesh(points: Floats, mm: float) -> Floats:
    """(468,) millimetres behind the irises of the mesh (478, 3) in pixels; `mm` is one pixel in millimetres.

    The correction runs along the head's own axis, so that a head that is turned or bent is not sheared.
    """
    across = points[at.CORNERS_R[0]] - points[at.CORNERS_L[0]]
    across /= np.linalg.norm(across)
    up = points[at.FOREHEAD] - points[at.CHIN]
    up -= across * (up @ across)
    up /= np.linalg.norm(up)
    axis = np.cross(across, up)
    axis *= -np.sign(axis[2]) or 1.0  # towards the camera, which is towards negative z
    middle = (points[at.IRIS_L[0]] + points[at.IRIS_R[0]]) / 2
    behind = -((points[: at.SKIN_POINTS] - middle) @ axis) * mm
    moved = behind + FORWARD_MM
    moved += np.maximum(moved - BACK_FROM_MM, 0) * (BACK_TIMES - 1)
    plain = (points[: at.SKIN_POINTS, 2] - middle[2]) * mm
    return f32(plain + (moved - behind) * -axis[2])


def outline(mesh_mm: Floats) -> float:
    """The plane of the outline of head, hair and shoulders, in millimetres behind the irises."""
    return float(mesh_mm[[at.SIDE_L, at.SIDE_R]].mean()) + EAR_MM


def field(points: Floats, mesh_mm: Floats, person: Floats, iod: float) -> Floats:
    """(n, n) millimetres behind the irises. points (478, 3) and `iod`, between the irises, in pixels of the
    field; person (n, n) 0..1."""
    side = person.shape[0]
    plane = outline(mesh_mm)
    flat, sure = _mesh(side, points, mesh_mm)
    rest, back, below = _around(points, mesh_mm, person, plane, iod)
    reach = cv2.distanceTransform((sure < 0.5).astype(np.uint8), cv2.DIST_L2, 5) / iod
    # From the rim of the mesh into the volume round it: its own depth first, the volume's soon after.
    near = fill(flat[..., None], sure)[..., 0]
    share = np.clip(reach / (BESIDE + (BELOW - BESIDE) * below), 0, 1)
    share = f32(share * share * (3 - 2 * share))
    face = near + back * (plane - near)
    joined = face + share * (rest - face)
    return blur(f32(joined), SMOOTH * iod)


def _mesh(side: int, points: Floats, mesh_mm: Floats) -> tuple[Floats, Floats]:
    """The mesh drawn far to near, one depth a triangle, and where it was drawn; eyes and mouth stay open."""
    corners = points[at.TRIANGLES, :2]
    depth = mesh_mm[at.TRIANGLES].mean(1)
    drawn, sure = np.zeros((side, side), np.float32), np.zeros((side, side), np.uint8)
    ring = np.round(corners * 16).astype(np.int32)
    for place in np.argsort(-depth):
        cv2.fillConvexPoly(drawn, ring[place], float(depth[place]), shift=4)
        cv2.fillConvexPoly(sure, ring[place], 1, shift=4)
    return drawn, f32(sure)


def _around(
    points: Floats, mesh_mm: Floats, person: Floats, plane: float, iod: float
) -> tuple[Floats, Floats, Floats]:
    """Depth beyond the mesh: a head that curves back from the rim of the face to its outline, a neck below,
    everything else in the plane of the outline. Also, 0..1, how far each spot has curved back, on the face
    too, and how much it is below the face."""
    side = person.shape[0]
    oval = points[at.OVAL, :2]
    middle = (points[at.FOREHEAD, :2] + points[at.CHIN, :2]) / 2
    down = points[at.CHIN, :2] - points[at.FOREHEAD, :2]
    tilt = float(np.arctan2(down[0], down[1]))  # 0 upright
    y, x = np.mgrid[:side, :side].astype(np.float32)
    away = np.hypot(x - middle[0], y - middle[1])
    turn = np.arctan2(x - middle[0], y - middle[1]) - tilt  # 0 towards the chin, ±pi towards the crown
    bins = (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS * 2 * np.pi - np.pi
    rim, rim_mm = _rim(f32(oval - middle), mesh_mm[at.OVAL], bins + tilt)
    above = np.clip(0.2 - np.cos(bins), 0, 1)
    above = above * above * (3 - 2 * above)
    end = _end(person, f32(middle), rim, bins + tilt)
    end = np.maximum(end, rim + ROUND * iod * (1 - above))
    start = np.minimum(rim, rim + (end - ROUND * iod - rim) * above)
    at_pixel = [_looked(f32(values), turn) for values in (rim, rim_mm, start, end)]
    t = np.clip((away - at_pixel[2]) / np.maximum(at_pixel[3] - at_pixel[2], 1e-3), 0, 1)
    # A parabola is an ellipsoid seen from the front within a few millimetres, without its endless slope.
    back = t * t
    head = at_pixel[1] + (plane - at_pixel[1]) * back
    sideways = ((x - middle[0]) * np.cos(tilt) - (y - middle[1]) * np.sin(tilt)) / iod
    under = (away - at_pixel[0]) / iod
    body = plane - NECK_MM * np.exp(-(sideways**2) / (2 * 0.8**2) - np.maximum(under, 0) ** 2 / (2 * 0.7**2))
    below = 1 / (1 + np.exp(-(np.cos(turn) - 0.72) / 0.08))
    return f32(head + below * (body - head)), f32(back), f32(below)


def _rim(oval: Floats, oval_mm: Floats, directions: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Distance and depth of the face's outline in every direction."""
    angle = np.arctan2(oval[:, 0], oval[:, 1])
    order = np.argsort(angle)
    known = angle[order]
    radius = np.interp(directions, known, np.hypot(*oval.T)[order], period=2 * np.pi)
    return f32(radius), f32(np.interp(directions, known, oval_mm[order], period=2 * np.pi))


def _end(person: Floats, middle: Floats, rim: Floats, directions: NDArray[np.float64]) -> Floats:
    """Where the person ends in every direction, within what a head with hair or a hat can be; smooth."""
    steps = np.linspace(TIGHTEST, WIDEST, 40)
    reach = rim[:, None] * steps
    columns = np.clip(middle[0] + np.sin(directions)[:, None] * reach, 0, person.shape[1] - 1)
    rows = np.clip(middle[1] + np.cos(directions)[:, None] * reach, 0, person.shape[0] - 1)
    solid = person[rows.astype(int), columns.astype(int)] >= 0.5
    last = np.where(solid.all(1), len(steps) - 1, np.argmin(solid, 1))
    found = rim * steps[last]
    wide = np.concatenate([found, found, found])[None]
    smooth = cv2.GaussianBlur(f32(wide), (0, 0), DIRECTIONS / 30)
    return f32(smooth[0, DIRECTIONS : 2 * DIRECTIONS])


def _looked(values: Floats, turn: Floats) -> Floats:
    """A value by direction, looked up for every pixel's own."""
    position = (turn / (2 * np.pi) + 0.5) % 1.0 * DIRECTIONS - 0.5
    low = np.floor(position).astype(int)
    part = f32(position - low)
    return f32(values[low % DIRECTIONS] * (1 - part) + values[(low + 1) % DIRECTIONS] * part)
