"""One photo through people, keys, trail and darkroom: real database, real vault, real processes."""

from __future__ import annotations

import gc
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from faceproof import marking, tenancy
from faceproof.archive import store, trail
from faceproof.archive.models import AuditEntry, StoredObject
from faceproof.darkroom import Order
from faceproof.darkroom.pool import Busy, Pool
from faceproof.engines import EngineError, Master
from faceproof.intake import IntakeError
from faceproof.marking.authority import AuthorityError
from faceproof.privacy import erase, retention
from faceproof.sittings import closing, flow, gallery, studio
from faceproof.sittings.models import Headshot, Proof, Selfie, Sitting


def mine(member: Any) -> Any:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)


# P-014
def test_in_transit_nothing_of_the_photo_is_kept_and_marked_proofs_are(cast: Any, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    assert sitting.state == "ready"
    assert 0 < sitting.held_ms < 60_000
    with mine(cast.ann):
        assert not Selfie.objects.exists()
        assert not StoredObject.objects.filter(klass="selfie").exists()
        for proof in Proof.objects.all():
            assert marking.read_back(gallery.preview(cast.ann, proof)).c2pa_valid
        assert {"sitting.opened", "sitting.ready"} <= set(AuditEntry.objects.values_list("action", flat=True))


def test_a_refused_photo_says_why_and_leaves_nothing_sealed(cast: Any) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(b"not a picture" * 50))
    assert (sitting.state, sitting.refusals) == ("refused", ["not_an_image"])
    with mine(cast.ann):
        assert not StoredObject.objects.exists()


