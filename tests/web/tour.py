"""A tour of every page and of the states that a person can meet, for whoever looks at all of them: axe, the
screenshots, the measures of weight. Each stop gives its name while the page shows it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from PIL import Image

from faceproof.web.pages import PAGES
from tests import photos
from tests.conftest import PASSWORD, Cast

NO_PAGE = {"healthz", "accent", "language", "hand_over_state", "receipt", "components"}
LEGAL = ("notice", "privacy", "consent", "deletion", "terms", "marketing", "adult")


def calm(page: Any) -> None:
    """Until nothing loads, moves or is swapped any more."""
    page.wait_for_load_state("load")
    for _ in range(200):
        if page.evaluate(
            "document.fonts.status === 'loaded'"
            " && [...document.images].every((each) => each.loading === 'lazy' || each.complete)"
        ):
            break
        page.wait_for_timeout(25)
    page.wait_for_timeout(150)


def picture(data: bytes) -> dict[str, Any]:
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": data}


def nobody() -> bytes:
    """A picture with nobody in it."""
    out = io.BytesIO()
    Image.effect_noise((900, 900), 40).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def sign_in(seen: Any, who: str) -> None:
    seen.open("/accounts/login/")
    seen.page.fill("[name=login]", f"{who}@example.org")
    seen.page.fill("[name=password]", PASSWORD)
    seen.page.click("main form button")
    seen.page.wait_for_url(seen.origin + "/")


def hand_in(seen: Any, *data: bytes) -> None:
    """Send photos and wait for what becomes of them: pictures, a question or a refusal."""
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", [picture(each) for each in data])
    seen.page.click("main button[type=submit]")
    seen.page.wait_for_url("**/sittings/*/")
    seen.page.wait_for_selector(
        "[data-sitting=ready-look], [data-sitting=asking], [data-sitting=refused], [data-sitting=failed]"
    )


def plain(seen: Any, *who: str, but: tuple[str, ...]) -> Iterator[str]:
    """Every page of these people whose address has no blanks."""
    for page in PAGES:
        if page.who not in who or "<" in page.path or page.name in {*NO_PAGE, *but}:
            continue
        answer = seen.context.request.get(f"{seen.origin}/{page.path}", max_redirects=0)
        if answer.status == 200 and "text/html" in answer.headers["content-type"]:
            seen.open(f"/{page.path}")
            yield page.name.replace("_", "-")


def visitor(seen: Any) -> Iterator[str]:
    """What somebody reads who is not signed in."""
    seen.open("/")
    yield "landing"
    yield from plain(seen, "anyone", but=("home",))
    for slug in LEGAL:
        if seen.open(f"/legal/{slug}/").status == 200:
            yield f"legal-{slug}"
    seen.open("/accounts/signup/")
    yield "signup"
    seen.page.click("main form button")
    yield "signup-errors"
    seen.open("/accounts/login/")
    yield "login"
    seen.page.fill("[name=login]", "nobody@example.org")
    seen.page.fill("[name=password]", "wrong")
    seen.page.click("main form button")
    yield "login-wrong"
    if seen.open("/accounts/password/reset/").status == 200:
        yield "password-reset"
    seen.open("/nowhere/")
    yield "not-found"


def member(seen: Any, cast: Cast, photo: bytes) -> Iterator[str]:
    """What a person meets, from the empty gallery to deleting everything; Olga also organises."""
    page = seen.page
    sign_in(seen, "olga")
    yield "gallery-empty"
    seen.open("/before/")
    yield "before"
    if page.locator("details summary").count():
        page.locator("main details summary").first.click()
        yield "before-layers"
    seen.open("/photo/")
    yield "photo"
    page.set_input_files("[name=photo]", picture(photo))
    page.wait_for_selector("canvas:not([hidden])")
    yield "photo-chosen"
    yield from questions(seen, photo)
    hand_in(seen, photo)
    yield "choose"
    for fold in page.locator("main details > summary").all():
        fold.click()
    yield "choose-opened"
    at = page.url
    seen.open(at.removeprefix(seen.origin) + "not-me/")
    yield "not-me"
    page.goto(at)
    page.locator(".looks form button").first.click()
    page.wait_for_url("**/headshots/*/")
    yield "use"
    shot = page.url
    for fold in page.locator("main details > summary").all():
        fold.click()
    yield "use-opened"
    seen.open(shot.removeprefix(seen.origin) + "delete/")
    yield "delete-headshot"
    seen.open(at.removeprefix(seen.origin) + "story/")
    yield "story"
    page.locator("main details > summary").first.click()
    yield "story-receipt"
    seen.open(at.removeprefix(seen.origin) + "delete/")
    yield "delete-sitting"
    hand_in(seen, photos.soft(photo), photo, photos.dark(photo))
    yield "choose-of-several"
    seen.open("/")
    yield "gallery"
    yield from plain(seen, "member", "organiser", but=("before", "photo"))
    for path in ("accounts/password/change/", "accounts/logout/"):
        seen.open(f"/{path}")
        yield path.strip("/").split("/", 1)[1].replace("/", "-")


def questions(seen: Any, photo: bytes) -> Iterator[str]:
    """What the checks may say."""
    hand_in(seen, photos.dark(photo))
    yield "question-taste"
    hand_in(seen, photos.twice(photo))
    yield "question-which-face"
    hand_in(seen, nobody())
    yield "refused"


def trouble(seen: Any, photo: bytes) -> Iterator[str]:
    """Full, and not to be reached; the photo stays where it is."""
    page = seen.page
    for name, answer in (("studio-full", 503), ("offline", 0)):
        seen.open("/photo/")
        page.set_input_files("[name=photo]", picture(photo))
        if answer:
            page.route("**/photo/", lambda route: route.fulfill(status=503, body="full"))
        else:
            seen.context.set_offline(True)
        page.click("main button[type=submit]")
        page.wait_for_selector("[data-busy]:not([hidden])" if answer else "[data-offline]:not([hidden])")
        yield name
        page.unroute("**/photo/")
        seen.context.set_offline(False)


def tour(seen: Any, cast: Cast, photo: bytes) -> Iterator[str]:
    """All of it."""
    for part in (visitor(seen), member(seen, cast, photo), trouble(seen, photo)):
        for name in part:
            calm(seen.page)
            yield name
