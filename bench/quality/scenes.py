"""Photos whose truth is known: a cut-out person, drawn strands round the head, a place behind, a camera.

What is mixed is mixed as linear light before noise and JPEG, so alpha and the colours of the person are
exact by construction, whatever the key or the net said about the photo that the person came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from . import backgrounds, cutouts, hair
from .light import to_display, to_light

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One photo. `own`: the colour that the strands take from the person's own hair; else they are drawn in
    `colour` and the hair near the outline is dyed."""

    portrait: str
    method: str
    colour: str
    kind: str
    place: str
    noise: float = 1.5
    """Standard deviation of the camera's noise in 8-bit units, at middle grey."""
    quality: int = 93
    """JPEG quality."""

    @property
    def long(self) -> bool:
        """Whether this person's hair hangs below the ears."""
        return self.portrait in ("001", "016", "024", "039", "040")

    @property
    def name(self) -> str:
        return f"{self.portrait} {self.colour} {self.kind}, {self.place}"

    @property
    def seed(self) -> int:
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4], "big")


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A made photo and what it was made of, all (h, w)."""

    recipe: Recipe
    photo: NDArray[np.uint8]
    alpha: Floats
    """0..1."""
    light: Floats
    """(h, w, 3) linear colours of person and strands, also where alpha is 0."""


RECIPES = (
    Recipe("021", "bare", "none", "bare", "leaves"),
    Recipe("021", "bare", "none", "bare", "hair-brown", 4.0, 85),
    Recipe("016", "keyed", "black", "braids", "market (015)"),
    Recipe("016", "keyed", "black", "flyaways", "white wall"),
    Recipe("016", "keyed", "black", "wavy", "leaves, soft"),
    Recipe("046", "keyed", "grey", "curls", "mural (014)"),
    Recipe("046", "keyed", "grey", "flyaways", "night bokeh", 3.0),
    Recipe("008", "keyed", "brown", "wavy", "books"),
    Recipe("008", "keyed", "brown", "flyaways", "hedge (025)"),
    Recipe("008", "keyed", "brown", "wavy", "red wall"),
    Recipe("012", "core", "black", "curls", "leaves"),
    Recipe("012", "core", "black", "curls", "blue wall"),
    Recipe("012", "core", "black", "curls", "books, soft", 4.0, 85),
    Recipe("012", "core", "black", "curls", "hair-black"),
    Recipe("025", "core", "black", "straight", "white wall"),
    Recipe("025", "core", "black", "flyaways", "coffee"),
    Recipe("029", "core", "brown", "wavy", "house (024)"),
    Recipe("029", "core", "brown", "straight", "hair-brown"),
    Recipe("040", "core", "blond", "flyaways", "leaves"),
    Recipe("040", "core", "blond", "straight", "green wall"),
    Recipe("039", "core", "blond", "wavy", "roadside (036)"),
    Recipe("039", "core", "blond", "flyaways", "hair-blond"),
    Recipe("039", "core", "red", "wavy", "hedge (025)"),
    Recipe("039", "core", "red", "curls", "grey wall"),
    Recipe("045", "core", "white", "curls", "white wall"),
    Recipe("045", "core", "white", "flyaways", "flags (051)"),
    Recipe("045", "core", "white", "curls", "cat"),
    Recipe("024", "core", "grey", "straight", "stripes"),
    Recipe("024", "core", "grey", "flyaways", "mural (014)", 3.0),
    Recipe("001", "core", "black", "flyaways", "stripes"),
    Recipe("001", "core", "black", "straight", "grass"),
    Recipe("034", "core", "grey", "straight", "rocket"),
)
QUICK = (0, 3, 7, 10, 13, 18, 22, 25, 28, 29)
"""Of RECIPES: one of each difficulty, for a loop while one works."""


SLOW = (3, 10, 18, 28)
"""Of RECIPES: for solvers that take half a minute each."""


def hair_of(cutout: cutouts.Cutout) -> tuple[float, float, float]:
    """sRGB 0..255 of the person's own hair: the middle tone of a patch at the top of the head."""
    rows, columns = np.nonzero(cutout.alpha > 0.9)
    top = cutout.points[:468, 1].min()
    near = (rows < top) & (abs(columns - cutout.points[:468, 0].mean()) < 0.2 * cutout.head)
    if near.sum() < 50:
        return hair.COLOURS["black"]
    colours = to_display(np.median(cutout.light[rows[near], columns[near]], 0)) * 255
    return (float(colours[0]), float(colours[1]), float(colours[2]))


def dyed(cutout: cutouts.Cutout, colour: str) -> Floats:
    """The person's light with the hair in another colour: what is above the chin and off the face."""
    own = to_light(np.array(hair_of(cutout)) / 255)
    wanted = to_light(np.array(hair.COLOURS[colour]) / 255)
    rows = np.arange(cutout.alpha.shape[0], dtype=np.float32)[:, None]
    where = np.clip(from_face(cutout) / 0.03, 0, 1) * np.clip(
        (cutout.chin - rows) / (0.08 * cutout.head) + 0.6, 0, 1
    )
    lit = cutout.light.mean(-1, keepdims=True) / own.mean()
    return (cutout.light + where[..., None] * (np.minimum(lit, 3) * wanted - cutout.light)).astype(np.float32)


