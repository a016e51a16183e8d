"""The look of the house where it can be measured: typeface, weight, shifts, drawings, print, both themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from faceproof import faults, tenancy
from faceproof.sittings import flow, gallery
from faceproof.sittings.models import Proof
from faceproof.web import layers
from faceproof.web.pages import components
from faceproof.web.templatetags import studio
from tests.conftest import PASSWORD, Cast
from tests.web.conftest import Watched

STATIC = Path(studio.__file__).parents[1] / "static/faceproof"
VISITOR = ("/", "/about/", "/accounts/login/", "/accounts/signup/", "/legal/privacy/", "/nowhere/")
MEMBER = ("/", "/before/", "/photo/", "/record/", "/settings/", "/organisation/", "/settings/erase-account/")
WEIGHT = 100_000  # bytes over the wire, pictures of people not counted
SHIFT = 0.05
PICTURES = ("image/jpeg", "image/png")
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach((each) => { if (!each.hadRecentInput) sum += each.value; });
  new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 400);
})"""


def sign_in(seen: Watched, name: str = "olga") -> None:
    seen.open("/accounts/login/")
    seen.page.fill("[name=login]", f"{name}@example.org")
    seen.page.fill("[name=password]", PASSWORD)
    seen.page.click("main form button")
    seen.page.wait_for_url(seen.origin + "/")


# --- drawings and components


def _about_the_photo() -> list[str]:
    """The codes that `faults.py` lists under “the photo”."""
    text = Path(faults.__file__).read_text()
    part = text[text.index("# --- the photo") : text.index("# --- the work")]
    return re.findall(r'_fault\(\s*"([a-z_]+)"', part)


def test_every_verdict_about_a_photo_has_its_drawing() -> None:
    codes = _about_the_photo()
    assert len(codes) >= 16
    assert [code for code in codes if not studio.drawing(code)] == []


def test_a_code_without_a_drawing_draws_nothing() -> None:
    assert studio.drawing("engine_failed") == ""


def test_every_icon_that_a_template_names_is_drawn() -> None:
    web = Path(studio.__file__).parents[1]
    named = {
        name
        for file in web.rglob("*.html")
        for name in re.findall(r'{% (?:icon|drawing) "([a-z_]+)"', file.read_text())
    }
    named |= {layer.code for layer in _layers()}
    assert named - studio.symbols("icons") - studio.symbols("drawings") == set()


def _layers() -> list[layers.Layer]:
    from faceproof.organisations.models import Organisation

    return layers.of(Organisation(name="Acme"))


def test_the_page_of_components_is_there_only_in_debug(db: Any, settings: Any, client: Client) -> None:
    assert client.get("/components/", secure=True).status_code == 404
    settings.DEBUG = True
    page = client.get("/components/", secure=True)
    assert page.status_code == 200
    text = page.content.decode()
    for name in (*components.names(components.COLOURS), *components.names(components.SIZES)):
        assert f"-{name}" in text, name
    for name in (*studio.symbols("icons"), *studio.symbols("drawings")):
        assert f"#{name}" in text, name


def test_every_token_has_its_swatch() -> None:
    swatches = (STATIC / "components.css").read_text()
    for name in components.names(components.COLOURS):
        assert f".token-{name} " in swatches, name
    for name in components.names(components.SIZES):
        assert f".size-{name} " in swatches, name


# --- the layers say what is configured


# P-061
def test_the_layers_say_where_each_of_them_is(settings: Any) -> None:
    settings.FACEPROOF_REGION = "Lyon, France"
    device, site, engine, storage = _layers()
    assert "Lyon, France" in site.place
    assert "Lyon, France" in engine.place
    assert "Lyon, France" in storage.place
    assert "Lyon" not in device.place
    assert not layers.unstated()
    assert all(each.own for each in _layers())


