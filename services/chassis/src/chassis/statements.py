"""The fast path to the database: SQLAlchemy's statements on the driver's own connection.

A statement is a constant of its module, written with SQLAlchemy and compiled to text once. What
SQLAlchemy does besides for every execution takes longer than the query (docs/performance.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Delete, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler

from chassis.errors import ServiceError

Statement = Select[Any] | Insert | Update | Delete
Row = dict[str, Any]
Convert = Callable[[Any], Any]


class Driver(DBAPIConnection, Protocol):
    """A driver's connection, with the DB-API's optional attributes for its errors."""

    Error: type[Exception]
    IntegrityError: type[Exception]


class Connection:
    """A connection of the pool, in the hands of one unit of work."""

    def __init__(self, driver: Driver, dialect: Dialect) -> None:
        self._driver = driver
        self._dialect = dialect

    def rows(self, query: Select[Any], values: Mapping[str, Any]) -> list[Row]:
        """Read all rows of `query`; `values` are those of its bind parameters."""
        compiled = _compile(query, self._dialect)
        rows = compiled.run(self._driver, values).fetchall()
        return [compiled.row(row) for row in rows]

    def execute(
        self, statement: Statement, values: Mapping[str, Any], conflict: ServiceError | None = None
    ) -> DBAPICursor:
        """Write; raise `conflict` when a unique or foreign key refuses it.

        Asking first whether the key is free would lose a race: two requests both see it free, and
        both insert. The index decides, and the loser hears of it here.
        """
        try:
            return _compile(statement, self._dialect).run(self._driver, values)
        except self._driver.IntegrityError as error:
            raise conflict or error from error


@dataclass(frozen=True)
class _Compiled:
    """A statement as text, and what turns values into the driver's types and back."""

    compiler: SQLCompiler
    defaults: Mapping[str, Any]
    to_driver: Mapping[str, Convert]
    columns: Sequence[str]
    from_driver: Mapping[str, Convert]

    def run(self, driver: Driver, given: Mapping[str, Any]) -> DBAPICursor:
        values = {**self.defaults, **given}
        for name, convert in self.to_driver.items():
            values[name] = convert(values[name])
        cursor = driver.cursor()
        if self.compiler.post_compile_params:  # a list: as many parameters as it has items
            state = self.compiler.construct_expanded_state(values)
            cursor.execute(state.statement, state.positional_parameters)
        else:
            order = self.compiler.positiontup or ()
            cursor.execute(self.compiler.string, [values[name] for name in order])
        return cursor

    def row(self, values: Sequence[Any]) -> Row:
        row = dict(zip(self.columns, values, strict=True))
        for name, convert in self.from_driver.items():
            row[name] = convert(row[name])
        return row


@lru_cache(maxsize=256)
def _compile(statement: Statement, dialect: Dialect) -> _Compiled:
    compiler = statement.compile(dialect=dialect)
    assert isinstance(compiler, SQLCompiler)  # noqa: S101  what is no DDL has a compiler of SQL
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    binds = {name: bind.type.dialect_impl(dialect) for name, bind in compiler.binds.items()}
    types = {column.name: column.type.dialect_impl(dialect) for column in columns}
    to_driver = {name: kind.bind_processor(dialect) for name, kind in binds.items()}
    from_driver = {name: kind.result_processor(dialect, None) for name, kind in types.items()}
    return _Compiled(
        compiler,
        {name: value for name, value in compiler.params.items() if value is not None},
        {name: convert for name, convert in to_driver.items() if convert},
        list(types),
        {name: convert for name, convert in from_driver.items() if convert},
    )
