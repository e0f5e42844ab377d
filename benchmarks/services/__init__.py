"""A task of a service beside baselines on the same server and database, and at its limits."""

from benchmarks.figures import Figure
from benchmarks.rounds import Effort
from benchmarks.services import database, overload, ratios, sizes, start, tasks


def measure(effort: Effort) -> list[Figure]:
    """Beside baselines, with a million rows, with too little and too much to do, more than one."""
    with database.server() as mysql:
        small = database.students(mysql, "students_1k", 1_000)
        large = database.students(mysql, "students_1m", 1_000_000)
        brief = Effort(effort.rounds, effort.seconds / 2)  # what is told apart more easily
        return [
            *start.measure(small, effort),
            *ratios.measure(small, effort),
            *sizes.measure(small, large, brief),
            *overload.measure(small, effort),
            *tasks.measure(mysql, small, brief),
        ]
