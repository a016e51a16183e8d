"""The whole way in a real browser, phone and laptop: first picture, answers to a touch, shifts, weight.

    .venv/bin/python bench/walk.py [--json FILE] [--photo FILE]

A real `faceproof serve` and Debian's Chromium, which measures itself (Performance API): from the press of
"Make my headshots" until the first picture stands in the frame, the longest time between a touch and the
next painted frame, the sum of the layout's shifts, and the bytes of each page without its pictures. Times are
of this machine with everything on its two cores, the browser too.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from _house import SHARED, parser, told, write
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from faceproof.cli.served import serving

GOAL_FIRST, GOAL_TOUCH, GOAL_SHIFT, GOAL_WEIGHT, GOAL_WAY = 5.0, 200.0, 0.05, 100.0, 90.0
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "laptop": {"viewport": {"width": 1280, "height": 860}},
}
WATCH = """
  window.shift = 0; window.touch = 0; window.weight = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shift += each.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.touch = Math.max(window.touch, each.duration);
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
"""
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((each) => !/\\.(jpg|jpeg|png)(\\?|$)/.test(each.name))
  .reduce((sum, each) => sum + each.encodedBodySize, 0) / 1000"""


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--photo", type=Path, help="a selfie; else a development portrait")
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="faceproof-bench-"))
    try:
        found = run(home, _photo(chosen.photo))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for device, row in found.items():
        print(device)
        print(f"  first picture     {row['first_s']:.1f} s, {told(row['first_s'], GOAL_FIRST, 's')}")
        print(f"  whole way         {row['way_s']:.1f} s of machine, {told(row['way_s'], GOAL_WAY, 's')}")
        print(f"  slowest touch     {row['touch_ms']:.0f} ms, {told(row['touch_ms'], GOAL_TOUCH, 'ms')}")
        print(f"  layout shift      {row['shift']:.3f}, {told(row['shift'], GOAL_SHIFT, '')}")
        for page, weight in row["weight_kb"].items():
            print(f"  weight {page:<10} {weight:.0f} kB, {told(weight, GOAL_WEIGHT, 'kB')}")
    write(chosen.json, "walk", found)


def _photo(given: Path | None) -> bytes:
    import matplotlib

    shipped = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    portrait = SHARED / "portraits" / "portrait_001.jpg"
    path = given or (portrait if portrait.exists() else shipped)
    out = io.BytesIO()
    Image.open(path).convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


def run(home: Path, photo: bytes) -> dict[str, Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("needs Chromium: on Debian, apt-get install chromium")
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with serving(home) as (port, _certificate), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=flags)
        origin = f"https://localhost:{port}"
        _walk(browser, origin, photo, "warm", DEVICES["laptop"])
        found = {name: _walk(browser, origin, photo, name, device) for name, device in DEVICES.items()}
        browser.close()
    return found


def _walk(browser: Browser, origin: str, photo: bytes, name: str, device: dict[str, Any]) -> dict[str, Any]:
    page = browser.new_context(ignore_https_errors=True, locale="en-GB", **device).new_page()
    page.set_default_timeout(60_000)
    page.context.add_init_script(WATCH)
    row: dict[str, Any] = {"weight_kb": {}, "shift": 0.0, "touch_ms": 0.0}
    page.goto(f"{origin}/accounts/signup/")
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password1]", "a bench is no secret")
    page.fill("[name=password2]", "a bench is no secret")
    page.check("[name=adult]")
    page.click("main form button")
    page.goto(f"{origin}/before/")
    started = time.monotonic()
    for tick in ("headshot", "adult"):
        page.check(f"[name={tick}]")
    _note(page, row, "before")
    page.click("main form button")
    page.wait_for_selector("[data-upload]")
    page.set_input_files("[name=photo]", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.wait_for_selector("[data-preview]:not([hidden])")
    _note(page, row, "photo")
    pressed = time.monotonic()
    page.click("main button[type=submit]")
    page.wait_for_selector(".frame .picture")
    page.wait_for_function("() => document.querySelector('.frame .picture').complete")
    row["first_s"] = time.monotonic() - pressed
    page.wait_for_selector(".to-come", state="detached")
    page.locator(".tiles a").nth(1).click()
    page.wait_for_selector(".tiles li:nth-child(2) [aria-current]")
    _note(page, row, "")  # the photo page and this one are one document: weighed on its own below
    again = page.context.new_page()
    again.goto(page.url)
    _note(again, row, "choose")
    again.close()
    page.locator(".looks form button").first.click()
    page.wait_for_selector("a[download]")
    with page.expect_download() as waiting:
        page.locator("a[download]").first.click()
    waiting.value.path()
    row["way_s"] = time.monotonic() - started
    _note(page, row, "use")
    page.context.close()
    return row


def _note(page: Page, row: dict[str, Any], name: str) -> None:
    page.wait_for_timeout(300)
    if name:
        row["weight_kb"][name] = page.evaluate(WEIGHT)
    row["shift"] = max(row["shift"], page.evaluate("window.shift"))
    row["touch_ms"] = max(row["touch_ms"], page.evaluate("window.touch"))


if __name__ == "__main__":
    main()
