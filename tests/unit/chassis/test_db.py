import pytest
from sqlalchemy import event, exc, text
from sqlalchemy.orm import Session

from chassis.db import Database, DatabaseUnavailable, OutcomeUnknown, open_engine
from chassis.settings import ServiceSettings

DEADLOCK, LOCK_WAIT, SERVER_GONE = 1213, 1205, 2006


@pytest.fixture(autouse=True)
def _table(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (name TEXT UNIQUE)"))


def things(database: Database) -> list[str]:
    return list(database.run(lambda session: session.scalars(text("SELECT name FROM thing")).all()))


def insert(session: Session, name: str) -> str:
    session.execute(text("INSERT INTO thing VALUES (:name)"), {"name": name})
    return name


def failure(code: int, *, disconnected: bool = False) -> exc.OperationalError:
    reason = Exception(code, "as the driver says it")
    return exc.OperationalError("...", None, reason, connection_invalidated=disconnected)


class Flaky:
    """Work that inserts a thing and then fails, as often as there are errors."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = iter(errors)
        self.runs = 0

    def __call__(self, session: Session) -> str:
        self.runs += 1
        insert(session, "a thing")
        for error in self.errors:
            raise error
        return "done"


class TestRun:
    def test_commits_and_returns_what_the_work_returns(self, database: Database) -> None:
        assert database.run(insert, "a thing") == "a thing"
        assert things(database) == ["a thing"]

    def test_rolls_back_when_the_work_raises(self, database: Database) -> None:
        with pytest.raises(KeyError):
            database.run(Flaky(KeyError()))
        assert things(database) == []

    @pytest.mark.parametrize(
        "error",
        [failure(DEADLOCK), failure(SERVER_GONE, disconnected=True)],
        ids=["deadlock", "lost connection"],
    )
    def test_does_again_what_the_database_rolled_back(
        self, database: Database, error: Exception
    ) -> None:
        work = Flaky(error, error)
        assert database.run(work) == "done"
        assert work.runs == 3
        assert things(database) == ["a thing"]

    def test_gives_up_after_three_attempts(self, database: Database) -> None:
        work = Flaky(*[failure(DEADLOCK)] * 3)
        with pytest.raises(DatabaseUnavailable):
            database.run(work)
        assert work.runs == 3
        assert things(database) == []

    @pytest.mark.parametrize(
        "error",
        [
            failure(LOCK_WAIT),
            failure(2003),
            exc.TimeoutError("pool"),
            exc.InterfaceError("", None, Exception()),
        ],
        ids=["lock wait", "refused", "pool exhausted", "closed"],
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
        @event.listens_for(database.engine, "commit")
        def _break(_: object) -> None:
            raise failure(SERVER_GONE, disconnected=True)

        work = Flaky()
        with pytest.raises(OutcomeUnknown):
            database.run(work)
        assert work.runs == 1

    def test_a_defect_is_not_taken_for_an_outage(self, database: Database) -> None:
        database.run(insert, "a thing")
        with pytest.raises(exc.IntegrityError):
            database.run(insert, "a thing")


class TestMysqlPool:
    def test_every_worker_thread_has_a_connection_and_none_waits_long(
        self, settings: ServiceSettings
    ) -> None:
        engine = open_engine(settings.model_copy(update={"database_host": "db"}), "me", None)
        assert engine.pool.size() == 16  # type: ignore[attr-defined]
        assert engine.pool.timeout() == 2  # type: ignore[attr-defined]
        assert engine.pool._max_overflow == 0  # type: ignore[attr-defined]  # noqa: SLF001
