"""What leaves for a mail server, and what becomes of it when the server is not kind."""

from __future__ import annotations

import datetime
import logging
import smtplib
from email import policy
from email.header import decode_header
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from faceproof import mail, queue
from faceproof.contrast import contrast
from faceproof.jobs import tasks
from faceproof.mail import letter, sealed, server
from faceproof.organisations import letters
from tests.letterbox import Letterbox, links, locked, parts

AROUND = {"studio": "Acme", "address": "https://headshots.example.org", "accent": "#24526e"}
LINK = "https://headshots.example.org/accounts/password/reset/a/b-c/"
VALUES: dict[str, dict[str, str | int]] = {
    "password_reset": {"link": LINK, "hours": 2},
    "confirm_address": {"link": LINK, "days": 3},
    "account_exists": {"link": LINK},
    "password_changed": {"link": LINK, "contact": "dpo@acme.example"},
    "reminder": {"day": "18 December", "pictures": 2, "link": LINK},
    "erased": {"day": "18 December"},
    "looks_ready": {"link": LINK},
}
NAMES = sorted(
    path.stem
    for path in (Path(letter.__file__).parent / "templates/mail").glob("*.txt")
    if path.stem != "foot"
)


def words(html: str) -> str:
    """What a reader of the HTML part reads."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        text, deaf = "", False

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.deaf = tag in ("style", "title", "head") or (self.deaf and tag != "body")

        def handle_data(self, data: str) -> None:
            if not self.deaf:
                self.text += data

    reader = Reader()
    reader.feed(html)
    return " ".join(reader.text.split())


def test_every_letter_is_tried_here() -> None:
    assert set(VALUES) == set(NAMES)


# P-021
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", NAMES)
def test_both_parts_say_the_same_and_nothing_is_fetched_from_anywhere(name: str, language: str) -> None:
    made = letter.compose(name, AROUND | VALUES[name], language)
    read = words(made.html)
    for paragraph in made.text.replace("-- \n", "").split("\n\n"):
        for line in paragraph.strip().split("\n"):
            assert " ".join(line.rstrip(":\u00a0").split()) in read, line
    assert made.text.startswith(made.subject)
    for trace in ("<img", "url(", "@import", "<script", "<link", "<table", "<iframe", "cid:"):
        assert trace not in made.html
    assert {link.split("/")[2] for link in _links(made.html)} == {"headshots.example.org"}
    assert f'lang="{language}"' in made.html


def _links(html: str) -> list[str]:
    import re

    return re.findall(r"https?://[^\s<>\"()]+", html)


def test_the_languages_differ_and_a_value_is_never_obeyed_as_markup() -> None:
    english, french = (letter.compose("reminder", AROUND | VALUES["reminder"], lang) for lang in ("en", "fr"))
    assert english.subject == "Your pictures will be deleted on 18 December"
    assert french.subject != english.subject
    odd = letter.compose("looks_ready", AROUND | {"studio": "<b>A&B</b>\r\nBcc: x", "link": LINK}, "en")
    assert "<b>" not in odd.html
    assert "&lt;b&gt;A&amp;B" in odd.html
    assert "<b>A&B</b> Bcc: x" in odd.text  # one line: no header, no paragraph and no button of its own


@pytest.mark.parametrize("accent", ["#ffff00", "#ffffff", "#000000", "#24526e", "#ff0000", "#7f7f7f"])
def test_button_and_links_are_readable_in_any_colour_of_the_organisation(accent: str) -> None:
    found = letter._colours(accent)
    value = {key: tuple(bytes.fromhex(hexed[1:])) for key, hexed in found.items()}
    for theme, grounds in (("light", letter.LIGHT), ("dark", letter.DARK)):
        assert contrast(value[f"{theme}_on_button"], value[f"{theme}_button"]) >= 4.5  # type: ignore[arg-type]
        assert min(contrast(value[f"{theme}_link"], ground) for ground in grounds) >= 4.5  # type: ignore[arg-type]


def test_a_letter_arrives_as_two_parts_with_a_subject_in_french(letterbox: Letterbox) -> None:
    mail.send("ann@example.org", "password_reset", AROUND | VALUES["password_reset"], "fr")
    got = letterbox.only()
    assert got.get_content_type() == "multipart/alternative"
    plain, html = parts(got)
    assert "Acme" in plain
    assert "Acme" in html
    assert got["Auto-Submitted"] == "auto-generated"
    assert (got["To"], got["From"]) == ("ann@example.org", "Faceproof <studio@example.org>")
    assert got["Content-Language"] == "fr"
    assert "é" in (plain + got["Subject"])
    mail.send("ann@example.org", "reminder", AROUND | VALUES["reminder"] | {"day": "1er décembre"}, "fr")
    raw = (
        letterbox.received()[1].as_bytes(policy=policy.SMTP).split(b"\r\nSubject: ")[1].split(b"\r\nDate")[0]
    )
    assert raw.isascii()  # RFC 2047, not bytes that some server on the way may break
    assert "1er décembre" in "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(raw.decode())
    )


def test_starttls_is_verified_and_signs_in(settings: Any, certificate: Any, tmp_path: Path) -> None:
    box = Letterbox(**locked(*certificate))
    try:
        url = f"smtp+starttls://ann:p%40ss%2Fword@localhost:{box.server.port}"  # pragma: allowlist secret
        sender = "studio@example.org"
        settings.FACEPROOF_MAIL = server.parse(url, sender, str(certificate[0]))
        mail.send("bob@example.org", "looks_ready", AROUND | VALUES["looks_ready"], "en")
        assert len(box.handler.letters) == 1
        settings.FACEPROOF_MAIL = server.parse(url, sender)  # nobody vouches for this certificate
        with pytest.raises(mail.NotSent):
            mail.send("bob@example.org", "looks_ready", AROUND | VALUES["looks_ready"], "en")
        settings.FACEPROOF_MAIL = server.parse(url.replace("p%40", "x"), sender, str(certificate[0]))
        with pytest.raises(mail.NotSent):
            mail.send("bob@example.org", "looks_ready", AROUND | VALUES["looks_ready"], "en")
        assert len(box.handler.letters) == 1
    finally:
        box.stop()


def test_without_starttls_nothing_is_said_in_the_clear(settings: Any) -> None:
    box = Letterbox()
    try:
        url = f"smtp+starttls://localhost:{box.server.port}"
        settings.FACEPROOF_MAIL = server.parse(url, "studio@example.org")
        with pytest.raises(mail.NotSent):
            mail.send("bob@example.org", "looks_ready", AROUND | VALUES["looks_ready"], "en")
        assert box.handler.letters == []
    finally:
        box.stop()


# P-022
def test_neither_the_queue_nor_a_log_holds_an_address_or_a_link(
    cast: Any, letterbox: Letterbox, as_superuser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail.log")  # the test's own server
    letterbox.handler.answer = "451 later, ann@example.org"
    assert letters.write(cast.acme, cast.ann.user, "password_reset", link=LINK, hours=2)
    with pytest.raises(mail.NotSent) as trouble:
        letterbox.received()
    rows = str(as_superuser.execute("select * from procrastinate_jobs").fetchall())
    assert "send_mail" in rows
    for secret in ("ann@", "example.org", "reset/a/b-c"):
        assert secret not in rows
        assert secret not in caplog.text
        assert secret not in f"{trouble.value!r} {trouble.value.__cause__!r}"


# P-022
def test_what_the_server_cannot_take_now_is_tried_again_and_what_it_never_will_is_given_up(
    cast: Any, letterbox: Letterbox
) -> None:
    retry = tasks.send_mail.retry_strategy
    letters.write(cast.acme, cast.ann.user, "looks_ready", link=LINK)
    job = ProcrastinateJob.objects.get(task_name="send_mail")
    letterbox.handler.answer = "451 come back"
    with pytest.raises(mail.NotSent):
        tasks.send_mail.func(letter=job.args["letter"])
    letterbox.handler.answer = "550 nobody here"
    assert tasks.send_mail.func(letter=job.args["letter"]) == "refused"
    letterbox.handler.answer = ""
    assert tasks.send_mail.func(letter=job.args["letter"]) == "sent"
    assert retry is not None
    waits = [retry.wait + (retry.exponential_wait or 0) ** (n + 1) for n in range(retry.max_attempts or 0)]
    assert sum(waits[:-1]) > datetime.timedelta(days=1).total_seconds()
    letterbox.stop()
    with pytest.raises(mail.NotSent):
        tasks.send_mail.func(letter=job.args["letter"])


def test_a_letter_that_was_sent_is_forgotten_and_one_that_waits_is_not(
    cast: Any, letterbox: Letterbox, as_superuser: Any
) -> None:
    for _ in range(2):
        letters.write(cast.acme, cast.ann.user, "looks_ready", link=LINK)
    first = ProcrastinateJob.objects.order_by("id").first()
    assert first is not None
    as_superuser.execute("update procrastinate_jobs set status = 'succeeded' where id = %s", [first.id])
    assert queue.forget("send_mail") == 1
    assert ProcrastinateJob.objects.filter(task_name="send_mail").count() == 1


def test_a_letter_sealed_under_another_secret_is_given_up_and_said_so(
    cast: Any, letterbox: Letterbox, settings: Any
) -> None:
    closed = sealed.close({"to": "ann@example.org"})
    settings.SECRET_KEY = "another"
    assert letters.deliver(closed) == "unreadable"


def test_without_a_server_nothing_is_queued(cast: Any) -> None:
    assert not mail.configured()
    assert not letters.write(cast.acme, cast.ann.user, "looks_ready", link=LINK)
    assert not ProcrastinateJob.objects.filter(task_name="send_mail").exists()


def test_a_letter_speaks_the_language_of_the_account(cast: Any, letterbox: Letterbox) -> None:
    cast.ann.user.language = "fr"
    cast.ann.user.save()
    day = datetime.date(2026, 12, 1)
    letters.write(cast.acme, cast.ann.user, "reminder", day=day, pictures=1, link=LINK)
    with override("en"):  # the page that is being answered; Bob never chose a language
        letters.write(cast.acme, cast.bob.user, "reminder", day=day, pictures=1, link=LINK)
    french, english = letterbox.received()
    assert "1er\u00a0décembre" in french["Subject"]
    assert "1\u00a0December" in english["Subject"]
    assert links(english)[0] == LINK


@pytest.mark.parametrize(
    ("url", "sender", "complaint"),
    [
        ("http://mail.example.org", "a@b.org", "expected"),
        ("smtp+starttls://", "a@b.org", "expected"),
        ("smtp://mail.example.org", "a@b.org", "this machine only"),
        ("smtps://mail.example.org:99999", "a@b.org", "port"),
        ("smtps://mail.example.org:x", "a@b.org", "port"),
        ("smtps://ann@mail.example.org", "a@b.org", "belong together"),
        ("smtps://ann:geheim/x@mail.example.org", "a@b.org", ""),
        ("smtps://mail.example.org/path", "a@b.org", "nothing may follow"),
        ("smtps://mail.example.org", "", "FACEPROOF_MAIL_FROM"),
        ("smtps://mail.example.org", "nobody", "FACEPROOF_MAIL_FROM"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(
    url: str, sender: str, complaint: str
) -> None:
    with pytest.raises(server.ServerError) as told:
        server.parse(url, sender)
    assert complaint in str(told.value)
    assert "geheim" not in str(told.value)


def test_a_server_is_read_with_its_usual_port_and_hides_its_password() -> None:
    found = server.parse("smtp+starttls://ann:p%40ss@mail.example.org", "Studio <s@example.org>")
    assert (found.host, found.port, found.user, found.password) == ("mail.example.org", 587, "ann", "p@ss")
    assert "p@ss" not in repr(found)
    assert server.parse("smtps://mail.example.org", "s@example.org").port == 465
    assert server.parse("smtp://127.0.0.1:2525", "s@example.org").port == 2525
    assert server.PORTS["smtp"] == smtplib.SMTP_PORT
