"""docs/fidelity.md says what the cases and the tests show, and no more."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conformance.document import document
from tests.conformance.fidelity import Shown, parts
from tests.conformance.table import cases


def test_document_is_up_to_date() -> None:
    found = Path("docs/fidelity.md").read_text("utf-8")
    assert found == document(), "python -m tests.conformance writes it"


def test_every_case_belongs_to_a_row() -> None:
    rows = [row for part in parts() for row in part.shown]
    assert [case.id for case in cases() if not any(row.has(case) for row in rows)] == []


def test_every_pattern_finds_cases_that_are_as_aws() -> None:
    as_aws = [case for case in cases() if not case.known_difference]
    patterns = [
        Shown(what=row.what, cases=(pattern,))
        for part in parts()
        for row in part.shown
        for pattern in row.cases
    ]
    assert [row.cases for row in patterns if not any(map(row.has, as_aws))] == []


def test_every_named_test_is_there() -> None:
    named = {test for part in parts() for row in part.shown for test in row.tests}
    assert [test for test in sorted(named) if not _is_there(test)] == []


def _is_there(test: str) -> bool:
    name, _, group = test.partition("::")
    path = Path(name)
    return path.is_file() and (not group or f"class {group}:" in path.read_text("utf-8"))


def test_known_differences_are_listed() -> None:
    listed = {row.what for part in parts() for row in part.all_approximated()}
    known = [case.known_difference.what for case in cases() if case.known_difference]
    assert known
    assert set(known) <= listed


@pytest.mark.parametrize(
    "wrong",
    [
        {"cases": ()},
        {"cases": (), "known": "documented"},
        {"known": "documented"},
        {"cases": (), "tests": ("tests/unit/test_a.py",)},
        {"tests": ("test_a.py",)},
    ],
    ids=str,
)
def test_a_row_without_proof_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"what": "unknown path: 403", "cases": ("unknown-path",)}
    assert Shown.model_validate(right).known is None
    with pytest.raises(ValidationError):
        Shown.model_validate({**right, **wrong})
