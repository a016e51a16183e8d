"""The states of an erasure. Pure: no clock, no storage, no way to skip one and no way to give up.

==============  ==============================================================================================
``requested``   somebody with the right to do so asked; who and when is recorded with it
``hidden``      committed: no query and no page reaches the thing any more, its bytes still exist
``destroyed``   the bytes (or the key) have been removed
``verified``    somebody looked and nothing was left
==============  ==============================================================================================

An erasure that cannot be verified stays where it is and is tried again; there is no state for failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class State(StrEnum):
    """In this order, and in no other."""

    REQUESTED = "requested"
    HIDDEN = "hidden"
    DESTROYED = "destroyed"
    VERIFIED = "verified"


ORDER: tuple[State, ...] = tuple(State)


class OutOfOrder(Exception):
    """A state would have been skipped, repeated or taken back."""

    code = "erasure_out_of_order"


class StillThere(Exception):
    """Verification looked and found something: the erasure stays open."""

    code = "erasure_still_there"


def following(state: State | None) -> State | None:
    """The state after ``state`` (``None``: not yet requested); ``None`` after the last one."""
    if state is None:
        return ORDER[0]
    position = ORDER.index(state) + 1
    return ORDER[position] if position < len(ORDER) else None


def advance(now: State | None, to: State, *, remains: Sequence[str] | None = None) -> State:
    """The new state, which is ``to`` or an exception.

    Args:
        now: the present state; ``None`` before the request.
        to: the next one.
        remains: what was found when looking, by name. Must be given, and empty, to reach ``verified``.

    Raises:
        OutOfOrder: ``to`` is not the state that follows ``now``. StillThere: something remains, or nobody
        looked.
    """
    if following(now) is not to:
        raise OutOfOrder(f"{to} does not follow {now or 'nothing'}")
    if to is State.VERIFIED:
        if remains is None:
            raise StillThere("nobody looked: verification needs what remains, even when that is nothing")
        if remains:
            raise StillThere("still there: " + ", ".join(remains))
    return to


def is_over(state: State) -> bool:
    """Only ``verified`` is the end."""
    return state is State.VERIFIED
