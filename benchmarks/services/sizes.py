"""What a thousand times as many rows change."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.figures import Figure
from benchmarks.rounds import Effort, alternate, values_of
from benchmarks.services.database import TAKEN
from benchmarks.services.processes import STUDENTS, SUBJECTS, Process, serving
from benchmarks.services.ratios import Operation
from chassis.paging import encode_cursor
from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Size:
    """So many students, each with TAKEN enrolments, in the schemas of both services."""

    rows: int
    students: ServiceSettings
    subjects: ServiceSettings

    @property
    def name(self) -> str:
        return f"{self.rows:,} students, {TAKEN * self.rows:,} enrolments"

    def operations(self, students: Process, subjects: Process) -> dict[str, Operation]:
        """What is asked, by its name: each in the middle of what there is.

        One call of the roster to the students service is part of it.
        """
        middle = self.rows // 2
        after = f"?cursor={encode_cursor(middle)}"
        return {
            "GET /student/{id}": Operation(students, f"/student/{middle}"),
            "GET /student": Operation(students, f"/student{after}"),
            "GET /subject?student_id": Operation(subjects, f"/subject?student_id={middle}"),
            "GET /subject/{id}/student": Operation(subjects, f"/subject/7/student{after}"),
        }


def measure(few: Size, many: Size, effort: Effort) -> list[Figure]:
    """Reading one and a page of students, the subjects of one, a page of a roster; memory."""
    sizes = {size.name: size for size in (few, many)}
    with ExitStack() as stack:
        services = {name: stack.enter_context(_services(size)) for name, size in sizes.items()}
        operations = {name: size.operations(*services[name]) for name, size in sizes.items()}
        figures = []
        for what in operations[few.name]:
            found = alternate(
                {name: each[what].at_full_speed for name, each in operations.items()}, effort
            )
            values = values_of(found, "requests/s")
            figures.append(Figure(f"{what} as rows grow", "requests/s", "more", values, few.name))
        return [*figures, *_memory(services, few.name)]


@contextmanager
def _services(size: Size) -> Iterator[tuple[Process, Process]]:
    """Start students, and subjects, who ask the former without a load balancer in between."""
    with (
        serving(STUDENTS, size.students) as students,
        serving(SUBJECTS, size.subjects, ALB_URL=students.url) as subjects,
    ):
        yield students, subjects


def _memory(services: Mapping[str, tuple[Process, Process]], few: str) -> list[Figure]:
    figures = []
    for number, service in enumerate(("students", "subjects")):
        values = {name: [each[number].memory()] for name, each in services.items()}
        title = f"Memory of a task of {service} as rows grow"
        figures.append(Figure(title, "MiB", "less", values, few))
    return figures
