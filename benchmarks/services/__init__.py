"""A task of a service beside baselines on the same server and database, and at its limits."""

from tests.fixtures.mysql import Mysql

from benchmarks.figures import Figure
from benchmarks.rounds import Effort
from benchmarks.services import chain, database, overload, ratios, sizes, start, tasks


def measure(effort: Effort) -> list[Figure]:
    """Beside baselines, with a million rows, with too little and too much to do, more than one."""
    # What is told apart more easily; h2load knows whole seconds only.
    brief = Effort(effort.rounds, max(1, effort.seconds // 2))
    with database.server() as mysql:
        few = _size(mysql, "1k", 1_000, subjects=20)
        many = _size(mysql, "1m", 1_000_000, subjects=1_000)
        small = few.students
        figures = [
            *start.measure(small, effort),
            *ratios.measure(small, effort),
            *sizes.measure(few, many, brief),
            *overload.measure(small, effort),
            *tasks.measure(mysql, small, brief),
        ]
    return [*figures, *chain.measure(brief)]


def _size(mysql: Mysql, name: str, rows: int, subjects: int) -> sizes.Size:
    return sizes.Size(
        rows,
        database.students(mysql, f"students_{name}", rows),
        database.subjects(mysql, f"subjects_{name}", subjects, rows),
    )
