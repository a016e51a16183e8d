"""People in a real browser, the studio served over TLS: with a mouse, a keyboard, without JavaScript."""

from __future__ import annotations

import io
import re
import uuid
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from tests.conftest import PASSWORD, Cast
from tests.web.conftest import Watched

pytestmark = pytest.mark.browser

HELD = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  chosen: [...document.querySelectorAll('input[type=file]')].reduce((n, each) => n + each.files.length, 0),
  pixels: [...document.querySelectorAll('canvas')].reduce((n, each) => n + each.width * each.height, 0),
})"""
# Counts what pages like to forget: object URLs and camera tracks.
COUNTERS = """
  window.made = []; window.tracks = [];
  const make = URL.createObjectURL.bind(URL), drop = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (thing) => { const url = make(thing); window.made.push(url); return url; };
  URL.revokeObjectURL = (url) => { window.made = window.made.filter((each) => each !== url); drop(url); };
  if (navigator.mediaDevices) {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await ask(wish); window.tracks.push(...stream.getTracks()); return stream;
    };
  }
"""
NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0, "chosen": 0, "pixels": 0}
HERE = {"chosen": 1, "pixels": 0}  # what a page of the sitting may hold: its size is another test's business
WORDS = {
    "en": {"photo": "Your photo", "choose": "Choose your look", "use": "Yours to use", "gone": "deleted"},
    "fr": {"photo": "Votre photo", "choose": "Choisissez votre style", "use": "À vous", "gone": "supprim"},
}


def photo(data: bytes) -> dict[str, Any]:
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": data}


def sign_in(seen: Watched, name: str = "ann") -> None:
    seen.open("/accounts/login/")
    seen.page.fill("[name=login]", f"{name}@example.org")
    seen.page.fill("[name=password]", PASSWORD)
    seen.page.click("main form button")
    seen.page.wait_for_url(seen.origin + "/")


def title(seen: Watched) -> str:
    return str(seen.page.locator("h1").inner_text())


def assert_clean(seen: Watched) -> None:
    assert seen.foreign == []
    assert seen.trouble == []


@pytest.mark.parametrize(("lang", "locale"), [("en", "en-GB"), ("fr", "fr-FR")])
def test_from_the_photo_to_the_file_and_back_to_nothing(
    browse: Any, cast: Cast, hopper: bytes, lang: str, locale: str
) -> None:
    seen, words = browse(locale=locale), WORDS[lang]
    seen.page.add_init_script(COUNTERS)
    page = seen.page
    sign_in(seen)
    seen.open("/photo/")
    assert words["photo"] in title(seen)
    page.set_input_files("[name=photo]", photo(hopper))
    page.wait_for_selector("canvas:not([hidden])")
    page.click("main button[type=submit]")
    page.wait_for_url("**/sittings/*/")
    page.wait_for_selector(".looks")
    assert words["choose"] in title(seen)
    assert words["choose"] in page.title(), "the tab says where we are, too"
    assert page.evaluate(HELD) | HERE == NOTHING | HERE, "the photo is in this page's memory only"
    assert page.evaluate("window.made") == []

    page.locator(".looks form button").first.click()
    page.wait_for_url("**/headshots/*/")
    assert page.evaluate(HELD) == NOTHING, "and gone with the page"
    assert words["use"] in title(seen)
    for _again in range(2):  # the same file again and again, until the date shown
        with page.expect_download() as waiting:
            page.locator("a[download]").first.click()
        with Image.open(str(waiting.value.path())) as picture:
            told = re.search(r"(\d+)x(\d+)\.jpg$", waiting.value.suggested_filename)
            assert told is not None
            assert picture.size == (int(told[1]), int(told[2]))

    page.locator("main a[href$='story/']").first.click()
    assert page.locator(".timeline li").count() >= 4
    seen.open("/")
    page.locator(".sittings a.bad").first.click()
    page.click("main form button.bad")
    assert words["gone"] in page.locator(".notes[role=status]").first.inner_text()
    assert page.locator("main img").count() == 0
    assert page.evaluate(HELD) == NOTHING
    assert_clean(seen)


def test_without_javascript_the_whole_way_is_forms_and_links(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse(java_script_enabled=False)
    page = seen.page
    sign_in(seen)
    seen.open("/photo/")
    assert page.locator("[data-camera]").is_hidden()
    page.set_input_files("[name=photo]", photo(hopper))
    page.click("main button[type=submit]")
    page.wait_for_url("**/sittings/*/")
    page.locator(".looks form button").first.click()
    page.wait_for_url("**/headshots/*/")
    with page.expect_download():
        page.locator("a[download]").first.click()
    page.locator("main a[href$='delete/']").click()
    page.click("main form button.bad")
    assert "deleted" in page.locator(".notes[role=status]").first.inner_text()
    assert_clean(seen)


def until(page: Any, truth: str) -> None:
    """Wait for a JavaScript expression. (Playwright's own way needs `eval`, which the policy refuses.)"""
    for _ in range(200):
        if page.evaluate(truth):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {truth}")


def tab_to(page: Any, wanted: str, limit: int = 60) -> None:
    """Press Tab until the focused element matches ``wanted``; what has the focus must always be visible."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_a_keyboard_is_enough(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    page = seen.page
    seen.open("/accounts/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, "[name=login]")
    page.keyboard.type("ann@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(seen.origin + "/")
    tab_to(page, "main a[href='/before/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/before/")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/photo/")
    tab_to(page, "[name=photo]")
    outline = "getComputedStyle(document.querySelector('label[for=id_photo]')).outlineStyle"
    assert page.evaluate(outline) == "solid", "the visible label shows where the focus is"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(photo(hopper))
    page.wait_for_selector("canvas:not([hidden])")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".looks")
    assert page.evaluate("document.activeElement.matches('h1, #main, body')"), (
        "reading starts at the new title"
    )
    tab_to(page, ".looks form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/headshots/*/")
    tab_to(page, "a[download]")
    with page.expect_download():
        page.keyboard.press("Enter")
    assert_clean(seen)


def test_a_photo_without_a_face_is_refused_with_a_fix_and_the_form_is_ready_again(
    browse: Any, cast: Cast
) -> None:
    blank = io.BytesIO()
    Image.effect_noise((900, 900), 40).convert("RGB").save(blank, "JPEG")
    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", photo(blank.getvalue()))
    seen.page.click("main button[type=submit]")
    seen.page.wait_for_selector("[role=alert]:visible")
    assert "No face was found" in seen.page.locator("[role=alert]:visible").first.inner_text()
    assert seen.page.locator("[name=photo]").count() == 1
    assert seen.page.evaluate(HELD) == NOTHING
    assert_clean(seen)


def test_a_kept_photo_waits_its_turn_and_the_page_follows_by_itself(
    browse: Any, cast: Cast, hopper: bytes
) -> None:
    from faceproof.sittings import flow, studio

    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", photo(hopper))
    seen.page.click("summary:has-text('And afterwards')")
    seen.page.select_option("[name=keep_days]", "1")
    assert seen.page.is_checked("[value=sealed]"), "choosing a time is choosing to keep it"
    seen.page.click("main button[type=submit]")
    seen.page.wait_for_selector("text=waits its turn")
    ident = seen.page.url.split("/")[-2]
    flow.develop(cast.ann, uuid.UUID(ident))  # the worker's part
    studio.close()
    seen.page.wait_for_selector(".looks img")
    seen.page.wait_for_selector("text=kept encrypted until")
    seen.page.locator("main a[href$='photo/delete/']").click()
    seen.page.click("main form button.bad")
    assert "Your photo is deleted" in seen.page.locator(".notes[role=status]").first.inner_text()
    assert_clean(seen)


def test_the_camera_is_on_only_while_it_is_needed(browse: Any, cast: Cast) -> None:
    seen = browse(permissions=["camera"])
    page = seen.page
    page.add_init_script(COUNTERS)
    live = "window.tracks.filter((track) => track.readyState === 'live').length"
    sign_in(seen)
    seen.open("/photo/")
    page.click("[data-camera]")
    until(page, "document.querySelector('video').videoWidth > 0")
    assert page.evaluate(live) == 1
    page.click("[data-snap]")
    page.wait_for_selector("canvas:not([hidden])")
    assert page.evaluate(live) == 0, "off as soon as the picture is taken"
    assert page.evaluate("document.querySelector('[name=photo]').files[0].type") == "image/jpeg"

    page.click("[data-camera]")
    until(page, "document.querySelector('video').videoWidth > 0")
    page.click("[data-stop]")
    assert page.evaluate(live) == 0, "off when it is closed"
    assert page.evaluate(HELD) == NOTHING, "and nothing is left of the picture before"

    page.click("[data-camera]")
    until(page, "document.querySelector('video').videoWidth > 0")
    page.evaluate("""() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }""")
    assert page.evaluate(live) == 0, "off when the page is out of sight"
    assert_clean(seen)


def test_leaving_the_page_lets_go_of_the_photo(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", photo(hopper))
    seen.page.wait_for_selector("canvas:not([hidden])")
    seen.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert seen.page.evaluate(HELD) == NOTHING


def test_a_full_studio_leaves_the_photo_in_the_form(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", photo(hopper))
    seen.page.route(
        "**/photo/", lambda route: route.fulfill(status=503, headers={"Retry-After": "10"}, body="full")
    )
    seen.page.click("main button[type=submit]")
    seen.page.wait_for_selector("[data-busy]:not([hidden])")
    assert seen.page.evaluate("document.querySelector('[name=photo]').files.length") == 1
    seen.page.unroute("**/photo/")
    seen.page.click("main button[type=submit]")
    seen.page.wait_for_selector(".looks")
    seen.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert seen.page.evaluate(HELD) == NOTHING


def test_a_file_that_cannot_be_taken_is_told_before_it_is_sent(browse: Any, cast: Cast) -> None:
    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    seen.page.evaluate("document.querySelector('[data-upload]').dataset.limit = 1000")
    for kind, said in (("text/plain", "not a picture"), ("image/jpeg", "too large")):
        seen.page.set_input_files("[name=photo]", {"name": "x", "mimeType": kind, "buffer": b"x" * 2000})
        assert said in seen.page.locator("[data-says]").inner_text()
        assert seen.page.evaluate(HELD) == NOTHING


def test_a_photo_can_be_dropped_and_pasted(browse: Any, cast: Cast, hopper: bytes) -> None:
    import base64

    seen = browse()
    sign_in(seen)
    for kind in ("drop", "paste"):
        seen.open("/photo/")
        seen.page.evaluate(
            """([kind, text]) => {
              const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], 'me.jpg', { type: 'image/jpeg' }));
              const event = kind === 'drop'
                ? new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
                : new ClipboardEvent('paste', { bubbles: true, clipboardData: data });
              document.querySelector('[data-drop]').dispatchEvent(event);
            }""",
            [kind, base64.b64encode(hopper).decode()],
        )
        seen.page.wait_for_selector("canvas:not([hidden])")
        assert seen.page.evaluate("document.querySelector('[name=photo]').files.length") == 1, kind
    assert_clean(seen)


SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary')]
  .filter((each) => each.checkVisibility() && !each.closest('p, .prose, .skip'))
  .filter((each) => !['hidden', 'file'].includes(each.type))
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
FIXED = ("/", "/before/", "/photo/", "/settings/", "/organisation/", "/legal/privacy/", "/another-way/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window_and_every_target_can_be_hit(
    browse: Any, cast: Cast, hopper: bytes, scheme: str
) -> None:
    seen = browse(color_scheme=scheme, locale="fr-FR")
    sign_in(seen, "olga")
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", photo(hopper))
    seen.page.click("main button[type=submit]")
    seen.page.locator(".looks form button").first.click()
    seen.page.wait_for_url("**/headshots/*/")
    own = [
        link.get_attribute("href") for link in seen.page.locator("main a[href^='/']:not([download])").all()
    ]
    for path in (*FIXED, *own, seen.page.url.removeprefix(seen.origin)):
        seen.open(path)
        for width in (320, 390, 768, 1280, 1920):
            seen.page.set_viewport_size({"width": width, "height": 800})
            assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert seen.page.evaluate(SMALL_TARGETS) == [], (path, width)
    assert_clean(seen)


def test_every_picture_field_and_button_has_a_name(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    sign_in(seen, "olga")
    for path in ("/", "/before/", "/photo/", "/settings/", "/organisation/", "/accounts/password/change/"):
        seen.open(path)
        nameless = seen.page.evaluate("""() => [
          ...[...document.querySelectorAll('img:not([alt])')],
          ...[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
            .filter((each) => !each.labels.length && !each.ariaLabel),
          ...[...document.querySelectorAll('a, button')]
            .filter((each) => !each.textContent.trim() && !each.ariaLabel),
        ].map((each) => each.outerHTML.slice(0, 100))""")
        assert nameless == [], path
        levels = seen.page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))"
        )
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
