"""The database that is measured: a real MySQL with TLS, and schemas of any size."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from tests.fixtures.mysql import Mysql, running

from chassis.migrate import migrate
from students.settings import StudentsSettings

# Made by the server, so that a million rows are there in seconds; in statements that take less
# time than a connection waits for one.
_AT_ONCE = 10_000
_FILL = """
INSERT INTO student (name, email)
WITH RECURSIVE numbers (n) AS
  (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
SELECT CONCAT('Student ', n), CONCAT('student-', n, '@example.org') FROM numbers
"""


@contextmanager
def server() -> Iterator[Mysql]:
    """A MySQL of its own, removed in the end."""
    with TemporaryDirectory() as folder, running(Path(folder)) as mysql:
        yield mysql


def students(mysql: Mysql, name: str, rows: int) -> StudentsSettings:
    """Make a schema with that many students; the settings are those of its service."""
    settings = mysql.settings(StudentsSettings, name)
    migrate("students", settings, mysql.roles(name))
    root = mysql.as_root(settings)
    with root.connect() as connection:
        connection.execute(text(f"SET SESSION cte_max_recursion_depth = {_AT_ONCE}"))
        for first in range(1, rows + 1, _AT_ONCE):
            last = min(first + _AT_ONCE - 1, rows)
            connection.execute(text(_FILL), {"first": first, "last": last})
            connection.commit()
        connection.execute(text("ANALYZE TABLE student"))
    root.dispose()
    return settings
