"""The same portrait handed in well and badly: what several selfies of one person look like."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFilter


def soft(photo: bytes) -> bytes:
    """A little out of focus: still admitted, but worse."""
    return _jpeg(Image.open(io.BytesIO(photo)).convert("RGB").filter(ImageFilter.GaussianBlur(0.8)))


def dark(photo: bytes) -> bytes:
    """Far too dark: refused."""
    return _jpeg(Image.open(io.BytesIO(photo)).convert("RGB").point(lambda value: int(value * 0.12)))


def huge(pixels: int = 4000, seed: int = 0) -> bytes:
    """A large picture of noise: slow to decode, and nobody in it."""
    grain = np.random.default_rng(seed).integers(0, 255, (pixels // 8, pixels // 8, 3), np.uint8)
    return _jpeg(Image.fromarray(grain).resize((pixels, pixels)))


def twice(photo: bytes) -> bytes:
    """The same person twice, side by side: which one is it?"""
    one = Image.open(io.BytesIO(photo)).convert("RGB")
    both = Image.new("RGB", (one.width * 2, one.height))
    for left in (0, one.width):
        both.paste(one, (left, 0))
    return _jpeg(both)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()
