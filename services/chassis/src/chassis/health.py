"""Two answers to two questions: does this process serve, and can it do its work?"""

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import literal, select

from chassis.db import DatabaseDep, DatabaseUnavailable
from chassis.errors import Unavailable, documented
from chassis.statements import Connection


class Health(BaseModel):
    """The answer when all is well."""

    status: str = "ok"


class Draining(Unavailable):
    """The process was told to stop, and still serves what the load balancer sends."""

    def __init__(self) -> None:
        super().__init__("This task is about to stop.")


_ONE = select(literal(1).label("one"))

router = APIRouter(tags=["health"])


# async, because it must answer while every worker thread waits for something.
@router.get("/health-check", responses=documented(Draining()))
async def health_check(request: Request) -> Health:
    """Say that this process serves: what a load balancer needs to know, and no more."""
    if request.app.state.draining:
        raise Draining
    return Health()


@router.get("/readiness", responses=documented(DatabaseUnavailable()))
def readiness(database: DatabaseDep) -> Health:
    """Say that the database answers."""
    database.read(_ping)
    return Health()


def _ping(connection: Connection) -> None:
    connection.rows(_ONE, {})
