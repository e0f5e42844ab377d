"""Every statement on the tables of subjects and enrolments.

Each function is the work of one transaction, for `Database.run`, or of reading only, for
`Database.read`. It may be run again from its beginning, so it talks to its connection only.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from chassis.paging import Page, PageRequest, Pages
from chassis.statements import Connection
from subjects.errors import CodeTaken, HasStudents, SubjectNotFound
from subjects.models import Enrolment, Subject
from subjects.schemas import EnrolmentOut, NewSubject, SubjectChange, SubjectOut

_FIELDS: dict[str, Any] = {name: bindparam(name) for name in NewSubject.model_fields}
_BY_ID = Subject.id == bindparam("subject_id")
_OF_SUBJECT = Enrolment.subject_id == bindparam("subject_id")
_OF_STUDENT = Enrolment.student_id == bindparam("student_id")

_GET = select(Subject).where(_BY_ID)
_LOCK = _GET.with_for_update()
_ALL = Pages(select(Subject), Subject.id, SubjectOut)
_TAKEN = Pages(select(Subject).join(Enrolment).where(_OF_STUDENT), Subject.id, SubjectOut)
_ADD = insert(Subject).values(_FIELDS)
_CHANGE = update(Subject).where(_BY_ID).values(_FIELDS)
_REMOVE = delete(Subject).where(_BY_ID)
_ENROLMENT = select(Enrolment).where(_OF_SUBJECT, _OF_STUDENT)
_ROSTER = Pages(select(Enrolment).where(_OF_SUBJECT), Enrolment.student_id, EnrolmentOut)
_ENROL = insert(Enrolment)
_WITHDRAW = delete(Enrolment).where(_OF_SUBJECT, _OF_STUDENT)


def add(connection: Connection, new: NewSubject) -> SubjectOut:
    """Insert a subject; raise CodeTaken if the code is not free."""
    fields = new.model_dump()
    cursor = connection.execute(_ADD, fields, CodeTaken(new.code))
    return SubjectOut(id=cursor.lastrowid, **fields)


def get(connection: Connection, subject_id: int, *, lock: bool = False) -> SubjectOut:
    """Read a subject, and `lock` it until the end; raise SubjectNotFound if there is none."""
    rows = connection.rows(_LOCK if lock else _GET, {"subject_id": subject_id})
    if not rows:
        raise SubjectNotFound(subject_id)
    return SubjectOut.model_validate(rows[0])


def read(connection: Connection, wanted: PageRequest, student_id: int | None) -> Page[SubjectOut]:
    """Read a page of all subjects, or of those that a student is enrolled in."""
    if student_id is None:
        return _ALL.read(connection, wanted)
    return _TAKEN.read(connection, wanted, student_id=student_id)


def change(connection: Connection, subject_id: int, wanted: SubjectChange) -> SubjectOut:
    """Apply the fields that were sent; raise CodeTaken if the code is not free."""
    before = get(connection, subject_id, lock=True)
    after = before.model_copy(update=wanted.model_dump(exclude_unset=True))
    values = {"subject_id": subject_id, **after.model_dump(exclude={"id"})}
    connection.execute(_CHANGE, values, CodeTaken(after.code))
    return after


def remove(connection: Connection, subject_id: int) -> None:
    """Delete a subject; raise HasStudents if its enrolments, by their foreign key, forbid it."""
    get(connection, subject_id, lock=True)
    connection.execute(_REMOVE, {"subject_id": subject_id}, HasStudents(subject_id))


def enrol(connection: Connection, subject_id: int, student_id: int) -> tuple[EnrolmentOut, bool]:
    """Enrol a student once; say whether it was now that it happened.

    Two requests for the same enrolment wait for each other at the subject's row, so that the
    second one finds what the first one did.
    """
    get(connection, subject_id, lock=True)
    key = {"subject_id": subject_id, "student_id": student_id}
    rows = connection.rows(_ENROLMENT, key)
    if rows:
        return EnrolmentOut.model_validate(rows[0]), False
    new = key | {"enrolled_at": datetime.now(UTC).replace(microsecond=0)}
    connection.execute(_ENROL, new)
    return EnrolmentOut.model_validate(new), True


def withdraw(connection: Connection, subject_id: int, student_id: int) -> None:
    """End an enrolment, if there is one; raise SubjectNotFound if there is no subject."""
    get(connection, subject_id)
    connection.execute(_WITHDRAW, {"subject_id": subject_id, "student_id": student_id})


def roster(connection: Connection, subject_id: int, wanted: PageRequest) -> Page[EnrolmentOut]:
    """Read a page of a subject's enrolments, in the order of the students' ids."""
    get(connection, subject_id)
    return _ROSTER.read(connection, wanted, subject_id=subject_id)
