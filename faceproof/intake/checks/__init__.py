"""The checks, in the order in which their findings are shown: what cannot be helped first.

To add one: a file here with `check(view) -> Iterator[Finding]`, its line in CHECKS, and a sentence for its
code in `faults`. A check never looks at who a person is: no age, sex, origin or skin tone. Where a line is
drawn, and from what, stands beside each limit; `docs/intake.md` has the counts.
"""

from collections.abc import Callable, Iterable

from faceproof.intake.checks import (
    bars,
    blur,
    covered,
    cut_off,
    exposure,
    eyes,
    one_person,
    person,
    rotation,
    screen,
    size,
    turned,
)
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

CHECKS: tuple[Callable[[View], Iterable[Finding]], ...] = (
    person.check,
    one_person.check,
    size.check,
    cut_off.check,
    turned.check,
    exposure.check,
    blur.check,
    eyes.check,
    covered.check,
    bars.check,
    screen.check,
    rotation.check,
)
