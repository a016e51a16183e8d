"""Try without keeping: pictures in the answer, and nothing of them anywhere else. (P-033)"""

from __future__ import annotations

import base64
import io
import os
import re
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from PIL import Image

from faceproof import marking
from faceproof.sittings import studio, trying
from tests.conftest import Cast
from tests.sittings.test_no_plaintext import COMMENT, betrayed
from tests.web.conftest import Watched
from tests.web.test_browser import photo
from tests.web.test_pages import TlsClient

TICKS = re.compile(r'name="(headshot|adult)"[^>]* checked')
TICKED = {"headshot": "on", "adult": "on"}
FOLDER = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def _studio(settings: Any) -> Any:
    settings.FACEPROOF_TRY = True
    settings.FACEPROOF_ENGINE = "fake:"
    yield
    studio.close()


def visitor(address: str = "192.0.2.7") -> Client:
    return TlsClient(SERVER_NAME="localhost", REMOTE_ADDR=address, headers={"accept-language": "en"})


def send(client: Client, data: bytes, **ticks: str) -> Any:
    file = io.BytesIO(data)
    file.name = "me.jpg"
    return client.post("/try/", (ticks or TICKED) | {"photo": file})


def pictures(answer: Any) -> list[bytes]:
    found = re.findall(r'<img src="data:image/jpeg;base64,([^"]+)"', answer.content.decode())
    return [base64.b64decode(each) for each in found]


def test_off_is_as_if_it_did_not_exist(cast: Cast, settings: Any, hopper: bytes) -> None:
    settings.FACEPROOF_TRY = False
    assert visitor().get("/try/").status_code == 404
    assert send(visitor(), hopper).status_code == 404
    assert "/try/" not in visitor().get("/").content.decode()


def test_the_page_asks_before_it_takes(cast: Cast, hopper: bytes) -> None:
    html = visitor().get("/try/").content.decode()
    assert "Your own browser holds your photo in memory" in html
    assert "It may retouch skin, eyes and teeth." in html
    assert "turn that off" not in html, "nothing can be tuned here"
    assert "before and after" not in html, "there is none without an account"
    page = visitor().get("/try/")
    assert page.content.decode().count('type="checkbox"') == 2
    assert not TICKS.findall(page.content.decode())
    assert "Nothing is kept" in page.content.decode(), (
        "the sentence about keeping is the one that is true here"
    )
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert "data:" not in visitor().get("/")["Content-Security-Policy"], "this page only"
    refused = send(visitor(), hopper, adult="on")
    assert refused.status_code == 422
    assert "Two agreements are needed" in refused.content.decode()
    assert TICKS.findall(refused.content.decode()) == ["adult"], "what was ticked stays"


# P-033
def test_nothing_of_a_try_is_left(
    cast: Cast,
    hopper: bytes,
    as_superuser: Any,
    settings: Any,
    caplog: Any,
) -> None:
    settings.FACEPROOF_ENGINE = "studio:"
    out = io.BytesIO()
    Image.open(io.BytesIO(hopper)).convert("RGB").save(out, "JPEG", quality=93, comment=COMMENT)
    data = out.getvalue()
    markers = [COMMENT, data[len(data) // 2 :][:64]]
    before, since, client = rows(as_superuser), time.time() - 1, visitor()
    answer = send(client, data)
    made = pictures(answer)
    assert 1 <= len(made) <= trying.LOOKS
    assert all(marking.read_back(each).c2pa_valid for each in made), "marked as every picture"
    assert "sessionid" not in str(client.cookies)
    assert set(client.cookies) <= {"__Host-csrf"}
    assert not Session.objects.exists()
    after = rows(as_superuser)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "archive_auditentry": 1,
        "faceproof_cache": 1,
    }
    as_superuser.execute("CHECKPOINT")
    told = as_superuser.execute(
        "select subject_id, actor_id, object_id, sitting_id, detail from archive_auditentry"
        " where action = 'try.made'"
    ).fetchall()
    assert told == [(0, None, None, None, None)]
    markers += [each[len(each) // 2 :][:48] for each in made]
    assert betrayed(markers, since) == []
    for marker in markers:
        assert not any(
            marker in str(record.__dict__).encode("latin-1", "replace") for record in caplog.records
        )
    kept = as_superuser.execute("select cache_key from faceproof_cache").fetchall()
    assert "192.0.2.7" not in str(kept), "a keyed hash of the address"


def rows(as_superuser: Any) -> dict[str, int]:
    names = as_superuser.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return {name: as_superuser.execute(f'select count(*) from "{name}"').fetchone()[0] for (name,) in names}


def test_what_is_wrong_with_a_photo_is_said(cast: Cast) -> None:
    answer = send(visitor(), b"no picture")
    assert answer.status_code == 422
    assert "not a picture" in answer.content.decode()


def test_one_address_tries_a_few_times_an_hour(cast: Cast) -> None:
    cache.clear()
    statuses = [send(visitor(), b"no picture").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert send(visitor("192.0.2.8"), b"no picture").status_code == 422, "another address is another count"


def test_members_come_first(cast: Cast, hopper: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio.line(), "firsts_wait", lambda: True)
    answer = send(visitor(), hopper)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert TICKS.findall(answer.content.decode()) == ["headshot", "adult"], "what was ticked stays"


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_try_in_a_browser(browse: Any, cast: Cast, hopper: bytes, script: bool) -> None:
    size = {"width": 1280, "height": 860} if script else {"width": 390, "height": 844}
    seen: Watched = browse(java_script_enabled=script, viewport=size)
    page = seen.page
    seen.open("/try/")
    shot(seen, f"{'laptop' if script else 'phone'}-try")
    page.set_input_files("[name=photo]", photo(hopper))
    page.check("[name=headshot]")
    page.check("[name=adult]")
    page.click("main button[type=submit]")
    page.locator(".tried img").first.wait_for()
    shot(seen, f"{'laptop' if script else 'phone'}-tried")
    with page.expect_download() as waiting:
        page.locator("a[download]").first.click()
    with open(str(waiting.value.path()), "rb") as file:
        assert marking.read_back(file.read()).c2pa_valid
    assert waiting.value.suggested_filename.endswith(".jpg")
    assert seen.foreign == []
    assert seen.trouble == []


def shot(seen: Watched, name: str) -> None:
    if FOLDER:
        seen.page.screenshot(path=f"{FOLDER}/{name}.png", full_page=True)
