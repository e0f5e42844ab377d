"""The database: how it is reached, what one transaction is, and the only commit there is."""

import logging
import ssl
import threading
import time
from collections.abc import Callable
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast

from fastapi import Depends, Request
from pydantic import SecretStr
from sqlalchemy import BigInteger, Engine, Integer, create_engine, event, exc
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

from chassis.errors import Unavailable
from chassis.settings import ServiceSettings
from chassis.statements import Connection, Driver

P = ParamSpec("P")
T = TypeVar("T")

# Worker threads (see chassis.app), each with a connection of its own: none waits for another's.
WORKERS = 16
# Then the pool is asked again, which replaces connections that are older than it allows.
KEPT_SECONDS = 60
ATTEMPTS = 3
# An attempt that took longer is not followed by another: whoever waits for it would give up.
PATIENCE_SECONDS = 2
DEADLOCK = 1213  # https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html

# Nothing is a transaction until it is begun. SQLite waits for the lock of writing at once: what was
# read before could have changed when it gets it. One writer at a time is all that a laptop needs.
BEGIN = {"mysql": "BEGIN", "sqlite": "BEGIN IMMEDIATE"}

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


class _OfThread(threading.local):
    """The connection of a thread: to take it from the pool for each request costs 50 us of CPU."""

    pool: Pool | None = None
    connection: Any = None
    until = 0.0


class Database:
    """The connection pool of the process, and transactions on it."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.engine = open_engine(settings, settings.database_user, settings.database_password)
        self._dialect = self.engine.dialect
        self._errors: Any = self._dialect.loaded_dbapi
        outages = (self._errors.OperationalError, self._errors.InterfaceError)
        self._outages = (*outages, exc.TimeoutError)
        self._mine = _OfThread()

    def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)`, which reads only: each query sees what is committed by then.

        There is no transaction, which at READ COMMITTED would see the same, for two round trips
        more.

        Raises:
            DatabaseUnavailable: it could not be read.
        """

        def read(driver: Driver) -> T:
            return work(Connection(driver, self._dialect), *args, **kwargs)

        return self._repeat(read)

    def run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)` as one transaction and commit it.

        `work` does nothing but talk to its connection: it is run again when the database has
        rolled it back. Only the commit itself is never repeated, as nobody can know what became
        of it.

        Raises:
            DatabaseUnavailable: nothing was written.
            OutcomeUnknown: the commit was sent and not confirmed.
        """

        def transaction(driver: Driver) -> T:
            driver.cursor().execute(BEGIN[self._dialect.name])
            try:
                result = work(Connection(driver, self._dialect), *args, **kwargs)
            except BaseException as error:
                if not self._is_lost(error):
                    driver.rollback()
                raise
            try:
                driver.commit()
            except self._errors.Error as error:
                raise OutcomeUnknown from error
            return result

        return self._repeat(transaction)

    def _repeat(self, work: Callable[[Driver], T], attempts: int = ATTEMPTS) -> T:
        began = time.monotonic()
        try:
            return self._attempt(work)
        except (self._errors.Error, exc.TimeoutError) as error:
            is_late = time.monotonic() - began > PATIENCE_SECONDS
            if attempts == 1 or is_late or not self._was_rolled_back(error):
                if isinstance(error, self._outages):
                    raise DatabaseUnavailable from error
                raise
        _log.warning("The database rolled a transaction back; it is run again")
        return self._repeat(work, attempts - 1)

    def _attempt(self, work: Callable[[Driver], T]) -> T:
        connection = self._connection()
        try:
            return work(cast("Driver", connection.dbapi_connection))
        except (self._errors.Error, OutcomeUnknown) as error:
            if isinstance(error, OutcomeUnknown) or self._is_lost(error):
                connection.invalidate(error)
                if self._mine.pool is self.engine.pool:
                    self.engine.dispose()  # Whatever ended this one has ended the others too.
                self._mine.pool = None
            raise

    def _connection(self) -> PoolProxiedConnection:
        """Find the connection of this thread; it goes back to the pool when the thread ends."""
        mine, pool = self._mine, self.engine.pool
        if mine.pool is not pool or time.monotonic() > mine.until:
            mine.pool = mine.connection = None  # first back, then out: it may be too old to come
            mine.connection = pool.connect()
            mine.pool = mine.connection.info["pool"] = pool
            mine.until = time.monotonic() + KEPT_SECONDS
        return cast("PoolProxiedConnection", mine.connection)

    def _is_lost(self, error: BaseException) -> bool:
        is_ours = isinstance(error, self._errors.Error)
        return is_ours and self._dialect.is_disconnect(cast("Any", error), None, None)

    def _was_rolled_back(self, error: Exception) -> bool:
        """Say whether the whole transaction is gone for certain, so that it may be run again."""
        return self._is_lost(error) or error.args[:1] == (DEADLOCK,)


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
    context = ssl.create_default_context(cafile=settings.database_ca)
    # As PyMySQL has it: Python 3.13 would refuse authorities that lack what RFC 5280 asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    engine = create_engine(
        url,
        hide_parameters=True,  # what people entered does not belong in a log
        paramstyle="format",  # values in order, which chassis.statements goes by
        pool_size=WORKERS,
        max_overflow=0,
        pool_timeout=2,
        # A connection that was lost while idle fails at its first statement, and Database begins
        # again with a new one: that is cheaper than to ask before every transaction.
        pool_recycle=300,
        pool_use_lifo=True,  # no more connections than are needed at once
        pool_reset_on_return=None,  # Database ends what it begins
        connect_args={
            "ssl": context,  # one for all connections; it verifies the host's name too
            "autocommit": True,
            "connect_timeout": 2,
            "read_timeout": 5,
            "write_timeout": 5,
            # READ COMMITTED: no gap locks, so fewer deadlocks, and none is needed.
            "init_command": "SET SESSION innodb_lock_wait_timeout = 3,"
            " transaction_isolation = 'READ-COMMITTED'",
        },
    )
    _listen(engine)
    return engine


def _sqlite(settings: ServiceSettings) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(settings.database_file)),
        hide_parameters=True,
        pool_size=WORKERS,
        connect_args={"isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _enforce_foreign_keys(connection: Any, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    _listen(engine)
    return engine


def _listen(engine: Engine) -> None:
    # Migrations use SQLAlchemy's own transactions, which begin as those of Database do.
    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(BEGIN[engine.dialect.name])

    # What its thread gives back when the pool is gone, at the end for example, nobody would close.
    @event.listens_for(engine, "checkin")
    def _close_late(_: object, entry: ConnectionPoolEntry) -> None:
        if entry.info.get("pool", engine.pool) is not engine.pool:
            entry.close()


async def _database(request: Request) -> Database:
    return cast("Database", request.state.database)


DatabaseDep = Annotated[Database, Depends(_database)]
