"""What a thousand times as many rows change."""

from contextlib import ExitStack

from benchmarks.figures import Figure
from benchmarks.rounds import Effort, alternate, values_of
from benchmarks.services.processes import STUDENTS, serving
from benchmarks.services.ratios import Operation
from chassis.settings import ServiceSettings

_FEW, _MANY = "1,000 rows", "1,000,000 rows"


def measure(small: ServiceSettings, large: ServiceSettings, effort: Effort) -> list[Figure]:
    """Reading one, and a page from the middle."""
    with ExitStack() as stack:
        few = stack.enter_context(serving(STUDENTS, small))
        many = stack.enter_context(serving(STUDENTS, large))
        figures = []
        for what, path in (("GET /student/7", "/student/7"), ("GET /student", "/student")):
            operations = {_FEW: Operation(few, path), _MANY: Operation(many, path)}
            found = alternate({name: o.at_full_speed for name, o in operations.items()}, effort)
            values = values_of(found, "requests/s")
            figures.append(Figure(f"{what} as rows grow", "requests/s", "more", values, _FEW))
        memory = {_FEW: [few.memory()], _MANY: [many.memory()]}
        return [*figures, Figure("Memory of a task as rows grow", "MiB", "less", memory, _FEW)]
