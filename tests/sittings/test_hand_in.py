"""Handing a photo in: pictures one by one, the first of everybody first, questions and their answers."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from faceproof import tenancy
from faceproof.archive.models import AuditEntry
from faceproof.darkroom import GLIMPSE_SIDE
from faceproof.darkroom.pool import Pool
from faceproof.engines import EngineError
from faceproof.intake.asking import may_ask, turned, turned_back
from faceproof.marking import read_back
from faceproof.privacy import erase, retention
from faceproof.sittings import asking, closing, flow, studio
from faceproof.sittings.line import Stage
from faceproof.sittings.models import Proof, Sitting
from faceproof.sittings.transit import Case
from tests import photos


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> Iterator[None]:
    settings.FACEPROOF_ENGINE = "fake:"
    settings.FACEPROOF_ENGINE_PROCESSES = 1
    yield
    studio.close()


def mine(member: Any) -> Any:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)


def now(member: Any, sitting: Sitting) -> Sitting:
    with mine(member):
        return Sitting.objects.get(id=sitting.id)


# P-041
def test_with_three_people_at_once_each_first_picture_comes_before_any_second(
    cast: Any, hopper: bytes
) -> None:
    people = (cast.ann, cast.bob, cast.olga)
    sittings = [flow.hand_in(member, flow.Upload(hopper, "image/jpeg")) for member in people]
    assert all(sitting.state == "developing" for sitting in sittings), "answered at once"
    assert studio.line().settle()
    made = []
    for member, sitting in zip(people, sittings, strict=True):
        assert now(member, sitting).state == "ready"
        with mine(member):
            proofs = list(Proof.objects.filter(sitting=sitting).order_by("created_at"))
            assert len(proofs) == len(sitting.styles)
            made += [(proof.created_at, member.id, place) for place, proof in enumerate(proofs)]
            assert AuditEntry.objects.filter(action="proof.sealed", sitting_id=sitting.id).count() == len(
                proofs
            )
    order = [place for _, _, place in sorted(made)]
    # the very first person may be a picture ahead: nobody else had handed in yet
    assert order.index(1) >= 1
    firsts = [number for number, place in enumerate(order) if place == 0]
    assert order[: firsts[-1]].count(1) <= 1, order


# P-041
def test_of_kept_photos_too_the_first_pictures_come_first(
    cast: Any, hopper: bytes, as_superuser: Any
) -> None:
    """Two sealed photos and one worker, which takes the jobs as the queue orders them."""
    people = {
        str(flow.receive(who, flow.Upload(hopper), custody="sealed").id): who for who in (cast.ann, cast.bob)
    }
    done = []
    wanted = "where status = 'todo' and task_name = 'develop' order by priority desc, id limit 1"
    find = f"select id, args->>'sitting_id' from procrastinate_jobs {wanted}"
    while job := as_superuser.execute(find).fetchone():
        as_superuser.execute("update procrastinate_jobs set status = 'doing' where id = %s", [job[0]])
        done.append((people[job[1]].id, flow.develop(people[job[1]], uuid.UUID(job[1]))))
        as_superuser.execute("update procrastinate_jobs set status = 'succeeded' where id = %s", [job[0]])
    assert done == [(cast.ann.id, "paused"), (cast.bob.id, "ready"), (cast.ann.id, "ready")]
    for ident, who in people.items():
        with mine(who):
            sitting = Sitting.objects.get(id=ident)
            assert Proof.objects.filter(sitting=sitting).count() == len(sitting.styles)


# P-041
def test_while_many_wait_everybody_gets_a_small_first_picture_from_memory(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceproof.sittings.line.Line.crowded", lambda line: True)
    shown, real = [], Case.show

    def show(case: Case, preview: bytes) -> None:
        real(case, preview)
        with mine(cast.ann):
            assert not Proof.objects.exists(), "nothing of it is kept"
            sitting = Sitting.objects.get()
        shown.append((asking.glimpse(sitting), Image.open(io.BytesIO(preview)).size))

    monkeypatch.setattr(Case, "show", show)
    sitting = flow.hand_in(cast.ann, flow.Upload(hopper))
    assert studio.line().settle()
    [(small, (width, _height))] = shown
    assert width <= GLIMPSE_SIDE
    root = studio.signer(cast.ann.org).root_pem
    assert read_back(small, root_pem=root).c2pa_valid, "marked as everything that leaves"
    done = now(cast.ann, sitting)
    assert done.state == "ready"
    assert not asking.glimpse(done)
    with mine(cast.ann):
        assert Proof.objects.count() == len(sitting.styles), "all of them follow, in full size"


def test_one_look_that_cannot_be_made_in_small_refuses_nothing(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceproof.sittings.line.Line.crowded", lambda line: True)
    real = Pool.develop

    def unsure(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        if order.glimpse:
            raise EngineError("edges_unsure", "test")
        return real(self, order, signer, **more)

    stages: list[Stage | None] = []
    step = Case.step

    def watched(case: Case) -> Stage | None:
        stages.append(step(case))
        return stages[-1]

    monkeypatch.setattr(Pool, "develop", unsure)
    monkeypatch.setattr(Case, "step", watched)
    sitting = flow.hand_in(cast.ann, flow.Upload(hopper))
    assert studio.line().settle()
    assert now(cast.ann, sitting).state == "ready"
    assert stages == [Stage.FIRST, None], "still nothing to see: it keeps its place among the first"


def test_pictures_are_there_while_the_others_are_still_made(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = Pool.develop

    def watched(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        for event in real(self, order, signer, **more):
            with mine(cast.ann):
                seen.append((Proof.objects.count(), Sitting.objects.get().state))
            yield event

    monkeypatch.setattr(Pool, "develop", watched)
    sitting = flow.hand_in(cast.ann, flow.Upload(hopper))
    assert studio.line().settle()
    assert seen[2] == (1, "developing"), "the first was kept before the second came"
    assert now(cast.ann, sitting).state == "ready"


def test_what_was_made_before_the_studio_failed_is_there_to_choose_from(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Pool.develop

    def dying(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        events = real(self, order, signer, **more)
        yield next(events)
        yield next(events)
        raise EngineError("engine_died", retry=True, detail="test")

    monkeypatch.setattr(Pool, "develop", dying)
    sitting = flow.receive(cast.ann, flow.Upload(hopper))
    assert (sitting.state, sitting.warnings[-1]) == ("ready", "looks_missing")
    with mine(cast.ann):
        assert Proof.objects.count() == 1


def test_a_photo_that_is_a_matter_of_taste_is_asked_about_and_used_anyway(cast: Any, hopper: bytes) -> None:
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)))
    assert studio.line().settle()
    asked = now(cast.ann, sitting)
    assert (asked.state, asked.refusals) == ("asking", ["too_dark"])
    question = asking.question(asked)
    assert question is not None
    assert question.anyway
    assert not question.faces
    assert asking.answer(cast.ann, asked, anyway=True)
    assert studio.line().settle()
    done = now(cast.ann, sitting)
    assert done.state == "ready"
    assert "too_dark" in done.warnings, "it is still told"
    assert done.answer == {"anyway": True}
    with mine(cast.ann):
        assert AuditEntry.objects.filter(action="sitting.answered").count() == 1
    assert not asking.answer(cast.ann, done, anyway=True), "nobody is asked any more"


def test_of_several_faces_the_person_points_at_theirs(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = []
    real = Pool.develop

    def watched(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        orders.append(order)
        return real(self, order, signer, **more)

    monkeypatch.setattr(Pool, "develop", watched)
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.twice(hopper)))
    assert studio.line().settle()
    asked = now(cast.ann, sitting)
    question = asking.question(asked)
    assert question is not None
    assert not question.anyway, "two people are no matter of taste"
    left, right = question.faces
    assert 0.0 < left[0] < 0.5 < right[0] < 1.0
    assert abs(right[0] - left[0] - 0.5) < 0.02
    assert not asking.answer(cast.ann, asked, face=3), "there is no third"
    assert asking.answer(cast.ann, asked, face=2)
    assert studio.line().settle()
    assert now(cast.ann, sitting).state == "ready"
    assert orders[-1].spot[0] > 0.5


def test_nobody_answers_and_the_photo_is_let_go_of(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceproof.sittings.line.ANSWER_SECONDS", 0.0)
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)))
    for _ in range(200):
        assert studio.line().settle()
        if now(cast.ann, sitting).state == "refused":
            break
    refused = now(cast.ann, sitting)
    assert (refused.state, refused.refusals) == ("refused", ["too_dark"])
    assert refused.held_ms is not None
    assert asking.question(refused) is None


def test_a_question_of_a_process_that_died_is_closed_by_the_clock(cast: Any, hopper: bytes) -> None:
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)))
    assert studio.line().settle()
    studio.close()  # the photo is gone with the process
    assert asking.question(now(cast.ann, sitting)) is None
    retention.run(cast.acme, timezone.now() + timedelta(minutes=5))
    closed = now(cast.ann, sitting)
    assert (closed.state, closed.fault) == ("failed", "interrupted")


@pytest.mark.parametrize("answered", [True, False])
def test_whoever_looks_at_a_sitting_of_a_process_that_died_reads_so_at_once(
    cast: Any, hopper: bytes, answered: bool
) -> None:
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)))
    assert studio.line().settle()
    studio.close()
    with mine(cast.ann):
        found = Sitting.objects.get()
        assert not closing.orphaned(cast.ann, found), "a process may need a moment"
        long_ago = timezone.now() - timedelta(seconds=30)
        state = "developing" if answered else "asking"
        Sitting.objects.update(changed_at=long_ago, state=state)
    found = now(cast.ann, sitting)
    with mine(cast.ann):
        assert closing.orphaned(cast.ann, found)
    closed = now(cast.ann, sitting)
    assert (closed.state, closed.fault) == ("failed", "interrupted")


def test_who_deletes_while_others_wait_does_not_come_back_into_the_line(
    cast: Any, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceproof.sittings.line.Line.firsts_wait", lambda line: True)
    real, turns = Pool.develop, []

    def deleting(self: Pool, order: Any, signer: Any, **more: Any) -> Any:
        turns.append(order)
        with mine(cast.ann):
            erase.everything(cast.ann)
        return real(self, order, signer, **more)

    monkeypatch.setattr(Pool, "develop", deleting)
    flow.hand_in(cast.ann, flow.Upload(hopper))
    assert studio.line().settle()
    assert len(turns) == 1


def test_who_withdraws_has_nothing_more_made_of_a_photo_that_is_held(cast: Any, hopper: bytes) -> None:
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)))
    assert studio.line().settle()
    with mine(cast.ann):
        erase.after_withdrawal(cast.ann)
    assert studio.line().case(sitting.id) is None


def test_who_deletes_the_sitting_deletes_the_photo_that_waits_for_an_answer(cast: Any, hopper: bytes) -> None:
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)))
    assert studio.line().settle()
    assert studio.line().held(sitting.id) is not None
    with mine(cast.ann):
        erase.sitting(cast.ann, Sitting.objects.get())
    assert studio.line().held(sitting.id) is None


def test_a_photo_asked_about_is_sealed_only_after_the_answer(cast: Any, hopper: bytes) -> None:
    sitting = flow.hand_in(cast.ann, flow.Upload(photos.dark(hopper)), custody="sealed")
    assert studio.line().settle()
    asked = now(cast.ann, sitting)
    with mine(cast.ann):
        assert not asked.selfies.exists()
    assert asking.answer(cast.ann, asked, anyway=True)
    assert studio.line().settle()
    assert now(cast.ann, sitting).state == "waiting"
    assert flow.develop(cast.ann, sitting.id) == "ready", "the worker knows the answer too"


def test_only_what_an_answer_can_settle_is_asked() -> None:
    assert may_ask(["too_dark"])
    assert may_ask(["several_faces", "blurred"])
    assert not may_ask(["no_face"])
    assert not may_ask(["too_dark", "face_too_small"])
    assert not may_ask([])


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_spot_is_found_again_after_the_photo_was_turned(turns: int) -> None:
    import numpy as np

    from faceproof.imaging.frame import Frame

    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[8, 45] = 255
    upright = Frame(pixels).rotated(turns).pixels
    y, x = np.argwhere(upright[..., 0])[0]
    height, width = upright.shape[:2]
    spot = turned((45.5 / 60, 8.5 / 40), turns)
    assert spot == pytest.approx(((x + 0.5) / width, (y + 0.5) / height))
    assert turned_back(spot, turns) == pytest.approx((45.5 / 60, 8.5 / 40))
