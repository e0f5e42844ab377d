"""Transactions: committed once, rolled back when they fail, run again when that is safe."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, event, exc, insert, select

from chassis.db import Database, DatabaseUnavailable, OutcomeUnknown, open_engine
from chassis.settings import ServiceSettings
from chassis.statements import Connection

METADATA = MetaData()
THING = Table("thing", METADATA, Column("name", String, primary_key=True))
PART = Table(
    "part",
    METADATA,
    Column("of", ForeignKey("thing.name", deferrable=True, initially="DEFERRED")),
)
INSERT = insert(THING)
DEADLOCK = sqlite3.OperationalError(1213, "as MySQL's driver says it")
LOST = sqlite3.ProgrammingError("Cannot operate on a closed database.")


@pytest.fixture(autouse=True)
def _tables(database: Database) -> None:
    METADATA.create_all(database.engine)


def things(database: Database) -> list[str]:
    rows = database.read(lambda connection: connection.rows(select(THING), {}))
    return [row["name"] for row in rows]


def add(connection: Connection, name: str) -> str:
    connection.execute(INSERT, {"name": name})
    return name


class Flaky:
    """Work that inserts a thing and then fails, as often as there are errors."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = iter(errors)
        self.runs = 0

    def __call__(self, connection: Connection) -> str:
        self.runs += 1
        add(connection, "a thing")
        for error in self.errors:
            raise error
        return "done"


class TestRun:
    def test_commits_and_returns_what_the_work_returns(self, database: Database) -> None:
        assert database.run(add, "a thing") == "a thing"
        assert things(database) == ["a thing"]

    def test_rolls_back_when_the_work_raises(self, database: Database) -> None:
        with pytest.raises(KeyError):
            database.run(Flaky(KeyError()))
        assert things(database) == []

    @pytest.mark.parametrize("error", [DEADLOCK, LOST], ids=["deadlock", "lost connection"])
    def test_does_again_what_the_database_rolled_back(
        self, database: Database, error: Exception
    ) -> None:
        work = Flaky(error, error)
        assert database.run(work) == "done"
        assert work.runs == 3
        assert things(database) == ["a thing"]

    def test_gives_up_after_three_attempts(self, database: Database) -> None:
        work = Flaky(*[DEADLOCK] * 3)
        with pytest.raises(DatabaseUnavailable):
            database.run(work)
        assert work.runs == 3
        assert things(database) == []

    @pytest.mark.parametrize(
        "error",
        [
            sqlite3.OperationalError(1205, "lock wait"),
            sqlite3.OperationalError(2003, "refused"),
            sqlite3.InterfaceError(),
            exc.TimeoutError("no connection is free"),
        ],
        ids=["lock wait", "refused", "closed", "pool exhausted"],
    )
    def test_does_not_repeat_what_would_only_wait_again(
        self, database: Database, error: Exception
    ) -> None:
        work = Flaky(error)
        with pytest.raises(DatabaseUnavailable):
            database.run(work)
        assert work.runs == 1
        assert things(database) == []

    def test_a_commit_that_fails_is_told_and_never_repeated(self, database: Database) -> None:
        runs = []

        def orphan(connection: Connection) -> None:
            runs.append(1)
            add(connection, "a thing")
            connection.execute(insert(PART), {"of": "no such thing"})

        with pytest.raises(OutcomeUnknown):
            database.run(orphan)
        assert len(runs) == 1
        assert things(database) == []

    def test_a_defect_is_not_taken_for_an_outage(self, database: Database) -> None:
        database.run(add, "a thing")
        with pytest.raises(sqlite3.IntegrityError):
            database.run(add, "a thing")


class TestRead:
    def test_keeps_no_transaction(self, database: Database) -> None:
        def read(connection: Connection) -> int:
            before = len(connection.rows(select(THING), {}))
            database.run(add, "a thing")
            return len(connection.rows(select(THING), {})) - before

        assert database.read(read) == 1

    def test_does_again_what_a_lost_connection_ended(self, database: Database) -> None:
        errors = iter([LOST])

        def read(_: Connection) -> str:
            for error in errors:
                raise error
            return "done"

        assert database.read(read) == "done"


class TestConnectionOfAThread:
    def test_goes_back_when_the_thread_ends(self, database: Database) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(things, database).result()
            assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

    def test_is_closed_when_the_pool_is_gone_before_the_thread(self, database: Database) -> None:
        closed = []
        event.listen(database.engine, "close", lambda driver, _: closed.append(driver))
        with ThreadPoolExecutor(1) as thread:
            mine = thread.submit(database.read, lambda connection: connection._driver).result()  # noqa: SLF001
            database.engine.dispose()
            assert mine not in closed
        assert mine in closed


class TestMysqlPool:
    def test_every_worker_thread_has_a_connection_and_none_waits_long(
        self, settings: ServiceSettings
    ) -> None:
        engine = open_engine(settings.model_copy(update={"database_host": "db"}), "me", None)
        assert engine.pool.size() == 16  # type: ignore[attr-defined]
        assert engine.pool.timeout() == 2  # type: ignore[attr-defined]
        assert engine.pool._max_overflow == 0  # type: ignore[attr-defined]  # noqa: SLF001
