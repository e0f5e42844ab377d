"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from students.service import StudentService
from students.subjects_client import SubjectsClient


async def _service(request: Request) -> StudentService:
    opened = request.state
    return StudentService(opened.database, SubjectsClient(opened.peer))


StudentServiceDep = Annotated[StudentService, Depends(_service)]
