"""What is wrong with a definition: file, line, place and what would be right."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake; prints as `file:line: place: message`."""

    file: Path
    line: int | None
    place: str
    message: str

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        place = f"{self.place}: " if self.place else ""
        return f"{self.file}{line}: {place}{self.message}"


# What reading a value of an unexpected form raises, and what is said then.
FORM_ERRORS = (AttributeError, IndexError, KeyError, TypeError, ValueError)
WRONG_FORM = "has not the form that AWS's reference of this type asks for"


class RefusedError(Exception):
    """A part of a resource that AWS, or this emulator, refuses."""


class CommandError(Exception):
    """A command cannot do what it is asked to; the message says in a line what would help."""


class DefinitionError(Exception):
    """The definitions cannot be used; `problems` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_order))
        super().__init__("\n".join(map(str, self.problems)))


def _order(problem: Problem) -> tuple[Path, int, str, str]:
    return problem.file, problem.line or 0, problem.place, problem.message


class Problems(list[Problem]):
    """Mistakes, as they are found."""

    @contextmanager
    def collected(self) -> Iterator[None]:
        """What cannot be evaluated inside ends the block, not the search for more mistakes."""
        try:
            yield
        except DefinitionError as error:
            self.extend(error.problems)
