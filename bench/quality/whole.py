"""Tools that improve a whole picture at a touch, as people know them: held against the looks where that makes
sense (likeness, colour of skin). They replace no background and level no head."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

Bytes = NDArray[np.uint8]


def pillow(pixels: Bytes) -> Bytes:
    """Pillow: automatic contrast by channel, then a tenth more contrast, colour and sharpness."""
    image = ImageOps.autocontrast(Image.fromarray(np.ascontiguousarray(pixels)), cutoff=1)
    for touch in (ImageEnhance.Contrast, ImageEnhance.Color, ImageEnhance.Sharpness):
        image = touch(image).enhance(1.1)
    return np.array(image, np.uint8)


def magick() -> str | None:
    """ImageMagick's program, where the real one is installed."""
    for name in ("magick", "convert"):
        program = shutil.which(name)
        if program:
            said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stdout
            if "ImageMagick" in said:
                return program
    return None


def imagemagick(pixels: Bytes) -> Bytes:
    """ImageMagick: -auto-level -auto-gamma -unsharp 0x1."""
    program = magick()
    assert program is not None
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=1)
    command = [program, "png:-", "-auto-level", "-auto-gamma", "-unsharp", "0x1", "-depth", "8", "png:-"]
    made = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True).stdout
    return np.array(Image.open(io.BytesIO(made)).convert("RGB"), np.uint8)


ENHANCERS: dict[str, Callable[[Bytes], Bytes]] = {"Pillow auto-enhance": pillow}
if magick():
    ENHANCERS["ImageMagick auto-level, auto-gamma"] = imagemagick
