"""kill -9 at every named point: afterwards an object is there or it is not, and the leftovers go away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faceproof import tenancy
from faceproof.archive import killpoints, store
from faceproof.archive.models import StoredObject, SubjectKey
from tests.archive.conftest import Scope
from tests.archive.test_store import PHOTO, blob_paths, put_draft, put_selfie
from tests.archive.test_sweeping import NOW

ROOT = Path(__file__).parents[2]
BEGIN = """
import os, signal, sys, uuid
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from faceproof import tenancy
from faceproof.archive import store
org, subject, thing = sys.argv[1:]
soon = timezone.now() + timedelta(days=1)
store.read_back = lambda data, **_: type("Marks", (), {"c2pa_valid": True, "digital_source_type": "x"})
def put():
    store.put_proof("draft", int(org), int(subject), master=b"m", rendition=b"r", expires_at=soon)
def shred():
    store.shred(uuid.UUID(thing))
with tenancy.scope(org_id=int(org), subject_id=int(subject)):
"""
PUT = BEGIN + "    put()\n"
PUT_DIES_BEFORE_COMMIT = PUT + "    os.kill(os.getpid(), signal.SIGKILL)\n"
SHRED = BEGIN + "    shred()\nstore.finish_erasures(int(org))\n"
SHRED_DIES_BEFORE_COMMIT = BEGIN + "    shred()\n    os.kill(os.getpid(), signal.SIGKILL)\n"

PUTTING = ("after-key-file", "between-blobs", "after-blobs")
ERASING = ("after-hidden-commit", "after-blobs-removed", "after-destroyed-commit", "after-key-removed")


def run(script: str, member: Any, thing: object = "", *, die_at: str = "") -> int:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "faceproof.settings", killpoints.VARIABLE: die_at}
    arguments = [str(member.org_id), str(member.id), str(thing)]
    done = subprocess.run([sys.executable, "-c", script, *arguments], env=env, cwd=ROOT, check=False)
    return done.returncode


def test_every_point_of_the_archive_is_tried_here() -> None:
    assert PUTTING + ERASING == killpoints.NAMES


def test_without_being_asked_nobody_dies(cast: Any) -> None:
    assert run(PUT, cast.ann) == 0


@pytest.mark.parametrize(
    ("script", "point"), [*((PUT, point) for point in PUTTING), (PUT_DIES_BEFORE_COMMIT, "")]
)
def test_a_put_that_is_killed_leaves_nothing_anybody_can_see(
    cast: Any, soon: Any, as_: Scope, home: Path, script: str, point: str
) -> None:
    with as_(cast.ann):
        kept = put_selfie(cast.ann, soon)
    assert run(script, cast.ann, die_at=point) == -signal.SIGKILL
    with as_(cast.ann):
        assert [row.id for row in StoredObject.objects.all()] == [kept.id]
        assert SubjectKey.objects.filter(klass="draft").count() == 0
    assert store.missing(cast.acme.id) == []
    store.sweep(cast.acme.id, older_than=NOW)
    assert len(blob_paths(home)) == 1
    with as_(cast.ann):
        assert store.open_object(kept.id) == PHOTO
        again = put_draft(cast.ann, soon)
    with as_(cast.ann):
        assert store.open_part(again.id, "master") == b"master of 1"
    assert store.sweep(cast.acme.id, older_than=NOW) == 0


@pytest.mark.parametrize("point", ERASING)
def test_a_deletion_that_is_killed_is_unreachable_and_finished_by_the_next_worker(
    cast: Any, soon: Any, as_: Scope, home: Path, point: str
) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    assert run(SHRED, cast.ann, stored.id, die_at=point) == -signal.SIGKILL
    with as_(cast.ann), pytest.raises(store.Gone):
        store.open_object(stored.id)
    assert store.open_erasures(cast.acme.id), "it is still open, and says so"
    assert store.finish_erasures(cast.acme.id) >= 1
    assert store.open_erasures(cast.acme.id) == []
    assert blob_paths(home) == []
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        assert StoredObject.objects.get(id=stored.id).state == "verified"
        assert SubjectKey.objects.get(id=stored.key_id).state == "verified"
    assert not list((home / "keys").rglob(f"{stored.key_id}*"))


def test_a_deletion_killed_before_its_commit_has_not_happened(cast: Any, soon: Any, as_: Scope) -> None:
    with as_(cast.ann):
        stored = put_selfie(cast.ann, soon)
    assert run(SHRED_DIES_BEFORE_COMMIT, cast.ann, stored.id) == -signal.SIGKILL
    assert store.finish_erasures(cast.acme.id) == 0
    with as_(cast.ann):
        assert store.open_object(stored.id) == PHOTO