def test_a_bucket_and_a_company_outside_are_drawn_outside(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "elsewhere:model"
    settings.FACEPROOF_BLOBS = "s3://heads/x?endpoint=https://objects.example.net&region=eu-west-3"
    _, site, engine, storage = _layers()
    assert site.own
    assert not engine.own
    assert "elsewhere" in engine.place
    assert not storage.own
    assert "objects.example.net" in storage.place
    assert "eu-west-3" in storage.place


def test_a_place_that_is_not_stated_is_said_to_be_so(db: Any, settings: Any, client: Client) -> None:
    settings.FACEPROOF_REGION = ""
    assert "has not stated where" in client.get("/about/", secure=True).content.decode()


# --- compression


def test_static_text_and_pages_are_compressed_and_pictures_are_not(cast: Cast, client: Client) -> None:
    import gzip

    asked: dict[str, Any] = {"secure": True, "headers": {"accept-encoding": "br, gzip;q=0.8"}}
    css = client.get("/static/faceproof/faceproof.css", **asked)
    assert css["Content-Encoding"] == "gzip"
    assert gzip.decompress(css.content) == (STATIC / "faceproof.css").read_bytes()
    assert client.get("/static/faceproof/faceproof.css", **asked).content == css.content
    page = client.get("/about/", **asked)
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    lengths = {len(client.get("/accounts/login/", **asked).content) for _ in range(12)}
    assert len(lengths) > 3, "padding that differs each time"
    font = client.get("/static/faceproof/fonts/OFL.txt", **asked)
    assert "Content-Encoding" not in font
    plain = client.get("/about/", secure=True)
    assert "Content-Encoding" not in plain
    refused = client.get("/about/", secure=True, headers={"accept-encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused


def test_a_page_repeats_no_query_string(cast: Cast, client: Client) -> None:
    for path in ("/", "/about/", "/another-way/", "/legal/privacy/"):
        text = client.get(f"{path}?guess=5ecret0f", secure=True).content.decode()
        assert "5ecret0f" not in text, path


# --- what only a browser can tell


@pytest.mark.browser
def test_the_typeface_of_the_house_is_what_people_see(browse: Any, cast: Cast) -> None:
    seen = browse()
    seen.open("/")
    seen.page.wait_for_load_state("networkidle")
    told = "[...document.fonts].map((f) => [f.family, f.weight, f.status].join(' '))"
    loaded = seen.page.evaluate(f"document.fonts.ready.then(() => {told})")
    loaded = sorted(each.replace('"', "") for each in loaded if each.endswith(" loaded"))
    assert loaded == ["Faceproof Sans 400 loaded", "Faceproof Sans 600 loaded", "Faceproof Serif 600 loaded"]
    family = seen.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert "Faceproof Serif" in family
    assert seen.trouble == []


@pytest.mark.browser
def test_no_page_weighs_more_than_it_may_or_shifts(
    browse: Any, cast: Cast, hopper: bytes, settings: Any
) -> None:
    """Each page in a browser that has nothing of it yet: HTML, styles, scripts, fonts and drawings."""
    settings.FACEPROOF_ENGINE = "fake:"
    sitting = flow.receive(cast.olga, flow.Upload(hopper, "image/jpeg"), custody="sealed")
    flow.develop(cast.olga, sitting.id)
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.olga.id):
        shot = gallery.choose(cast.olga, Proof.objects.filter(sitting=sitting).first())  # type: ignore[arg-type]
    own = [f"/sittings/{sitting.id}/", f"/sittings/{sitting.id}/story/", f"/headshots/{shot.id}/"]
    first = browse(locale="fr-FR")
    sign_in(first)
    known = first.context.storage_state()
    for path, state in [(path, None) for path in VISITOR] + [(path, known) for path in (*MEMBER, *own)]:
        seen = browse(locale="fr-FR", storage_state=state)
        asked: list[Any] = []
        seen.page.on("requestfinished", lambda request, asked=asked: asked.append(request))
        seen.open(path)
        seen.page.wait_for_load_state("networkidle")
        shift = seen.page.evaluate(SHIFTS)
        weight = 0
        for request in asked:
            if not request.response().headers.get("content-type", "").startswith(PICTURES):
                sizes = request.sizes()
                weight += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        assert weight > 50_000, "the fonts were counted"
        assert weight <= WEIGHT, (path, weight)
        assert shift <= SHIFT, (path, shift)
        seen.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/about/", "/accounts/signup/"])
def test_fonts_that_come_late_or_never_move_nothing(browse: Any, cast: Cast, path: str) -> None:
    import time

    for arrives in (True, False):
        seen = browse(viewport={"width": 390, "height": 844})

        def hold(route: Any, arrives: bool = arrives) -> None:
            time.sleep(0.4)
            route.continue_() if arrives else route.abort()

        seen.page.route("**/*.woff2", hold)
        seen.open(path)
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.evaluate(SHIFTS) <= SHIFT, arrives
        seen.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_front_door_fit_every_window(browse: Any, cast: Cast, scheme: str) -> None:
    seen = browse(color_scheme=scheme, locale="fr-FR")
    for path in ("/", "/about/", "/accounts/login/", "/nowhere/"):
        seen.open(path)
        for width in (320, 390, 768, 1280, 1920):
            seen.page.set_viewport_size({"width": width, "height": 800})
            assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


@pytest.mark.browser
def test_the_layers_are_there_on_demand_and_the_two_buttons_are_equal(browse: Any, cast: Cast) -> None:
    seen = browse(viewport={"width": 320, "height": 700})
    sign_in(seen)
    seen.open("/before/")
    assert not seen.page.locator(".layers").is_visible()
    seen.page.click("details.fold summary")
    assert seen.page.locator(".layer").count() == 4
    assert seen.page.locator(".layers").is_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one, other = seen.page.locator(".choice-card .equal > *").all()
    look = """(each) => { const s = getComputedStyle(each), b = each.getBoundingClientRect();
      return [s.backgroundColor, s.color, s.borderColor, s.fontSize, s.fontWeight, b.width, b.height]; }"""
    assert one.evaluate(look) == other.evaluate(look)


@pytest.mark.browser
def test_printed_the_page_for_the_works_council_is_text_without_buttons(browse: Any, cast: Cast) -> None:
    seen = browse(color_scheme="dark")
    seen.open("/about/")
    seen.page.emulate_media(media="print")
    for gone in (".foot", "[data-print]", ".top .menu"):
        assert not seen.page.locator(gone).first.is_visible(), gone
    assert seen.page.locator(".layer").first.is_visible()
    assert seen.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    for part in (".layer-place", ".layers-end", ".lead", ".who td"):
        look = "(each) => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
        ink, ground = seen.page.locator(part).first.evaluate(look)
        assert ink in ("rgb(0, 0, 0)", "rgb(51, 51, 51)"), part
        assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), part


@pytest.mark.browser
def test_the_page_says_when_the_network_is_away(browse: Any, cast: Cast) -> None:
    seen = browse()
    seen.open("/about/")
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.locator("[data-away]").is_hidden()
    seen.context.set_offline(True)
    seen.page.wait_for_selector("[data-away]:visible")
    seen.context.set_offline(False)
    seen.page.wait_for_selector("[data-away]", state="hidden")
