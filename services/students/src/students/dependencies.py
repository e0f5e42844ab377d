"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.db import DatabaseDep
from students.service import StudentService
from students.subjects_client import SubjectsClient


async def _service(database: DatabaseDep, request: Request) -> StudentService:
    return StudentService(database, SubjectsClient(request.state.peer))


StudentServiceDep = Annotated[StudentService, Depends(_service)]