def scalp(cutout: cutouts.Cutout, long: bool) -> NDArray[np.bool_]:
    """(h, w) where the edge of the person is hair: above the ears, or above the chin off the cheeks."""
    rows = np.arange(cutout.alpha.shape[0])[:, None]
    eyes = float(cutout.points[[468, 473], 1].mean())
    if not long:
        return np.broadcast_to(rows < eyes - 0.02 * cutout.head, cutout.alpha.shape)
    return (rows < cutout.chin - 0.05 * cutout.head) & ((rows < eyes) | (from_face(cutout) > 0.05))


def from_face(cutout: cutouts.Cutout) -> Floats:
    """(h, w) distance to the face, in head heights."""
    face = np.zeros(cutout.alpha.shape, np.uint8)
    cv2.fillConvexPoly(
        face, cv2.convexHull(np.ascontiguousarray(cutout.points[:468, :2])).astype(np.int32), 1
    )
    return np.asarray(cv2.distanceTransform(1 - face, cv2.DIST_L2, 5) / cutout.head, np.float32)


def camera(light: Floats, recipe: Recipe, dice: np.random.Generator) -> NDArray[np.uint8]:
    """Shot noise and read noise, correlated over a pixel as after demosaicing, then JPEG."""
    shown = to_display(light) * 255
    noise = cv2.GaussianBlur(dice.standard_normal(shown.shape).astype(np.float32), (0, 0), 0.6)
    noise *= recipe.noise / noise.std() * (0.5 + 0.5 * np.sqrt(np.clip(shown / 128, 0, 2)))
    pixels = np.clip(np.round(shown + noise), 0, 255).astype(np.uint8)
    file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, recipe.quality])[1]
    return np.ascontiguousarray(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def mixed(recipe: Recipe, cutout: cutouts.Cutout, place: Floats) -> Truth:
    """The photo of `recipe` with a given person and place. Pure: the same arguments give the same photo."""
    dice = np.random.default_rng(recipe.seed)
    light, alpha = cutout.light, cutout.alpha
    cover = np.zeros_like(alpha)
    glow = np.zeros_like(light)
    if recipe.kind in hair.KINDS:
        own = np.array(hair_of(cutout))
        target = hair.COLOURS[recipe.colour]
        redyed = recipe.colour in ("red",)
        if redyed:
            light = dyed(cutout, recipe.colour)
        colour = np.array(target, float) if redyed else 0.7 * own + 0.3 * np.array(target, float)
        mask = (alpha > 0.5).astype(np.uint8)
        fringe = 2.5 if recipe.method == "core" else 0.6
        cover, glow = hair.hairdo(
            mask, scalp(cutout, recipe.long), cutout.head, recipe.kind, tuple(colour), dice, fringe
        )
    # Strands lie before the person; the lens softens both alike.
    whole = cover + alpha * (1 - cover)
    front = glow + (light * alpha[..., None]) * (1 - cover[..., None])
    sharp = 0.55
    whole, front = cv2.GaussianBlur(whole, (0, 0), sharp), cv2.GaussianBlur(front, (0, 0), sharp)
    whole = np.where(whole > 0.998, 1, np.where(whole < 0.002, 0, whole)).astype(np.float32)
    colours = front / np.maximum(whole, 1e-3)[..., None]
    colours = cutouts.spread(colours, (whole > 0.02).astype(np.float32))
    scene = colours * whole[..., None] + to_light(place) * (1 - whole[..., None])
    return Truth(recipe, camera(scene, recipe, dice), whole, colours)


def load(folder: Path, number: str) -> NDArray[np.uint8]:
    pixels = cv2.imread(str(folder / f"portrait_{number}.jpg"))
    if pixels is None:
        raise FileNotFoundError(folder / f"portrait_{number}.jpg")
    return np.ascontiguousarray(pixels[..., ::-1], np.uint8)


def made(recipe: Recipe, folder: Path) -> Truth:
    """The photo of `recipe` from the portraits in `folder`."""
    cutout = getattr(cutouts, recipe.method)(load(folder, recipe.portrait))
    side = cutout.alpha.shape[0]
    place = backgrounds.PLACES[recipe.place](side, np.random.default_rng(recipe.seed + 1), folder)
    return mixed(recipe, cutout, place)


def version() -> str:
    """Changes whenever the code that makes the truth changes."""
    digest = hashlib.sha256()
    for name in ("light", "hair", "cutouts", "backgrounds", "scenes"):
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def all_of(recipes: tuple[Recipe, ...], folder: Path, cache: Path) -> Iterator[Truth]:
    """Every photo, kept in `cache` between runs (about 2 s each to make)."""
    cache.mkdir(parents=True, exist_ok=True)
    for recipe in recipes:
        file = cache / f"{recipe.seed:08x}-{version()}.npz"
        if file.exists():
            kept = np.load(file)
            yield Truth(
                recipe,
                kept["photo"],
                kept["alpha"].astype(np.float32) / 65535,
                to_light(kept["colours"].astype(np.float32) / 65535),
            )
            continue
        truth = made(recipe, folder)

        def fine(values: Floats) -> NDArray[np.uint16]:
            return np.round(np.clip(values, 0, 1) * 65535).astype(np.uint16)

        np.savez(
            file,
            photo=truth.photo,
            alpha=fine(truth.alpha),
            colours=fine(to_display(truth.light)),
        )
        yield truth
