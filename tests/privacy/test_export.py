"""Everything about oneself as one file: whole, one's own, marked, and never on a disk."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from faceproof import guard, tenancy
from faceproof.archive import locks, trail
from faceproof.marking import read_back
from faceproof.privacy import data_map, export
from faceproof.sittings import flow, gallery
from faceproof.sittings.models import Headshot, Proof, Selfie


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"


@pytest.fixture
def pictures(cast: Any, hopper: bytes, as_superuser: Any) -> Headshot:
    """Ann and Bob have a kept photo, drafts and a headshot each; gives Ann's."""
    for member in (cast.bob, cast.ann):
        sitting = flow.receive(member, flow.Upload(hopper, "image/jpeg"), custody="sealed")
        as_superuser.execute("delete from procrastinate_jobs where task_name = 'develop'")  # nobody waits
        flow.develop(member, sitting.id)
        with guard.as_self(member):
            proof = Proof.objects.filter(sitting=sitting).order_by("style").first()
            assert proof is not None
            shot = gallery.choose(member, proof)
    return shot


def asked(member: Any, language: str = "en") -> Any:
    client = Client(headers={"accept-language": language})
    client.force_login(member.user)
    return client.post("/settings/export/", {}, secure=True)


def unpacked(answer: Any) -> dict[str, bytes]:
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_every_table_with_a_person_in_it_is_told_or_it_is_said_why_not() -> None:
    assert set(export.TOLD) | set(export.NOT_TOLD) == {entry.model for entry in data_map.MAP}
    assert not set(export.TOLD) & set(export.NOT_TOLD)


# P-026
def test_the_file_holds_everything_of_its_owner_and_nothing_of_anybody_else(
    cast: Any, pictures: Headshot, hopper: bytes
) -> None:
    found = unpacked(asked(cast.ann))
    with guard.as_self(cast.ann):
        drafts, kept = Proof.objects.count(), Selfie.objects.count()
    by_folder = {
        folder: [name for name in found if name.startswith(folder)] for folder in ("drafts/", "photos/")
    }
    assert len(by_folder["drafts/"]) == drafts > 1
    assert [found[name] for name in by_folder["photos/"]] == [hopper] * kept  # byte for byte
    assert by_folder["photos/"][0].endswith(".jpg")
    (headshot,) = [name for name in found if name.startswith("headshots/")]
    for name in [headshot, *by_folder["drafts/"]]:
        assert read_back(found[name]).c2pa_valid, name
    account = json.loads(found["account.json"])
    assert account["account"]["email"] == "ann@example.org"
    assert "password" not in account["account"]
    consents = json.loads(found["consents.json"])
    assert {each["purpose"] for each in consents} == {"headshot", "adult"}
    assert all(len(each["text_sha256"]) == 64 and each["text_version"] for each in consents)
    assert any(name.startswith("texts/consent-") for name in found)
    sittings = json.loads(found["sittings.json"])["sittings"]
    assert [each["headshots"][0]["id"] for each in sittings] == [str(pictures.id)]
    everything = b"".join(found.values())
    for other in (cast.bob, cast.eve):
        assert other.user.email.encode() not in everything
    with guard.as_self(cast.bob):
        for row in [*Proof.objects.all(), *Selfie.objects.all(), *Headshot.objects.all()]:
            assert str(row.id).encode() not in everything
            assert str(row.object_id).encode() not in everything


def test_the_readme_explains_each_file_in_the_language_of_the_person(cast: Any, pictures: Headshot) -> None:
    for language, word in (("en", "keeps about you"), ("fr", "sur vous")):
        found = unpacked(asked(cast.ann, language))
        readme = found["README.txt"].decode()
        assert word in readme
        for name in found:
            if name != "README.txt":
                assert name.split("/")[0] in readme, name
        assert f'lang="{language}"' in found["record.html"].decode()
        assert "http" not in found["record.html"].decode()


