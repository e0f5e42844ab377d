"""The HTTP interface: parse, call the service, answer.

A `Location` is relative to the address of the request (RFC 9110, 10.2.2), because only the client
knows what stands before the path: an API Gateway puts its stage there, an ALB rule an alias.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.db import DatabaseUnavailable, OutcomeUnknown
from chassis.errors import FieldError, Invalid, TooLarge, Unreadable, documented, header
from chassis.paging import IdFilter, Limit, Page, PageDep, PathId
from chassis.peer import PeerUnavailable
from chassis.responses import ModelResponse
from students.dependencies import StudentServiceDep
from students.errors import EmailTaken, StillEnrolled, StudentNotFound
from students.schemas import NewStudent, StudentChange, StudentOut, SubjectOut

router = APIRouter(prefix="/student", tags=["students"])

_READ = (DatabaseUnavailable(),)
_WRITE = (DatabaseUnavailable(), OutcomeUnknown())
_UNKNOWN = StudentNotFound(7)
_TAKEN = EmailTaken("ada@example.org")
_BAD_ID = Invalid(FieldError(field="student_id", message="Input should be a valid integer"))
_BAD_PAGE = Invalid(FieldError(field="cursor", message="not a cursor"))
_BAD_BODY = Invalid(FieldError(field="email", message="value is not a valid email address"))
_CREATED: dict[int | str, Any] = {201: {"headers": {"Location": header("student/7")}}}


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=StudentOut,
    responses={**_CREATED, **documented(_TAKEN, Unreadable(), TooLarge(), _BAD_BODY, *_WRITE)},
)
def create_student(body: NewStudent, service: StudentServiceDep) -> ModelResponse:
    """Create a student; the e-mail address must be free."""
    student = service.create(body)
    return ModelResponse(student, HTTPStatus.CREATED, {"Location": f"student/{student.id}"})


@router.get("", response_model=Page[StudentOut], responses=documented(_BAD_PAGE, *_READ))
def list_students(
    page: PageDep,
    service: StudentServiceDep,
    id: IdFilter = None,  # noqa: A002  the query's name
) -> ModelResponse:
    """List students in the order of their ids, all of them or those with the ids given."""
    return ModelResponse(service.read(page, id))


@router.get(
    "/{student_id}", response_model=StudentOut, responses=documented(_UNKNOWN, _BAD_ID, *_READ)
)
def get_student(student_id: PathId, service: StudentServiceDep) -> ModelResponse:
    """Read one student."""
    return ModelResponse(service.get(student_id))


@router.patch(
    "/{student_id}",
    response_model=StudentOut,
    responses=documented(_UNKNOWN, _TAKEN, Unreadable(), TooLarge(), _BAD_BODY, *_WRITE),
)
def change_student(
    student_id: PathId, body: StudentChange, service: StudentServiceDep
) -> ModelResponse:
    """Change the fields given, and no other."""
    return ModelResponse(service.change(student_id, body))


@router.delete(
    "/{student_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(_UNKNOWN, StillEnrolled(7), _BAD_ID, PeerUnavailable(), *_WRITE),
)
def delete_student(student_id: PathId, service: StudentServiceDep) -> None:
    """Delete a student who is enrolled in no subject."""
    service.delete(student_id)


@router.get(
    "/{student_id}/subject",
    response_model=Page[SubjectOut],
    responses=documented(_UNKNOWN, _BAD_PAGE, PeerUnavailable(), *_READ),
)
def list_subjects_of_student(
    student_id: PathId,
    service: StudentServiceDep,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query()] = None,
) -> ModelResponse:
    """List what a student is enrolled in, as the subjects service tells it."""
    return ModelResponse(service.subjects(student_id, limit, cursor))
