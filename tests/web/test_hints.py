"""The hints beside the camera, on real frames: a portrait as it should be, and with one thing wrong each."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.conftest import Cast
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.test_browser import sign_in, until

pytestmark = pytest.mark.browser
Frame = NDArray[np.uint8]

SIDE = 120
JUDGE = """async ([frames, script]) => {
  const base = script.replace(/studio[^/]*$/, '');
  const { measure } = await import(base + 'frame.js'), { judge } = await import(base + 'hints.js');
  return frames.map((text) => {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    return judge(measure(bytes, Math.sqrt(bytes.length / 4)), '');
  });
}"""
SCRIPT = "document.querySelector('script[src*=\"/studio\"]').src"


def portrait(photo: bytes, side: int, fill: float = 1.0, lean: float = 0.0) -> Frame:
    """The square that the camera's frame shows, the head ``fill`` times as large as the oval, leaning by
    ``lean`` degrees."""
    from faceproof.imaging import detect

    pixels = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"))
    [face] = detect.detect(pixels)
    (left, top, right, bottom), height = face.box, float(face.box[3] - face.box[1])
    x, y = float(left + right) / 2, float(top + bottom) / 2 - 0.13 * height
    scale = 2 * 0.311 * side / (1.55 * height) * fill
    soft = cv2.GaussianBlur(pixels, (0, 0), max(0.01, 0.5 / scale)) if scale < 1 else pixels
    turn = cv2.getRotationMatrix2D((x, y), face.roll + lean, scale)
    turn[:, 2] += (side / 2 - x, 0.48 * side - y)
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(soft, turn, (side, side), borderMode=border), np.uint8)


def lit(frame: Frame, gain: float) -> Frame:
    return np.clip(frame * gain, 0, 255).astype(np.uint8)


def against_the_light(frame: Frame) -> Frame:
    """The person in shade before a bright window."""
    side = frame.shape[0]
    y, x = np.mgrid[0:side, 0:side] / side
    person = ((x - 0.5) / 0.27) ** 2 + ((y - 0.48) / 0.35) ** 2 < 1
    person |= (y > 0.78) & (abs(x - 0.5) < 0.45)
    return np.where(person[..., None], lit(frame, 0.3), lit(frame + 40.0, 1.5)).astype(np.uint8)


def judged(page: Any, *frames: Frame) -> list[str]:
    sent = [
        base64.b64encode(np.dstack([frame, np.full(frame.shape[:2], 255, np.uint8)]).tobytes()).decode()
        for frame in frames
    ]
    found: list[str] = page.evaluate(JUDGE, [sent, page.evaluate(SCRIPT)])
    return found


def test_each_hint_is_for_what_is_wrong_and_a_good_frame_has_none(
    browse: Any, cast: Cast, hopper: bytes, astronaut: bytes
) -> None:
    seen = browse()
    sign_in(seen)
    for who in (hopper, astronaut):
        good = portrait(who, SIDE)
        assert judged(seen.page, good) == ["good"]
        assert judged(seen.page, lit(good, 0.2)) == ["dark"]
        assert judged(seen.page, lit(good, 2.4)) == ["bright"]
        assert judged(seen.page, against_the_light(good)) == ["behind"]
    # Both halves must look alike for this one: of sixty portraits leaning by 24 degrees it sees nine in ten.
    leaning = [portrait(hopper, SIDE, lean=lean) for lean in (-20, -15, 15, 20)]
    assert judged(seen.page, *leaning) == ["level"] * 4
    empty = np.full((SIDE, SIDE, 3), 140, np.uint8)
    assert judged(seen.page, empty, portrait(astronaut, SIDE, fill=0.35)) == ["fit", "fit"]


def test_dark_skin_in_good_light_is_not_called_dark(browse: Any, cast: Cast, hopper: bytes) -> None:
    """What counts are the light parts of the oval, not its mean: skin of every colour has some."""
    seen = browse()
    sign_in(seen)
    good = portrait(hopper, SIDE).astype(float)
    darker = (255 * (good / 255) ** 2.2).astype(np.uint8)  # the darks far down, the lights kept
    assert darker[40:80, 45:75].mean() < 0.66 * good[40:80, 45:75].mean()
    assert judged(seen.page, darker)[0] not in ("dark", "behind")


def film(path: Path, *frames: Frame) -> Path:
    """An uncompressed film (YUV4MPEG2) for Chromium's fake camera."""
    height, width = frames[0].shape[:2]
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            out.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


# P-056
def test_the_camera_says_one_thing_at_a_time_and_sends_nothing(
    chromium: Any, site: str, cast: Cast, hopper: bytes, tmp_path: Path
) -> None:
    from tests.web.conftest import Watched

    good = portrait(hopper, 480)
    frames = [lit(good, 0.2)] * 105 + [
        good
    ] * 150  # seven seconds in the dark, then somebody opens the curtain
    flag = f"--use-file-for-fake-video-capture={film(tmp_path / 'film.y4m', *frames)}"
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, flag])
    try:
        context = browser.new_context(ignore_https_errors=True, locale="en-GB", permissions=["camera"])
        seen = Watched(context, context.new_page(), site)
        context.on("request", lambda request: seen.requests.append(request.url))
        sign_in(seen)
        seen.open("/photo/")
        seen.page.evaluate("""() => {
          window.told = [];
          const line = document.querySelector('[data-hint]');
          new MutationObserver(() => window.told.push([line.textContent, performance.now()]))
            .observe(line, { childList: true });
        }""")
        seen.page.click("[data-camera]")
        until(seen.page, "window.told.length > 0")
        asked = len(seen.requests)
        assert seen.page.locator("[data-hint][role=status]").inner_text().startswith("Too dark.")
        dashed = "getComputedStyle(document.querySelector('.oval .line')).strokeDasharray"
        assert seen.page.evaluate(dashed) != "none"
        until(seen.page, "window.told.length > 1")
        assert seen.page.locator("[data-hint]").inner_text() == "Good. Take the picture."
        assert seen.page.evaluate(dashed) == "none", "told by a line, not by a colour"
        (_, first), (_, second) = seen.page.evaluate("window.told")[:2]
        assert second - first >= 3000, "no chatter"
        assert len(seen.requests) == asked, "nothing is sent"
        seen.page.click("[data-snap]")
        seen.page.wait_for_selector("[data-preview]:not([hidden])")
        assert seen.page.evaluate("document.activeElement.type") == "submit"
    finally:
        browser.close()
