"""What the services say to MySQL: as few statements for many rows as for few, each by an index."""

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine.interfaces import DBAPICursor

from chassis.migrate import migrate
from chassis.paging import PageRequest
from chassis.statements import Connection, Driver
from students import repository as students
from students.settings import StudentsSettings
from subjects import repository as subjects
from subjects.settings import SubjectsSettings
from tests.fixtures.mysql import Mysql

PAGE = PageRequest(limit=50, after=100)
NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
ROWS = {
    "students": {"student (name, email)": "SELECT 'Ada', i FROM n"},
    "subjects": {
        "subject (code, title, credits)": "SELECT i, 'A', 1 FROM n",
        "enrolment (subject_id, student_id, enrolled_at)": (
            "SELECT a.i, b.i, NOW() FROM n AS a JOIN n AS b ON b.i <= 100"
        ),
    },
}
SETTINGS = {"students": StudentsSettings, "subjects": SubjectsSettings}
# By a key or a part of it, and nothing sorted: the cost does not grow with the table. None is a
# row that is not there.
BY_INDEX = {"const", "eq_ref", "ref", "range", None}


class Recorder:
    """A driver's connection that remembers what it was told."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.IntegrityError = driver.IntegrityError
        self.told: list[str] = []

    def cursor(self) -> DBAPICursor:
        cursor = self._driver.cursor()
        execute = cursor.execute

        def remember(statement: str, values: Any) -> None:
            self.told.append(cursor.mogrify(statement, values))
            execute(statement, values)

        cursor.execute = remember
        return cast("DBAPICursor", cursor)


@pytest.fixture(scope="module")
def engines(mysql: Mysql) -> Iterator[dict[str, Engine]]:
    """Both schemas with a thousand students and subjects, and a hundred thousand enrolments."""
    found = {}
    for package, rows in ROWS.items():
        settings = mysql.settings(SETTINGS[package], f"plans_{package}")
        migrate(package, settings, mysql.roles(f"plans_{package}"))
        found[package] = mysql.as_root(settings)
        with found[package].connect() as connection:
            for table, select in rows.items():
                connection.execute(text(f"INSERT INTO {table} {NUMBERS} {select}"))
                connection.commit()
                connection.execute(text(f"ANALYZE TABLE {table.partition(' ')[0]}"))
    yield found
    for engine in found.values():
        engine.dispose()


def told(engine: Engine, work: Callable[[Connection], object]) -> list[str]:
    """What `work` says to the database; it is rolled back."""
    raw = engine.raw_connection()
    recorder = Recorder(raw.dbapi_connection)
    try:
        raw.cursor().execute("BEGIN")
        work(Connection(cast("Driver", recorder), engine.dialect))
        raw.rollback()
    finally:
        raw.close()
    return recorder.told


WORK: dict[str, tuple[str, int, Callable[[Connection], object]]] = {
    "a student": ("students", 1, lambda c: students.get(c, 7)),
    "a student, locked": ("students", 1, lambda c: students.get(c, 7, lock=True)),
    "a page of students": ("students", 1, lambda c: students.read(c, PAGE, None)),
    "students by id": ("students", 1, lambda c: students.read(c, PAGE, range(200, 300))),
    "deleting a student": ("students", 2, lambda c: students.delete(c, 7)),
    "a subject": ("subjects", 1, lambda c: subjects.get(c, 7)),
    "a page of subjects": ("subjects", 1, lambda c: subjects.read(c, PAGE, None)),
    "subjects of a student": ("subjects", 1, lambda c: subjects.read(c, PAGE, 7)),
    "a roster": ("subjects", 2, lambda c: subjects.roster(c, 7, PageRequest(limit=50))),
    "enrolling": ("subjects", 3, lambda c: subjects.enrol(c, 7, 2000)),
    "withdrawing": ("subjects", 2, lambda c: subjects.withdraw(c, 7, 8)),
}


@pytest.mark.parametrize("what", WORK)
def test_a_constant_number_of_statements_each_by_an_index(
    engines: dict[str, Engine], what: str
) -> None:
    package, count, work = WORK[what]
    statements = told(engines[package], work)
    assert len(statements) == count
    reads = [statement for statement in statements if not statement.startswith("INSERT")]
    with engines[package].connect() as connection:
        for statement in reads:
            explained = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {statement}")
            for row in explained.mappings():
                assert row["type"] in BY_INDEX, (statement, row)
                assert not re.search("filesort|temporary", row["Extra"] or ""), (statement, row)
