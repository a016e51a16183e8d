"""Every code that a room can raise has a sentence and a next step, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

from faceproof import faults
from tests.conftest import ROOT

ERRORS = {"IntakeError", "EngineError", "FinishingError", "MarkError", "AuthorityError", "Finding"}


def raised_codes() -> set[str]:
    """Literal first arguments of our error types, and of findings, anywhere in the package."""
    found = set()
    for path in Path(ROOT, "faceproof").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in ERRORS
            ):
                first = (
                    node.args[0]
                    if node.args
                    else next((k.value for k in node.keywords if k.arg == "code"), None)
                )
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_code_that_is_raised_has_words() -> None:
    codes = raised_codes()
    assert len(codes) > 20
    assert codes - set(faults.FAULTS) - faults.INTERNAL == set()


@pytest.mark.parametrize("fault", faults.FAULTS.values(), ids=lambda fault: fault.code)
def test_a_fault_tells_what_happened_and_what_to_do(fault: faults.Fault) -> None:
    assert fault.sentence.endswith(".")
    assert fault.next_step.endswith(".") or fault.code == "rotated"
    assert fault.retry == (fault.status == 503)
    with translation.override("fr"):
        assert fault.told() != f"{fault.sentence} {fault.next_step}".strip(), "no French"


def test_an_unknown_code_reads_as_our_own_mistake() -> None:
    assert faults.fault("nonsense").code == "unexpected"
