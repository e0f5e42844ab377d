"""The database that is measured: a real MySQL with TLS, and schemas of any size."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, TextClause, text
from tests.fixtures.mysql import Mysql, running

from chassis.migrate import migrate
from chassis.settings import ServiceSettings
from students.settings import StudentsSettings
from subjects.settings import SubjectsSettings

# Made by the server, so that a million rows are there in seconds; in statements that take less
# time than a connection waits for one.
_AT_ONCE = 10_000
_NUMBERS = """
WITH RECURSIVE numbers (n) AS
  (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
"""
_STUDENTS = text(f"""
INSERT INTO student (name, email) {_NUMBERS}
SELECT CONCAT('Student ', n), CONCAT('student-', n, '@example.org') FROM numbers
""")  # noqa: S608 - a constant of this module
_SUBJECTS = text(f"""
INSERT INTO subject (code, title, credits) {_NUMBERS}
SELECT CONCAT('SUBJECT-', n), CONCAT('Subject ', n), 6 FROM numbers
""")  # noqa: S608 - a constant of this module

# What each student takes; spread over all subjects, so that all of them have as many students.
TAKEN = 5
_ENROLMENTS = text(f"""
INSERT INTO enrolment (subject_id, student_id, enrolled_at) {_NUMBERS}
SELECT (n * {TAKEN} + taken) MOD :subjects + 1, n, '2026-01-01'
FROM numbers JOIN JSON_TABLE('{list(range(TAKEN))}', '$[*]' COLUMNS (taken INT PATH '$')) takes
""")  # noqa: S608 - a constant of this module


@contextmanager
def server() -> Iterator[Mysql]:
    """A MySQL of its own, removed in the end."""
    with TemporaryDirectory() as folder, running(Path(folder)) as mysql:
        yield mysql


def students(mysql: Mysql, name: str, rows: int) -> StudentsSettings:
    """Make a schema with that many students; the settings are those of its service."""
    settings = mysql.settings(StudentsSettings, name)
    migrate("students", settings, mysql.roles(name))
    with _filling(mysql, settings) as connection:
        _fill(connection, _STUDENTS, rows)
        connection.execute(text("ANALYZE TABLE student"))
    return settings


def subjects(mysql: Mysql, name: str, rows: int, of_students: int) -> SubjectsSettings:
    """Make a schema with that many subjects and TAKEN enrolments of each student.

    So each subject has `TAKEN * of_students / rows` enrolments, and the settings are those of its
    service.
    """
    settings = mysql.settings(SubjectsSettings, name)
    migrate("subjects", settings, mysql.roles(name))
    with _filling(mysql, settings) as connection:
        _fill(connection, _SUBJECTS, rows)
        _fill(connection, _ENROLMENTS, of_students, subjects=rows)
        connection.execute(text("ANALYZE TABLE subject, enrolment"))
    return settings


@contextmanager
def _filling(mysql: Mysql, settings: ServiceSettings) -> Iterator[Connection]:
    root = mysql.as_root(settings)
    with root.connect() as connection:
        connection.execute(text(f"SET SESSION cte_max_recursion_depth = {_AT_ONCE}"))
        yield connection
    root.dispose()


def _fill(connection: Connection, statement: TextClause, rows: int, **values: int) -> None:
    """Run the statement for the numbers from 1 to `rows`, in steps."""
    for first, last in steps(rows, _AT_ONCE):
        connection.execute(statement, {"first": first, "last": last, **values})
        connection.commit()


def steps(rows: int, at_once: int) -> list[tuple[int, int]]:
    """The first and the last number of each step from 1 to `rows`."""
    return [(first, min(first + at_once - 1, rows)) for first in range(1, rows + 1, at_once)]
