"""P-106: the state of branch protection is reported as it is, and unknown is never called protected."""

import pytest

from tools import branch_protection
from tools.branch_protection import judge, required, state


@pytest.mark.parametrize("address", ["", "/srv/git/faceproof", "https://git.example.org/a/b.git"])
def test_without_a_forge_that_answers_it_is_unknown(address: str) -> None:
    assert (state(address).verdict, state(address).status) == ("unknown", 2)


def test_without_the_forge_s_program_it_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch_protection.shutil, "which", lambda _: None)
    assert "gh" in state("git@github.com:someone/faceproof.git").why


def test_reviews_and_checks_must_both_be_required() -> None:
    reviews, checks = {"type": "pull_request"}, {"type": "required_status_checks"}
    assert judge(required([], {}), "main").verdict == "not protected"
    assert "checks" in judge(required([reviews], {}), "main").why
    assert judge(required([reviews, checks], {}), "main").status == 0


def test_the_older_kind_of_protection_counts_too() -> None:
    classic = {"required_pull_request_reviews": {"count": 1}, "required_status_checks": {"strict": True}}
    assert judge(required([], classic), "main").verdict == "protected"


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/a/b",
        "https://github.com/a/b.git",
        "git@github.com:a/b.git",
        "ssh://git@github.com/a/b",
    ],
)
def test_every_way_of_writing_the_address_is_understood(address: str) -> None:
    match = branch_protection.GITHUB.match(address)
    assert match
    assert match["name"] == "a/b"


def test_a_look_alike_host_is_not_asked() -> None:
    assert not branch_protection.GITHUB.match("https://github.com.example.org/a/b")
