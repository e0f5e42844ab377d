"""Two answers to two questions: does this process serve, and can it do its work?"""

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.db import DatabaseDep, DatabaseUnavailable
from chassis.errors import Unavailable, documented


class Health(BaseModel):
    """The answer when all is well."""

    status: str = "ok"


class Draining(Unavailable):
    """The process was told to stop, and still serves what the load balancer sends."""

    def __init__(self) -> None:
        super().__init__("This task is about to stop.")


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
    database.run(_ping)
    return Health()


def _ping(session: Session) -> None:
    session.execute(text("SELECT 1"))
