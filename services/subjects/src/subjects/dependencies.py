"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.db import DatabaseDep
from subjects.service import SubjectService
from subjects.students_client import StudentsClient


async def _service(database: DatabaseDep, request: Request) -> SubjectService:
    return SubjectService(database, StudentsClient(request.state.peer))


SubjectServiceDep = Annotated[SubjectService, Depends(_service)]
