"""What a service is compared with: `python benchmarks/services/baselines.py`, one process.

It reads the environment that the students service reads, and FORM:

  tuned     uvicorn, threads and connections as the service has them
  defaults  what FastAPI, uvicorn and SQLAlchemy's pool are without an option: 40 threads, h11,
            5 connections and 10 more at most, a rollback when one is given back
"""

import os
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

import pymysql
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session, sessionmaker

from chassis.db import WORKERS
from students.models import Student
from students.schemas import NewStudent, StudentOut

_FORMS: dict[str, dict[str, Any]] = {
    "tuned": {"http": "httptools", "proxy_headers": False, "server_header": False, "ws": "none"},
    "defaults": {"http": "h11"},
}
_SELECT = "SELECT id, name, email FROM student WHERE id = %s"
_PAGE = "SELECT id, name, email FROM student WHERE id > %s ORDER BY id LIMIT %s"
_INSERT = "INSERT INTO student (name, email) VALUES (%s, %s)"

Row = dict[str, Any]

_mine = threading.local()


_engine = create_engine(
    URL.create(
        "mysql+pymysql",
        os.environ["DATABASE_USER"],
        os.environ["DATABASE_PASSWORD"],
        os.environ["DATABASE_HOST"],
        int(os.environ["DATABASE_PORT"]),
        os.environ["DATABASE_NAME"],
    ),
    connect_args={"ssl_ca": os.environ["DATABASE_CA"]},
)


def _connect() -> "pymysql.Connection[Any]":
    return pymysql.connect(
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ["DATABASE_PORT"]),
        user=os.environ["DATABASE_USER"],
        password=os.environ["DATABASE_PASSWORD"],
        database=os.environ["DATABASE_NAME"],
        charset="utf8mb4",
        ssl=ssl.create_default_context(cafile=os.environ["DATABASE_CA"]),
        autocommit=True,
        read_timeout=5,
        write_timeout=5,
        init_command="SET SESSION transaction_isolation = 'READ-COMMITTED'",
    )


@contextmanager
def _connection() -> Iterator[Any]:
    """The thread's own, as the service has it; or one from SQLAlchemy's pool, as that comes."""
    if os.environ["FORM"] == "tuned":
        if not hasattr(_mine, "connection"):
            _mine.connection = _connect()
        yield _mine.connection
    else:
        connection = _engine.raw_connection()
        try:
            yield connection
        finally:
            connection.close()


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    if os.environ["FORM"] == "tuned":
        current_default_thread_limiter().total_tokens = WORKERS
    yield


app = FastAPI(lifespan=_lifespan)


@app.get("/constant", response_model=None)
async def constant() -> Row:
    """Answer without a thread or a database."""
    return {"id": 7, "name": "Ada", "email": "ada@example.org"}


@app.get("/student/{student_id}", response_model=None)
def bare_get(student_id: int) -> Row:
    """Read one student."""
    with _connection() as connection, connection.cursor() as cursor:
        cursor.execute(_SELECT, (student_id,))
        row = cursor.fetchone()
    if row is None:
        raise HTTPException(404)
    return dict(zip(("id", "name", "email"), row, strict=True))


@app.get("/student", response_model=None)
def bare_page(limit: int = 50, after: int = 0) -> Row:
    """Read a page."""
    with _connection() as connection, connection.cursor() as cursor:
        cursor.execute(_PAGE, (after, limit + 1))
        rows = cursor.fetchall()
    items = [dict(zip(("id", "name", "email"), row, strict=True)) for row in rows[:limit]]
    return {"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None}


@app.post("/student", status_code=201, response_model=None)
def bare_post(new: NewStudent) -> Row:
    """Insert a student and commit."""
    with _connection() as connection, connection.cursor() as cursor:
        connection.begin()
        cursor.execute(_INSERT, (new.name, new.email))
        student_id = cursor.lastrowid
        connection.commit()
    return {"id": student_id, "name": new.name, "email": new.email}


_sessions = sessionmaker(_engine)


def _session() -> Iterator[Session]:
    with _sessions() as session:
        yield session


@app.get("/orm/student/{student_id}", response_model=StudentOut)
def orm_get(student_id: int, session: Annotated[Session, Depends(_session)]) -> Student:
    """Read one student, as the tutorials of both libraries do."""
    student = session.get(Student, student_id)
    if student is None:
        raise HTTPException(404)
    return student


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    options = _FORMS[os.environ["FORM"]]
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning", **options)
