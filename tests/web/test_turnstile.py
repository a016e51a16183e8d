"""Requests with a body get in a few at a time; pages answer whatever becomes of those."""

from __future__ import annotations

import threading

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from faceproof.launcher.config import Reader, Threads, threads
from faceproof.web.turnstile import Turnstile


@pytest.fixture
def slow() -> threading.Event:
    return threading.Event()


def test_pages_answer_and_photos_are_sent_away_while_others_are_still_arriving(slow: threading.Event) -> None:
    inside = threading.Semaphore(0)

    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            inside.release()
            slow.wait(20)
        return HttpResponse("answered")

    ask = RequestFactory()
    with override_settings(FACEPROOF_BODIES=2):
        door = Turnstile(view)
    arriving = [threading.Thread(target=door, args=(ask.post("/photo/", {"a": "b"}),)) for _ in range(2)]
    for each in arriving:
        each.start()
        assert inside.acquire(timeout=20)
    assert door(ask.get("/")).content == b"answered"
    turned = door(ask.post("/photo/", {"a": "b"}))
    assert (turned.status_code, turned["Retry-After"]) == (503, "10")
    slow.set()
    for each in arriving:
        each.join(20)
    assert door(ask.post("/photo/", {"a": "b"})).content == b"answered"


def test_a_view_that_fails_gives_its_place_back() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with override_settings(FACEPROOF_BODIES=1):
        door = Turnstile(view)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            door(RequestFactory().post("/photo/", {"a": "b"}))


@pytest.mark.parametrize("processes", [1, 2, 8, 64])
def test_bodies_never_take_every_thread_whatever_the_machine(processes: int) -> None:
    shared = Threads(processes)
    assert shared.total - shared.bodies == shared.pages > 0
    assert shared.total + 17 + 10 < 120, "threads, hands, worker: the embedded database takes 120 connections"
    assert threads(Reader({"FACEPROOF_ENGINE_PROCESSES": str(processes)})) == shared


def test_whoever_is_sent_away_gets_every_header_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turnstile, "_taken", lambda *asked: False)
    answer = Client().post("/accounts/login/", {"login": "a"}, secure=True)
    assert answer.status_code == 503
    for name in ("X-Frame-Options", "Content-Security-Policy", "Strict-Transport-Security", "Cache-Control"):
        assert name in answer.headers, name
