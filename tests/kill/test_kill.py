"""``kill -9`` at named points: the sitting finishes or says why; no half state, no unmarked proof."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from faceproof import marking, tenancy
from faceproof.archive import store
from faceproof.archive.models import StoredObject
from faceproof.privacy import retention
from faceproof.sittings import flow, gallery
from faceproof.sittings.models import Proof, Selfie, Sitting
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"


@pytest.fixture
def photo(tmp_path: Path, hopper: bytes) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(hopper)
    return path


def act(member: Any, what: str, *rest: object, kill_at: str = "") -> int:
    """Do ``what`` in another process that dies at ``kill_at``; returns its exit status."""
    env = os.environ | {"FACEPROOF_KILL_AT": kill_at}
    arguments = [what, str(member.org_id), str(member.id), *map(str, rest)]
    return subprocess.run([sys.executable, "-m", "tests.kill.act", *arguments], env=env, cwd=ROOT).returncode


def mine(member: Any) -> Any:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)


def later(org: Any, **ahead: float) -> dict[str, int]:
    return retention.run(org, timezone.now() + timedelta(**ahead))


def blobs(org: Any) -> list[Path]:
    return list(Path(django_settings.FACEPROOF_BLOBS).glob(f"org-{org.id}/*/*"))


@pytest.fixture(autouse=True)
def _own_blobs(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for each test, here and in the processes that are killed: what lies there is of this test."""
    settings.FACEPROOF_BLOBS = str(tmp_path / "blobs")
    monkeypatch.setenv("FACEPROOF_BLOBS", settings.FACEPROOF_BLOBS)


@pytest.fixture
def sealed(cast: Any, hopper: bytes) -> Sitting:
    return flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed")


def assert_whole(member: Any) -> None:
    """No row without its object, no object without its row, every proof marked."""
    with mine(member):
        named = {row.object_id for kind in (Selfie, Proof) for row in kind.objects.all()}  # type: ignore[attr-defined]
        alive = {obj.id for obj in StoredObject.objects.filter(state="live")}
        assert named == alive
        for proof in Proof.objects.all():
            assert marking.read_back(gallery.preview(member, proof)).c2pa_valid


# P-012
def test_killed_after_the_blob_is_put_and_before_the_commit(cast: Any, photo: Path) -> None:
    assert act(cast.ann, "sealed", photo, kill_at="after-blob-put") == -signal.SIGKILL
    with mine(cast.ann):
        assert not Selfie.objects.exists()
        assert Sitting.objects.get().state == "developing"
    later(cast.acme, minutes=5)
    with mine(cast.ann):
        assert (Sitting.objects.get().state, Sitting.objects.get().fault) == ("failed", "interrupted")
    assert_whole(cast.ann)


def test_an_orphaned_blob_is_swept(cast: Any, photo: Path) -> None:
    act(cast.ann, "sealed", photo, kill_at="after-blob-put")
    assert blobs(cast.acme)
    store.sweep(cast.acme.id, older_than=timedelta(0))
    assert blobs(cast.acme) == []


def test_killed_after_the_commit_and_before_the_job_starts(cast: Any, photo: Path) -> None:
    assert act(cast.ann, "sealed", photo, kill_at="after-commit") == -signal.SIGKILL
    with mine(cast.ann):
        sitting = Sitting.objects.get()
        assert sitting.state == "waiting"
    assert act(cast.ann, "develop", sitting.id) == 0
    with mine(cast.ann):
        assert Sitting.objects.get().state == "ready"
    assert_whole(cast.ann)


# P-012
@pytest.mark.parametrize("point", ["after-claim", "after-marking", "before-commit"])
def test_a_worker_killed_at_any_point_is_followed_by_another(cast: Any, sealed: Sitting, point: str) -> None:
    assert act(cast.ann, "develop", sealed.id, kill_at=point) == -signal.SIGKILL
    with mine(cast.ann):
        assert Sitting.objects.get().state == "developing"
        assert not Proof.objects.exists()
    assert_whole(cast.ann)
    assert act(cast.ann, "develop", sealed.id) == 0
    with mine(cast.ann):
        assert Sitting.objects.get().state == "ready"
        assert Proof.objects.count() == len(sealed.styles)
    assert_whole(cast.ann)


# P-012
def test_a_worker_killed_after_the_first_picture_is_followed_by_one_that_makes_the_rest(
    cast: Any, sealed: Sitting
) -> None:
    assert act(cast.ann, "develop", sealed.id, kill_at="after-first") == -signal.SIGKILL
    with mine(cast.ann):
        first = Proof.objects.get()
    assert act(cast.ann, "develop", sealed.id) == 0
    with mine(cast.ann):
        assert Sitting.objects.get().state == "ready"
        assert Proof.objects.count() == len(sealed.styles)
        assert Proof.objects.filter(id=first.id).exists(), "what was there stays as it was"
    assert_whole(cast.ann)


# P-012
def test_killed_in_transit_after_the_first_picture_it_is_there_to_choose_from(cast: Any, photo: Path) -> None:
    assert act(cast.ann, "transit", photo, kill_at="after-first") == -signal.SIGKILL
    later(cast.acme, minutes=5)
    with mine(cast.ann):
        sitting = Sitting.objects.get()
        assert (sitting.state, sitting.warnings) == ("ready", ["looks_missing"])
        assert Proof.objects.count() == 1
    assert_whole(cast.ann)


# P-012
@pytest.mark.parametrize(
    "point", ["after-hidden-commit", "after-blobs-removed", "after-destroyed-commit", "after-key-removed"]
)
def test_a_deletion_killed_half_way_is_finished(cast: Any, sealed: Sitting, point: str) -> None:
    act(cast.ann, "delete", sealed.id, kill_at=point)
    with mine(cast.ann):
        assert not Sitting.objects.exists(), "gone for the person at once"
        assert not StoredObject.objects.filter(state="live").exists()
    later(cast.acme)
    with mine(cast.ann):
        assert set(StoredObject.objects.values_list("state", flat=True)) == {"verified"}
    assert blobs(cast.acme) == []


def test_killed_with_a_photo_in_transit(cast: Any, photo: Path) -> None:
    assert act(cast.ann, "transit", photo, kill_at="before-commit") == -signal.SIGKILL
    with mine(cast.ann):
        assert not Proof.objects.exists()
    later(cast.acme, minutes=5)
    with mine(cast.ann):
        assert Sitting.objects.get().fault == "interrupted"
    assert_whole(cast.ann)