def test_sealed_custody_waits_in_the_queue_and_a_worker_finishes_it(cast: Any, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed", keep_days=3)
    assert sitting.state == "waiting"
    with mine(cast.ann):
        selfie = Selfie.objects.get(sitting=sitting)
        assert selfie.expires_at - timezone.now() < timedelta(days=3, minutes=1)
        assert store.open_object(selfie.object_id) == hopper
    assert flow.develop(cast.ann, sitting.id) == "ready"
    with mine(cast.ann):
        assert Proof.objects.filter(sitting=sitting).count() == len(sitting.styles)
    assert flow.develop(cast.ann, sitting.id) == "nothing to do"


def test_a_custody_mode_the_organisation_does_not_offer_is_refused(cast: Any, hopper: bytes) -> None:
    cast.ann.org.custody = ["sealed"]
    with pytest.raises(flow.CustodyNotAllowed):
        flow.receive(cast.ann, flow.Upload(hopper), custody="transit")


def test_a_full_studio_keeps_nothing_but_the_audit_entry(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        raise Busy

    monkeypatch.setattr(Pool, "develop", full)
    with pytest.raises(Busy):
        flow.receive(cast.ann, flow.Upload(hopper))
    with mine(cast.ann):
        assert not Sitting.objects.exists()
        assert AuditEntry.objects.filter(action="sitting.turned_away").exists()


def test_an_engine_that_fails_is_told_and_can_be_tried_again(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")

    def broken(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        raise EngineError("engine_died", retry=True, detail="test")

    with monkeypatch.context() as patch:
        patch.setattr(Pool, "develop", broken)
        assert flow.develop(cast.ann, sitting.id) == "failed"
    with mine(cast.ann):
        failed = Sitting.objects.get(id=sitting.id)
        assert (failed.state, failed.fault) == ("failed", "engine_died")
        assert gallery.again(cast.ann, failed)
    assert flow.develop(cast.ann, sitting.id) == "ready"


# P-007
def test_a_late_finish_of_an_overtaken_attempt_changes_nothing(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")
    real = Pool.develop

    def overtaken(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        with mine(cast.ann):  # meanwhile another worker claims the sitting
            Sitting.objects.filter(id=sitting.id).update(attempt=uuid.uuid4())
        yield from real(self, order, signer, **more)

    monkeypatch.setattr(Pool, "develop", overtaken)
    assert flow.develop(cast.ann, sitting.id) == "overtaken"
    with mine(cast.ann):
        assert not Proof.objects.exists()
        assert not AuditEntry.objects.filter(action="sitting.ready").exists()


# P-003
@pytest.mark.parametrize("unwritable", ["proof.sealed", "sitting.ready"])
def test_no_action_without_its_audit_entry(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch, unwritable: str
) -> None:
    real = trail.record

    def failing(action: str, **values: Any) -> Any:
        if action == unwritable:
            raise RuntimeError("the audit cannot be written")
        return real(action, **values)

    monkeypatch.setattr(trail, "record", failing)
    with pytest.raises(RuntimeError, match="audit"):
        flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    with mine(cast.ann):
        assert Proof.objects.exists() == (unwritable == "sitting.ready")
        assert Sitting.objects.get().state == "developing"


# P-018
def test_a_chosen_proof_is_sealed_again_and_downloads_in_every_format_again_and_again(
    cast: Any, hopper: bytes
) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.filter(sitting=sitting).first()
        assert proof is not None
        shot = gallery.choose(cast.ann, proof)
        assert gallery.choose(cast.ann, proof).id == shot.id
        assert timedelta(days=89) < shot.expires_at - timezone.now() <= timedelta(days=90)
        for _ in range(2):
            export = gallery.download(cast.ann, shot, "web-original")
            assert export.marks.signer_trusted
        assert AuditEntry.objects.filter(action="headshot.downloaded").count() == 2
        master = Master.from_bytes(store.open_part(shot.object_id, "master"))
        assert master.style == shot.style


def test_deleting_a_sitting_removes_rows_blobs_and_keys(cast: Any, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")
    flow.develop(cast.ann, sitting.id)
    assert blobs(cast)
    with mine(cast.ann):
        erase.sitting(cast.ann, Sitting.objects.get(id=sitting.id))
    with mine(cast.ann):
        assert not Sitting.objects.exists()
        assert not Proof.objects.exists()
        assert set(StoredObject.objects.values_list("state", flat=True)) == {"verified"}
    assert not blobs(cast)


def blobs(cast: Any) -> list[Path]:
    return list(Path(settings.FACEPROOF_BLOBS).glob(f"org-{cast.acme.id}/*/*"))


# P-006
def test_erasing_the_account_leaves_no_person_behind(cast: Any, hopper: bytes, as_superuser: Any) -> None:
    flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")
    ann = cast.ann.id
    with tenancy.scope(org_id=cast.acme.id, subject_id=ann, user_id=cast.ann.user_id):
        erase.account(cast.ann)
    for table in ("sittings_sitting", "sittings_selfie", "sittings_proof", "consent_consent"):
        rows = as_superuser.execute(f"select count(*) from {table} where subject_id = %s", [ann]).fetchone()
        assert rows == (0,), table
    users = as_superuser.execute("select count(*) from organisations_user where id = %s", [cast.ann.user_id])
    assert users.fetchone() == (0,)
    with mine(cast.ann):
        told = trail.story(subject_id=ann)
        assert told
        assert all(entry.detail is None for entry in told), "details must be unreadable for ever"


# P-017
def test_pictures_go_when_their_time_is_up(cast: Any, hopper: bytes) -> None:
    flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.filter(sitting=sitting).first()
        assert proof is not None
        gallery.choose(cast.ann, proof)
    retention.run(cast.acme, timezone.now() + timedelta(days=31))
    with mine(cast.ann):
        assert not Selfie.objects.exists()
        assert not Proof.objects.exists()
        assert Headshot.objects.exists()
    retention.run(cast.acme, timezone.now() + timedelta(days=91))
    with mine(cast.ann):
        assert not Headshot.objects.exists()
        assert set(StoredObject.objects.values_list("state", flat=True)) == {"verified"}


def test_a_sitting_whose_process_died_says_so(cast: Any) -> None:
    with mine(cast.ann):
        Sitting.objects.create(
            org_id=cast.acme.id,
            subject_id=cast.ann.id,
            custody="transit",
            engine="fake:",
            attempt=uuid.uuid4(),
        )
    retention.run(cast.acme, timezone.now())
    with mine(cast.ann):
        assert Sitting.objects.get().state == "developing"  # it may still be alive
    retention.run(cast.acme, timezone.now() + timedelta(minutes=5))
    with mine(cast.ann):
        assert (Sitting.objects.get().state, Sitting.objects.get().fault) == ("failed", "interrupted")


def test_the_pool_of_this_process_is_made_once(db: str) -> None:
    assert studio.pool() is studio.pool()


@pytest.mark.parametrize("custody", ["transit", "sealed"])
def test_what_is_deleted_while_its_photo_is_worked_on_leaves_nothing_behind(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch, custody: Any
) -> None:
    """Two browsers: one uploads, the other deletes everything before the upload is done."""
    real = Pool.develop

    def deleting(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        yield from real(self, order, signer, **more)
        with mine(cast.ann):
            erase.everything(cast.ann)

    monkeypatch.setattr(Pool, "develop", deleting)
    with pytest.raises(flow.Deleted):
        flow.receive(cast.ann, flow.Upload(hopper), custody=custody)
    with mine(cast.ann):
        assert not Selfie.objects.exists()
        assert not StoredObject.objects.filter(state="live").exists()
    assert not blobs(cast), "not even an orphan, which the sweep would find hours later"


def test_a_photo_of_a_sitting_that_was_given_up_is_not_sealed_after_all(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person has been told that nothing was kept: then nothing is."""
    real = Pool.develop

    def late(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        yield from real(self, order, signer, **more)
        retention.run(cast.acme, timezone.now() + timedelta(minutes=5))

    monkeypatch.setattr(Pool, "develop", late)
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")
    assert (sitting.state, sitting.fault) == ("failed", "interrupted")
    with mine(cast.ann):
        assert not Selfie.objects.exists()


def test_a_decoder_without_a_place_is_no_reason_to_refuse_a_photo(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")

    def no_place(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        raise IntakeError("decoder_busy", "test")

    monkeypatch.setattr(Pool, "develop", no_place)
    with pytest.raises(Busy):
        flow.receive(cast.ann, flow.Upload(hopper))
    with pytest.raises(Busy):  # the queue tries again
        flow.develop(cast.ann, kept.id)
    with mine(cast.ann):
        assert Sitting.objects.get().state == "developing"


def test_a_signing_key_that_cannot_be_used_is_told_at_once(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exposed(org: Any) -> Any:
        raise AuthorityError("authority_exposed", "test")

    monkeypatch.setattr(studio, "signer", exposed)
    sitting = flow.receive(cast.ann, flow.Upload(hopper))
    assert (sitting.state, sitting.fault) == ("failed", "authority_exposed")


def test_a_kept_photo_whose_time_came_while_it_waited_ends_its_sitting(cast: Any, hopper: bytes) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed", keep_days=1)
    retention.run(cast.acme, timezone.now() + timedelta(days=2))
    assert flow.develop(cast.ann, sitting.id) == "gone"
    with mine(cast.ann):
        assert Sitting.objects.get().state == "failed"


def test_a_sitting_whose_job_has_failed_for_good_says_so_and_can_be_tried_again(
    cast: Any, hopper: bytes, as_superuser: Any
) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="sealed")
    for _ in range(2):  # the second time the job is the one that `again` queued
        retention.run(cast.acme, timezone.now() + timedelta(minutes=5))
        with mine(cast.ann):
            assert Sitting.objects.get().state == "waiting", "its job is still in the queue"
        as_superuser.execute("update procrastinate_jobs set status = 'doing' where status = 'todo'")
        as_superuser.execute("update procrastinate_jobs set status = 'failed'")
        retention.run(cast.acme, timezone.now() + timedelta(minutes=5))
        with mine(cast.ann):
            found = Sitting.objects.get()
            assert (found.state, found.fault) == ("failed", "engine_failed")
            assert gallery.again(cast.ann, found)
    assert flow.develop(cast.ann, sitting.id) == "ready"


def test_a_clock_that_fails_holds_up_no_other(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    broken = retention.Rule("broken", lambda now: 1 // 0)
    monkeypatch.setattr(retention, "RULES", (broken, *retention.RULES))
    with pytest.raises(ExceptionGroup):
        retention.run(cast.acme, timezone.now() + timedelta(days=31))
    with mine(cast.ann):
        assert not Proof.objects.exists()
        assert set(StoredObject.objects.values_list("state", flat=True)) == {"verified"}


def test_a_photo_is_in_no_line_of_a_log_or_a_traceback(cast: Any) -> None:
    assert "secret" not in repr(flow.Upload(b"secret face"))
    assert "secret" not in repr(Order(b"secret face", timezone.now()))


# P-014
def test_the_photo_is_let_go_before_anything_else_is_done(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the receipt tells is the time it was in memory: nothing is written down before it is gone."""
    photo = bytes(bytearray(hopper))  # a copy that nobody else knows
    before, during = sys.getrefcount(photo), []
    real = closing.accept

    def watched(*arguments: Any, **named: Any) -> Any:
        gc.collect()
        during.append(sys.getrefcount(photo))
        return real(*arguments, **named)

    monkeypatch.setattr(closing, "accept", watched)
    flow.receive(cast.ann, flow.Upload(photo, "image/jpeg"), custody="transit")
    assert during == [before]


def test_a_picture_deleted_in_two_windows_and_by_the_clock_is_deleted_once(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    with mine(cast.ann):
        one, other = (
            Proof.objects.get(sitting=sitting, style="studio-grey"),
            Proof.objects.filter(sitting=sitting, style="studio-grey")[0],
        )
    real = retention.locks.subject

    def faster(org_id: int, subject_id: int) -> None:
        """While the clock waits for its turn, the person deletes the picture in two windows."""
        real(org_id, subject_id)
        monkeypatch.setattr(retention.locks, "subject", real)
        for seen in (one, other):
            erase.picture(cast.ann, seen)

    monkeypatch.setattr(retention.locks, "subject", faster)
    retention.run(cast.acme, timezone.now() + timedelta(days=31))
    with mine(cast.ann):
        told = [
            entry.action for entry in trail.story(sitting_id=sitting.id) if entry.object_id == one.object_id
        ]
    assert [action for action in told if not action.startswith("custody.")] == [
        "proof.sealed",
        "proof.deleted",
    ]


def test_no_row_tells_what_was_measured_of_a_face(cast: Any, hopper: bytes, as_superuser: Any) -> None:
    """Skin, angles, distances: the engine's report is sealed inside the master, where the key can end it."""
    sitting = flow.receive(cast.ann, flow.Upload(hopper), custody="transit")
    with mine(cast.ann):
        proof = Proof.objects.filter(sitting=sitting)[0]
        measured = set(Master.from_bytes(store.open_part(proof.object_id, "master")).report)
    assert "iod_px" in measured
    tables = "('sittings_sitting', 'sittings_selfie', 'sittings_proof', 'sittings_headshot')"
    rows = as_superuser.execute(
        f"select column_name, data_type from information_schema.columns where table_name in {tables}"
    ).fetchall()
    free = {name for name, kind in rows if kind == "jsonb"}
    # What lies in `choice` is tried in test_several.py: codes and numbers of photos. `wish` is how to cut.
    expected = {"styles", "refusals", "warnings", "largest", "choice", "answer", "wish"}
    assert free == expected, "what else may lie in the clear?"
    assert not measured & {name for name, _ in rows}
