"""What is deleted, when the last copy of it is gone, and the one mail before a date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from faceproof import guard, legal, tenancy
from faceproof.archive import trail
from faceproof.jobs import tasks
from faceproof.launcher import config
from faceproof.organisations import letters
from faceproof.organisations.models import User
from faceproof.privacy import retention
from faceproof.sittings import flow, gallery
from faceproof.sittings.models import Headshot, Proof, Sitting
from faceproof.web import facts
from tests.letterbox import Letterbox, links, parts


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"


def browser(member: Any, language: str) -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(member.user)
    return client


def chosen(member: Any, hopper: bytes, custody: Any = "transit") -> Headshot:
    """A headshot of ``member``."""
    sitting = flow.receive(member, flow.Upload(hopper, "image/jpeg"), custody=custody)
    if custody == "sealed":
        flow.develop(member, sitting.id)
    with guard.as_self(member):
        proof = Proof.objects.filter(sitting=sitting).order_by("style").first()
        assert proof is not None
        return gallery.choose(member, proof)


def test_the_last_backup_goes_as_many_days_later_as_the_operator_promised(settings: Any) -> None:
    deleted = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert retention.last_backup(deleted).isoformat() == "2026-12-18"
    settings.FACEPROOF_BACKUP_DAYS = 11
    for language, day in (("en", "1 December"), ("fr", "1er décembre")):
        with override(language):
            assert facts.gone(deleted) == day.replace(" ", "\u00a0")


@pytest.mark.parametrize("days", ["0", "31", "often"])
def test_a_promise_that_could_not_be_kept_stops_the_start(days: str) -> None:
    with pytest.raises(config.SettingError, match="FACEPROOF_BACKUP_DAYS"):
        config.backup_days(config.Reader({"FACEPROOF_BACKUP_DAYS": days}))


# P-025
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_deletion_tells_the_date_before_and_after(
    cast: Any, hopper: bytes, settings: Any, language: str
) -> None:
    settings.FACEPROOF_BACKUP_DAYS = 9
    shot = chosen(cast.ann, hopper, "sealed")
    client = browser(cast.ann, language)
    with override(language):
        day = letters.day(timezone.localdate(timezone.now() + timedelta(days=9)))
    with guard.as_self(cast.ann):
        proof = Proof.objects.filter(sitting_id=shot.sitting_id).last()
    assert proof is not None
    sitting = f"/sittings/{shot.sitting_id}/"
    for path in (
        f"/headshots/{shot.id}/delete/",
        f"/proofs/{proof.id}/delete/",
        f"{sitting}photo/delete/",
        f"{sitting}delete/",
        "/settings/delete-pictures/",
        "/settings/erase-account/",
    ):
        assert day in client.get(path, secure=True).content.decode(), path
        after = client.post(path, {}, secure=True, follow=True).content.decode()
        assert day in after, path
        if path.endswith("photo/delete/"):
            story = client.get(f"{sitting}story/", secure=True).content.decode()
            assert story.count(day) >= 4  # three deletions on the timeline, and the receipt


def test_the_legal_text_says_what_the_setting_says(cast: Any, settings: Any) -> None:
    settings.FACEPROOF_BACKUP_DAYS = 9
    for language, days in (("en", "within 9 days"), ("fr", "un délai de 9 jours")):
        with override(language):
            assert days in legal.get("deletion", language).filled(facts.of(cast.acme))


def clock(cast: Any, now: datetime) -> int:
    return retention.run(cast.acme, now)["reminder"]


def age(shot: Headshot, as_superuser: Any, days: int) -> None:
    as_superuser.execute(
        "update sittings_headshot set created_at = created_at - make_interval(days => %s) where id = %s",
        [days, shot.id],
    )


def test_one_reminder_comes_a_week_before_and_never_again(
    cast: Any, hopper: bytes, letterbox: Letterbox, as_superuser: Any
) -> None:
    User.objects.filter(id=cast.ann.user_id).update(language="en")
    shot = chosen(cast.ann, hopper)
    age(shot, as_superuser, 80)
    due = shot.expires_at - timedelta(days=6)
    assert clock(cast, due - timedelta(days=2)) == 0
    assert clock(cast, due) == 1
    assert clock(cast, due + timedelta(days=1)) == 0
    letter = letterbox.only()
    with override("en"):
        assert letter["Subject"] == f"Your pictures will be deleted on {letters.day(shot.expires_at)}"
    assert letter["To"] == "ann@example.org"
    assert links(letter)[0] == "https://headshots.example.org/"
    assert str(shot.id) not in "".join(parts(letter))
    with guard.as_self(cast.ann):
        assert "sitting.reminded" in [entry.action for entry in trail.story(sitting_id=shot.sitting_id)]
        assert Headshot.objects.filter(id=shot.id).exists()


def test_the_switch_a_fresh_picture_and_a_missing_server_all_mean_no_reminder(
    cast: Any, hopper: bytes, letterbox: Letterbox, as_superuser: Any, settings: Any
) -> None:
    shot = chosen(cast.ann, hopper)
    due = shot.expires_at - timedelta(days=6)
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Headshot.objects.update(expires_at=timezone.now() + timedelta(days=3))
    assert clock(cast, timezone.now()) == 0  # its date was read a moment ago
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Headshot.objects.update(expires_at=shot.expires_at)
    age(shot, as_superuser, 80)
    User.objects.filter(id=cast.ann.user_id).update(reminders=False)
    assert clock(cast, due) == 0
    User.objects.filter(id=cast.ann.user_id).update(reminders=True)
    settings.FACEPROOF_MAIL = None
    assert clock(cast, due) == 0
    settings.FACEPROOF_MAIL = letterbox.server
    assert clock(cast, due) == 1


def test_the_last_word_is_sent_to_an_address_that_is_gone(
    cast: Any, hopper: bytes, letterbox: Letterbox
) -> None:
    chosen(cast.ann, hopper)
    browser(cast.ann, "en").post("/settings/erase-account/", {}, secure=True)
    assert not User.objects.filter(email="ann@example.org").exists()
    letter = letterbox.only()
    assert (letter["To"], letter["Subject"]) == ("ann@example.org", "Your account has been erased")
    with override("en"):
        assert facts.gone() in parts(letter)[0].replace("\n", " ")
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        assert not Sitting.objects.filter(subject_id=cast.ann.id).exists()


def test_an_erasure_does_not_wait_for_the_mail_server(cast: Any, letterbox: Letterbox) -> None:
    letterbox.stop()
    browser(cast.bob, "en").post("/settings/erase-account/", {}, secure=True)
    assert not User.objects.filter(email="bob@example.org").exists()


def test_looks_that_took_long_are_told_by_mail_and_quick_ones_are_not(
    cast: Any,
    hopper: bytes,
    letterbox: Letterbox,
    as_superuser: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    User.objects.filter(id=cast.ann.user_id).update(language="en")
    for late in (timedelta(seconds=30), timedelta(minutes=5)):
        sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed")
        as_superuser.execute("delete from procrastinate_jobs where task_name = 'develop'")  # nobody waits
        with monkeypatch.context() as clock:
            finished = timezone.now() + late
            clock.setattr(tasks.timezone, "now", lambda finished=finished: finished)
            state = tasks.develop.func(
                org_id=cast.acme.id, subject_id=cast.ann.id, sitting_id=str(sitting.id)
            )
            assert state == "ready"
    letter = letterbox.only()
    assert letter["Subject"] == "Your looks are ready"
    assert links(letter)[0] == f"https://headshots.example.org/sittings/{sitting.id}/"
