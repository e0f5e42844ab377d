"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from subjects.service import SubjectService
from subjects.students_client import StudentsClient


async def _service(request: Request) -> SubjectService:
    opened = request.state
    return SubjectService(opened.database, StudentsClient(opened.peer))


SubjectServiceDep = Annotated[SubjectService, Depends(_service)]
