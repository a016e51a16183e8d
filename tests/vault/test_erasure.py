"""requested → hidden → destroyed → verified: no state is skipped, repeated or taken back."""

from __future__ import annotations

import itertools

import pytest

from faceproof.vault.erasure import ORDER, OutOfOrder, State, StillThere, advance, following, is_over


def test_the_whole_way_is_four_steps() -> None:
    state: State | None = None
    for to in ORDER:
        state = advance(state, to, remains=[])
    assert state is State.VERIFIED
    assert [str(each) for each in ORDER] == ["requested", "hidden", "destroyed", "verified"]


# P-006
@pytest.mark.parametrize(
    ("now", "to"),
    [pair for pair in itertools.product([None, *ORDER], ORDER) if following(pair[0]) is not pair[1]],
)
def test_every_other_step_is_refused(now: State | None, to: State) -> None:
    with pytest.raises(OutOfOrder):
        advance(now, to, remains=[])


def test_nothing_is_verified_while_something_remains() -> None:
    with pytest.raises(StillThere, match="blob abc"):
        advance(State.DESTROYED, State.VERIFIED, remains=["blob abc"])


def test_nothing_is_verified_without_looking() -> None:
    with pytest.raises(StillThere, match="nobody looked"):
        advance(State.DESTROYED, State.VERIFIED)


def test_only_the_verified_state_is_an_end() -> None:
    assert [state for state in ORDER if is_over(state)] == [State.VERIFIED]
    assert following(State.VERIFIED) is None
