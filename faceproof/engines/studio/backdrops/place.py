"""A small set in three dimensions, in metres, photographed far out of focus.

The camera stands at the origin at eye height and looks along z; x is right, y is up. It is an 85 mm lens at
f/2 in front of a sitter at 1.5 m: the picture is half a metre wide there, two metres at 6 m.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import enlarge, f32

from . import optics
from .matter import cloud

Floats = NDArray[np.float32]
Colour = Sequence[float] | NDArray[Any]
Point = tuple[float, float, float]

SIDE, MARGIN = 288, 36
"""Pixels that a place is drawn at, and more around it so that blur has something to take from. Nothing in it
is sharper than a disc of 8 of them."""
WHOLE = SIDE + 2 * MARGIN
LENS, SITTER = 2.9, 1.5
UNEVEN = 0.055
"""No surface is of one colour: wear, dirt, small things that are not drawn one by one."""
FAR = 1000.0
LAYERS = (0.0, 0.62, 0.74, 0.84, 0.93)
"""Bounds of the depth layers, as shares of the blur at infinity."""


class Place:
    """Things with a depth, painted back to front, each layer of depth blurred on its own."""

    def __init__(self, rng: np.random.Generator, horizon: float | None = None) -> None:
        self.rng = rng
        self.horizon = float(rng.uniform(0.39, 0.46)) if horizon is None else horizon
        self._things: list[tuple[float, Any]] = []
        self._lamps: list[tuple[float, tuple[float, float], Floats, float]] = []

    def spot(self, point: Point) -> tuple[float, float]:
        """Where a point is seen, in pixels of the whole canvas."""
        x, y, z = point
        return (
            MARGIN + SIDE * (0.5 + LENS * x / z),
            MARGIN + SIDE * (self.horizon - LENS * y / z),
        )

    def flat(
        self, points: Sequence[Point], colour: Colour, depth: float | None = None, cover: float = 1.0
    ) -> None:
        """A convex polygon of one radiance."""
        ring = np.round(np.array([self.spot(p) for p in points]) * 8)
        ring = np.clip(ring, -30000, 30000).astype(np.int32)
        self._things.append((_depth(points, depth), (ring, [float(c) * cover for c in colour], cover)))

    def wall(self, x: float, y: float, z: float, wide: float, high: float, colour: Colour) -> None:
        """A rectangle that faces the camera; (x, y) is its lower left corner."""
        self.flat([(x, y, z), (x + wide, y, z), (x + wide, y + high, z), (x, y + high, z)], colour)

    def sheet(self, texture: Floats, corners: Sequence[Point], depth: float | None = None) -> None:
        """A picture (h, w, 3) of radiance, or with a fourth plane of cover, hung in space by its corners:
        top left, top right, bottom right, bottom left."""
        if texture.shape[-1] == 3:
            texture = np.dstack([texture, np.ones(texture.shape[:2], np.float32)])
        else:
            texture = np.dstack([texture[..., :3] * texture[..., 3:], texture[..., 3]])
        self._things.append((_depth(corners, depth), (f32([self.spot(p) for p in corners]), f32(texture))))

    def round(self, x: float, y: float, z: float, wide: float, high: float, colour: Colour) -> None:
        """A rounded rectangle that faces the camera, (x, y) its lower left corner: backs of chairs."""
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        across, up = (np.sign(w) * np.abs(w) ** 0.6 for w in (np.cos(turn), np.sin(turn)))
        ring = zip(x + wide / 2 * (1 + across), y + high / 2 * (1 + up), strict=True)
        self.flat([(float(a), float(b), z) for a, b in ring], colour)

    def hang(self, texture: Floats, left: float, right: float, foot: float, top: float, z: float) -> None:
        """A picture that faces the camera."""
        self.sheet(texture, [(left, top, z), (right, top, z), (right, foot, z), (left, foot, z)])

    def box(
        self, x: float, y: float, z: float, size: tuple[float, float, float], colour: Colour, light: Light
    ) -> None:
        """A box (wide, high, deep); (x, y, z) is the lower left corner of its front."""
        wide, high, deep = size
        tint = f32(colour)
        middle = (x + wide / 2, y + high / 2, z)
        if y + high < 0:
            top = [
                (x, y + high, z + deep),
                (x + wide, y + high, z + deep),
                (x + wide, y + high, z),
                (x, y + high, z),
            ]
            self.flat(top, tint * light.at(middle, (0, 1, 0)), z + 0.01)
        if x > 0 or x + wide < 0:
            edge, facing = (x, -1) if x > 0 else (x + wide, 1)
            side = [(edge, y, z), (edge, y, z + deep), (edge, y + high, z + deep), (edge, y + high, z)]
            self.flat(side, tint * light.at(middle, (facing, 0, 0)), z + 0.005)
        self.wall(x, y, z, wide, high, tint * light.at(middle, (0, 0, -1)))

    def lamp(self, point: Point, colour: Colour, size: float = 0.0) -> None:
        """A small light: the lens makes a disc of it, of this radiance. size: its own radius in metres."""
        self._lamps.append((point[2], self.spot(point), f32(colour), size * LENS * SIDE / point[2]))

    def photograph(self, blur: float) -> Floats:
        """(SIDE, SIDE, 3) linear radiance. blur: radius of the disc of a far point, share of the picture."""
        picture = np.zeros((3, WHOLE, WHOLE), np.float32)
        rough = enlarge(1 + UNEVEN * cloud(self.rng, (WHOLE // 3, WHOLE // 3), 5, 4, 0.75), (WHOLE, WHOLE))
        for low, high in reversed(list(zip(LAYERS, (*LAYERS[1:], 1.01), strict=True))):
            things = [t for t in self._things if low <= _confusion(t[0]) < high]
            lamps = [lamp for lamp in self._lamps if low <= _confusion(lamp[0]) < high]
            if not things and not lamps:
                continue
            depths = [t[0] for t in things] + [lamp[0] for lamp in lamps]
            share = float(np.mean([_confusion(depth) for depth in depths]))
            planes = _painted(things)
            planes[:3] *= np.roll(rough, int(share * 1e4) % WHOLE, int(share > 0.7))
            planes = optics.defocus(planes, share * blur * SIDE)
            picture = picture * (1 - np.clip(planes[3], 0, 1)) + planes[:3]
            for depth, at, colour, size in lamps:
                radius = _confusion(depth) * blur * SIDE + size
                optics.disc(picture, at, radius, colour, SIDE * 0.7)
        inner = picture[:, MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE]
        return f32(cv2.merge([np.ascontiguousarray(plane) for plane in inner]))


class Light:
    """Daylight from one side and a soft rest, enough to tell the faces of things apart."""

    def __init__(self, window: Point, day: Colour, rest: Colour, reach: float = 4.0) -> None:
        self.window, self.day, self.rest, self.reach = np.array(window), f32(day), f32(rest), reach

    def at(self, point: Point, normal: Point) -> Floats:
        """Light that falls on a surface there."""
        towards = self.window - np.array(point)
        away = float(np.linalg.norm(towards)) + 1e-6
        facing = 0.3 + 0.7 * max(0.0, float(towards @ np.array(normal)) / away)
        above = 0.75 + 0.25 * normal[1]
        return f32(self.rest * above + self.day * (facing / (1 + (away / self.reach) ** 2)))


def _depth(points: Sequence[Point], depth: float | None) -> float:
    return float(np.mean([p[2] for p in points])) if depth is None else depth


def _confusion(depth: float) -> float:
    """Blur of something at `depth`, as a share of that at infinity."""
    return max(0.0, 1 - SITTER / depth)


def _painted(things: list[tuple[float, Any]]) -> Floats:
    """(4, WHOLE, WHOLE) premultiplied radiance and cover, the far painted first."""
    canvas = np.zeros((WHOLE, WHOLE, 4), np.float32)
    for _, thing in sorted(things, key=lambda t: -t[0]):
        if len(thing) == 3:
            ring, colour, cover = thing
            if cover == 1:
                cv2.fillConvexPoly(canvas, ring, (*colour, 1.0), shift=3)
            else:
                mask = np.zeros((WHOLE, WHOLE), np.float32)
                cv2.fillConvexPoly(mask, ring, 1.0, shift=3)
                mask = mask[..., None]
                canvas = canvas * (1 - cover * mask) + mask * f32([*colour, cover])
        else:
            _hang(canvas, *thing)
    return np.stack(cv2.split(canvas)).astype(np.float32, copy=False)


def _hang(canvas: Floats, corners: Floats, texture: Floats) -> None:
    """Warp a picture to where its corners are seen, over what is there."""
    low = np.clip(np.floor(corners.min(0)), 0, WHOLE).astype(int)
    high = np.clip(np.ceil(corners.max(0)) + 1, 0, WHOLE).astype(int)
    size = high - low
    if min(size) <= 0:
        return
    height, width = texture.shape[:2]
    source = f32([(0, 0), (width, 0), (width, height), (0, height)]) - np.float32(0.5)
    turn = cv2.getPerspectiveTransform(source, f32(corners - low - 0.5))
    seen = cv2.warpPerspective(
        texture, turn, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = np.zeros(seen.shape[:2], np.float32)
    ring = np.round(np.clip(corners - low, -4000, 4000) * 8).astype(np.int32)
    cv2.fillConvexPoly(inside, ring, 1.0, shift=3)
    # OpenCV multiplies four planes three times faster than numpy spreads one over them.
    seen = cv2.multiply(seen, cv2.merge([inside] * 4))
    here = canvas[low[1] : high[1], low[0] : high[0]]
    here[:] = cv2.multiply(np.ascontiguousarray(here), cv2.merge([1 - seen[..., 3]] * 4)) + seen
