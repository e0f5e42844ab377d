"""The HTTP interface: parse, call the service, answer.

A `Location` is relative to the address of the request (RFC 9110, 10.2.2), because only the client
knows what stands before the path: an API Gateway puts its stage there, an ALB rule an alias.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.db import DatabaseUnavailable, OutcomeUnknown
from chassis.errors import FieldError, Invalid, TooLarge, Unreadable, documented, header
from chassis.paging import Id, Page, PageDep, PathId
from chassis.peer import PeerUnavailable
from chassis.responses import ModelResponse
from subjects.dependencies import SubjectServiceDep
from subjects.errors import CodeTaken, HasStudents, StudentNotFound, SubjectNotFound
from subjects.schemas import EnrolmentOut, NewSubject, RosterItem, SubjectChange, SubjectOut

router = APIRouter(prefix="/subject", tags=["subjects"])

_READ = (DatabaseUnavailable(),)
_WRITE = (DatabaseUnavailable(), OutcomeUnknown())
_UNKNOWN = SubjectNotFound(3)
_TAKEN = CodeTaken("MATH-101")
_BAD_ID = Invalid(FieldError(field="subject_id", message="Input should be a valid integer"))
_BAD_PAGE = Invalid(FieldError(field="cursor", message="not a cursor"))
_BAD_BODY = Invalid(FieldError(field="credits", message="Input should be a valid integer"))
_CREATED: dict[int | str, Any] = {201: {"headers": {"Location": header("subject/3")}}}


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=SubjectOut,
    responses={**_CREATED, **documented(_TAKEN, Unreadable(), TooLarge(), _BAD_BODY, *_WRITE)},
)
def create_subject(body: NewSubject, service: SubjectServiceDep) -> ModelResponse:
    """Create a subject; the code must be free."""
    subject = service.create(body)
    return ModelResponse(subject, HTTPStatus.CREATED, {"Location": f"subject/{subject.id}"})


@router.get("", response_model=Page[SubjectOut], responses=documented(_BAD_PAGE, *_READ))
def list_subjects(
    page: PageDep,
    service: SubjectServiceDep,
    student_id: Annotated[Id | None, Query()] = None,
) -> ModelResponse:
    """List subjects in the order of their ids, all or those that a student is enrolled in."""
    return ModelResponse(service.read(page, student_id))


@router.get(
    "/{subject_id}", response_model=SubjectOut, responses=documented(_UNKNOWN, _BAD_ID, *_READ)
)
def get_subject(subject_id: PathId, service: SubjectServiceDep) -> ModelResponse:
    """Read one subject."""
    return ModelResponse(service.get(subject_id))


@router.patch(
    "/{subject_id}",
    response_model=SubjectOut,
    responses=documented(_UNKNOWN, _TAKEN, Unreadable(), TooLarge(), _BAD_BODY, *_WRITE),
)
def change_subject(
    subject_id: PathId, body: SubjectChange, service: SubjectServiceDep
) -> ModelResponse:
    """Change the fields given, and no other."""
    return ModelResponse(service.change(subject_id, body))


@router.delete(
    "/{subject_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(_UNKNOWN, HasStudents(3), _BAD_ID, *_WRITE),
)
def delete_subject(subject_id: PathId, service: SubjectServiceDep) -> None:
    """Delete a subject that has no students."""
    service.delete(subject_id)


@router.put(
    "/{subject_id}/student/{student_id}",
    response_model=EnrolmentOut,
    responses={
        201: {"model": EnrolmentOut, "headers": {"Location": header("7")}},
        **documented(_UNKNOWN, StudentNotFound(7), _BAD_ID, PeerUnavailable(), *_WRITE),
    },
)
def enrol_student(
    subject_id: PathId, student_id: PathId, service: SubjectServiceDep
) -> ModelResponse:
    """Enrol a student: 201 the first time, 200 with the same enrolment after that."""
    enrolment, is_new = service.enrol(subject_id, student_id)
    if is_new:
        return ModelResponse(enrolment, HTTPStatus.CREATED, {"Location": str(student_id)})
    return ModelResponse(enrolment)


@router.delete(
    "/{subject_id}/student/{student_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(_UNKNOWN, _BAD_ID, *_WRITE),
)
def withdraw_student(subject_id: PathId, student_id: PathId, service: SubjectServiceDep) -> None:
    """Withdraw a student; it is no error if there was no enrolment."""
    service.withdraw(subject_id, student_id)


@router.get(
    "/{subject_id}/student",
    response_model=Page[RosterItem],
    responses=documented(_UNKNOWN, _BAD_PAGE, PeerUnavailable(), *_READ),
)
def list_students_of_subject(
    subject_id: PathId, page: PageDep, service: SubjectServiceDep
) -> ModelResponse:
    """List who is enrolled, with the names that the students service has now."""
    return ModelResponse(service.roster(subject_id, page))