def test_the_record_says_that_it_was_handed_out_and_what(cast: Any, pictures: Headshot) -> None:
    found = unpacked(asked(cast.ann))
    actions = [entry["action"] for entry in json.loads(found["record.json"])]
    assert actions[-1] == "subject.exported"
    assert "headshot.downloaded" in actions
    assert "selfie.exported" in actions
    assert "You downloaded everything as one file." in found["record.html"].decode()
    with guard.as_self(cast.ann):
        told = trail.story(subject_id=cast.ann.id)[-1]
        assert told.detail is not None
        assert told.detail["headshots"] == 1
    with guard.as_self(cast.bob):
        assert "subject.exported" not in [entry.action for entry in trail.story(subject_id=cast.bob.id)]


def test_a_headshot_comes_in_the_format_with_the_most_pixels(cast: Any, pictures: Headshot) -> None:
    with guard.as_self(cast.ann):
        best = max(width * height for name, (width, height) in pictures.largest.items() if name != "preview")
        found = pictures.largest[export.largest(pictures).name]
    assert found[0] * found[1] == best


def test_somebody_without_pictures_gets_a_file_too(cast: Any) -> None:
    found = unpacked(asked(cast.bob))
    assert {"README.txt", "account.json", "consents.json", "record.json", "record.html"} <= set(found)


def test_one_file_at_a_time(cast: Any, pictures: Headshot, monkeypatch: pytest.MonkeyPatch) -> None:
    export._one.acquire()
    try:
        busy = asked(cast.ann)
    finally:
        export._one.release()
    assert busy.status_code == 503
    assert busy["Retry-After"]
    assert asked(cast.ann).status_code == 200  # and the door is open again
    monkeypatch.setattr(locks, "free", lambda name: False)  # another process packs for her
    assert asked(cast.ann).status_code == 503


def test_the_lock_of_one_person_is_seen_by_another_connection_and_ends_with_the_transaction(
    cast: Any, as_superuser: Any
) -> None:
    name = f"faceproof/export/{cast.acme.id}/{cast.ann.id}"
    question = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert locks.free(f"export/{cast.acme.id}/{cast.ann.id}")
        assert as_superuser.execute(question, [name]).fetchone() == (False,)
    assert as_superuser.execute(question, [name]).fetchone() == (True,)
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert not locks.free(f"export/{cast.acme.id}/{cast.ann.id}")


def test_what_is_lost_or_too_much_is_left_out_and_named(
    cast: Any, pictures: Headshot, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with guard.as_self(cast.ann):
        kept = Selfie.objects.get()
        for blob in Path(settings.FACEPROOF_BLOBS).rglob("*.0"):
            if blob.stem in _blob(kept.object_id):
                blob.unlink()
    found = unpacked(asked(cast.ann))
    assert not [name for name in found if name.startswith("photos/")]
    assert "photos/" in found["README.txt"].decode().split("lost:")[1]
    monkeypatch.setattr(export, "MOST", 1000)
    small = unpacked(asked(cast.ann))
    assert not [name for name in small if name.startswith(("headshots/", "drafts/"))]
    assert "drafts/" in small["README.txt"].decode().split("lost:")[1]
    assert "headshot.downloaded" not in [e["action"] for e in json.loads(small["record.json"])[-1:]]


def _blob(object_id: Any) -> str:
    from faceproof.archive.models import StoredObject

    return StoredObject.objects.get(id=object_id).blob


def test_nothing_is_written_to_a_disk_and_a_visitor_is_sent_to_sign_in(
    cast: Any, pictures: Headshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = _files()
    unpacked(asked(cast.ann))
    assert list(tmp_path.iterdir()) == []
    assert _files() == before
    assert Client().post("/settings/export/", {}, secure=True).status_code == 302


def _files() -> set[Path]:
    """Pictures and files of one's own in the data folder (the database's come and go)."""
    from django.conf import settings

    home = Path(settings.FACEPROOF_HOME)
    return {path for path in home.rglob("*") if path.is_file() and "postgres" not in path.parts}
