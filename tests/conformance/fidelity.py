"""What the emulator imitates and how surely: the rows of docs/fidelity.md, from parts/*.yaml."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, model_validator

from tests.conformance.table import Case, Difference, Known, Strict, cases

FOLDER = Path(__file__).parent / "parts"
_TEST_FILE = r"^tests/(unit|integration|conformance|e2e)/\S+\.py(::Test\w+)?$"


class Row(Strict):
    """One thing; `rows` are those of the tables of behaviours that say what AWS does."""

    what: str
    rows: tuple[str, ...] = ()


class Shown(Row):
    """What AWS does and a test shows: cases, by id or pattern (`alb-host-*`), other tests, or both.

    Cases say themselves how their answers are known; `known` says it for a row without cases.
    """

    cases: tuple[str, ...] = ()
    tests: tuple[Annotated[str, Field(pattern=_TEST_FILE)], ...] = ()
    known: Known | None = None

    @model_validator(mode="after")
    def _has_proof(self) -> "Shown":
        if not self.cases and not self.tests:
            raise ValueError("what no case and no test shows is not shown")
        if bool(self.cases) == bool(self.known):
            raise ValueError("a row says how it is known when it has no cases, and only then")
        return self

    def has(self, case: Case) -> bool:
        """Whether a case belongs to the row."""
        return any(fnmatchcase(case.id, pattern) for pattern in self.cases)


class Approximated(Row, Difference):
    """What differs from AWS because nginx, or the effort, does not allow more."""


class OnPurpose(Row):
    """What differs from AWS because it serves whoever works locally."""

    why: str


class Absent(Row):
    """What is not emulated."""


class Part(Strict):
    """One part of the emulator."""

    part: str
    shown: tuple[Shown, ...] = ()
    approximated: tuple[Approximated, ...] = ()
    on_purpose: tuple[OnPurpose, ...] = ()
    absent: tuple[Absent, ...] = ()

    def all_approximated(self) -> tuple[Difference, ...]:
        """What differs, with what the cases of this part are known to answer otherwise."""
        own = [case for case in cases() if any(row.has(case) for row in self.shown)]
        known = [case.known_difference for case in own if case.known_difference]
        return (*known, *self.approximated)


def parts() -> Iterator[Part]:
    """All parts, by name of their file."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield Part.model_validate(yaml.safe_load(path.read_text("utf-8")))
