"""Run an ordered list of stages over named values.

A stage is a plain function and one row that says which values it takes and which it gives. The list is the
program: nothing else decides what runs when, and every function can be called alone with ordinary arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any

Hook = Callable[[str, float], None]
"""Called after each stage with its name and the processor time it took, in milliseconds."""


class PipelineError(Exception):
    """The list itself is wrong: a stage takes a value that nothing before it gives."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One row: `name` for reports, the function, what it takes (positional, in order), what it gives.

    With one name in `gives` the function's result is that value; with several it returns a tuple of them.
    """

    name: str
    function: Callable[..., Any]
    takes: tuple[str, ...]
    gives: tuple[str, ...]


def check(stages: Iterable[Stage], given: Iterable[str]) -> None:
    """Raise PipelineError unless every stage finds its values among `given` and what earlier stages gave."""
    known = set(given)
    for stage in stages:
        missing = [name for name in stage.takes if name not in known]
        if missing:
            raise PipelineError(
                f"stage {stage.name!r} takes {', '.join(missing)}, which nothing before it gives"
            )
        known.update(stage.gives)


def run(
    stages: Sequence[Stage],
    values: Mapping[str, Any],
    *,
    keep: Iterable[str] | None = None,
    hook: Hook | None = None,
) -> dict[str, Any]:
    """Run `stages` in order and return the named values.

    `keep` names the values wanted at the end; the others are let go after their last use, which is what
    bounds memory (a 1600-pixel canvas is 31 MB per float picture). Without it everything is returned.
    """
    check(stages, values)
    last = {name: place for place, stage in enumerate(stages) for name in stage.takes}
    wanted = None if keep is None else set(keep)
    known = dict(values)
    for place, stage in enumerate(stages):
        started = thread_time()
        result = stage.function(*(known[name] for name in stage.takes))
        known.update(zip(stage.gives, result if len(stage.gives) > 1 else (result,), strict=True))
        if hook is not None:
            hook(stage.name, (thread_time() - started) * 1000.0)
        if wanted is not None:
            for name in [n for n in known if n not in wanted and last.get(n, -1) <= place]:
                del known[name]
    return known
