"""The database: how it is reached, what one transaction is, and the only commit there is."""

import logging
import time
from collections.abc import Callable
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast

from fastapi import Depends, Request
from pydantic import SecretStr
from sqlalchemy import BigInteger, Engine, Integer, create_engine, event, exc
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session, sessionmaker

from chassis.errors import ServiceError, Unavailable
from chassis.settings import ServiceSettings

P = ParamSpec("P")
T = TypeVar("T")

# As many connections as worker threads (see chassis.app): a thread holds one at most, and only
# inside Database.run, so no thread ever waits for one that another thread keeps.
WORKERS = 16
ATTEMPTS = 3
# An attempt that took longer is not followed by another: whoever waits for it would give up.
PATIENCE_SECONDS = 2
DEADLOCK = 1213  # https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html

# Every constraint has a name, so that a migration can drop it on any database.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLite numbers only INTEGER keys by itself; its INTEGER has 64 bits too.
BigId = BigInteger().with_variant(Integer, "sqlite")

_log = logging.getLogger(__name__)


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached or does not answer in time."""

    def __init__(self) -> None:
        super().__init__("The database cannot be reached. Nothing was written.")


class OutcomeUnknown(Unavailable):
    """The connection broke during the commit: the write happened, or it did not."""

    def __init__(self) -> None:
        super().__init__("The database did not confirm the write. Read before you repeat it.")


class Database:
    """The connection pool of the process, and transactions on it."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.engine = open_engine(settings, settings.database_user, settings.database_password)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def run(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(session, ...)` as one transaction and commit it.

        `work` does nothing but talk to its session: it is run again when the database has rolled
        it back. Only the commit itself is never repeated, as nobody can know what became of it.

        Raises:
            DatabaseUnavailable: nothing was written.
            OutcomeUnknown: the commit was sent and not confirmed.
        """
        try:
            with self._sessions() as session:
                result = _attempt(session, lambda: work(session, *args, **kwargs))
                _commit(session)
                return result
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise DatabaseUnavailable from error


def flush(session: Session, conflict: ServiceError) -> None:
    """Send what is pending; raise `conflict` when a unique or foreign key refuses it.

    Asking first whether the key is free would lose a race: two requests both see it free, and
    both insert. The index decides, and the loser hears of it here.
    """
    try:
        session.flush()
    except exc.IntegrityError as error:
        raise conflict from error


def open_engine(settings: ServiceSettings, user: str | None, password: SecretStr | None) -> Engine:
    """Open a pool for `user`: MySQL over verified TLS, or SQLite when no host is set."""
    if settings.database_host is None:
        return _sqlite(settings)
    url = URL.create(
        "mysql+pymysql",
        user,
        password.get_secret_value() if password else None,
        settings.database_host,
        settings.database_port,
        settings.database_name,
        {"charset": "utf8mb4"},
    )
    return create_engine(
        url,
        hide_parameters=True,  # what people entered does not belong in a log
        isolation_level="READ COMMITTED",  # no gap locks: fewer deadlocks, and none is needed
        pool_size=WORKERS,
        max_overflow=0,
        pool_timeout=2,
        # A connection that was lost while idle fails at its first statement, and Database.run
        # begins again with a new one: that is cheaper than to ask before every transaction.
        pool_recycle=300,
        connect_args={
            "ssl_ca": str(settings.database_ca),
            "ssl_verify_identity": True,  # the host's name, and the certificate with it
            "connect_timeout": 2,
            "read_timeout": 5,
            "write_timeout": 5,
            "init_command": "SET SESSION innodb_lock_wait_timeout = 3",
        },
    )


def _sqlite(settings: ServiceSettings) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(settings.database_file)),
        hide_parameters=True,
        connect_args={"isolation_level": None},
    )

    # SQLite's Python module would begin a transaction at the first write only, so that what was
    # read before could have changed. One writer at a time is all that a laptop needs.
    @event.listens_for(engine, "connect")
    def _enforce_foreign_keys(connection: Any, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _attempt(session: Session, work: Callable[[], T], attempts: int = ATTEMPTS) -> T:
    began = time.monotonic()
    try:
        result = work()
        # What the database refuses, it refuses here, where another attempt is safe.
        session.flush()
    except exc.DBAPIError as error:
        session.rollback()
        is_late = time.monotonic() - began > PATIENCE_SECONDS
        if attempts == 1 or is_late or not _was_rolled_back(error):
            raise
        _log.warning("The database rolled a transaction back; it is run again")
        return _attempt(session, work, attempts - 1)
    return result


def _was_rolled_back(error: exc.DBAPIError) -> bool:
    """Say whether the whole transaction is gone for certain, so that it may be run again."""
    code = error.orig.args[0] if error.orig and error.orig.args else None
    return error.connection_invalidated or code == DEADLOCK


def _commit(session: Session) -> None:
    try:
        session.commit()
    except exc.DBAPIError as error:
        raise OutcomeUnknown from error


async def _database(request: Request) -> Database:
    return cast("Database", request.state.database)


DatabaseDep = Annotated[Database, Depends(_database)]
