"""Every statement on the tables of subjects and enrolments.

Each function is the work of one transaction, for `Database.run`: it may be run again from its
beginning, so it does nothing but talk to its session.
"""

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.db import flush
from chassis.paging import Page, PageRequest, read_page
from subjects.errors import CodeTaken, HasStudents, SubjectNotFound
from subjects.models import Enrolment, Subject
from subjects.schemas import EnrolmentOut, NewSubject, SubjectChange, SubjectOut


def add(session: Session, new: NewSubject) -> Subject:
    """Insert a subject; raise CodeTaken if the code is not free."""
    subject = Subject(**new.model_dump())
    session.add(subject)
    flush(session, CodeTaken(new.code))
    return subject


def get(session: Session, subject_id: int, *, lock: bool = False) -> Subject:
    """Read a subject, and `lock` it until the end; raise SubjectNotFound if there is none."""
    subject = session.get(Subject, subject_id, with_for_update=lock)
    if subject is None:
        raise SubjectNotFound(subject_id)
    return subject


def read(session: Session, wanted: PageRequest, student_id: int | None) -> Page[SubjectOut]:
    """Read a page of all subjects, or of those that a student is enrolled in."""
    query = select(Subject)
    if student_id is not None:
        query = query.join(Enrolment).where(Enrolment.student_id == student_id)
    return read_page(session, query, Subject.id, wanted, SubjectOut)


def change(session: Session, subject_id: int, wanted: SubjectChange) -> Subject:
    """Apply the fields that were sent; raise CodeTaken if the code is not free."""
    subject = get(session, subject_id, lock=True)
    for field, value in wanted.model_dump(exclude_unset=True).items():
        setattr(subject, field, value)
    flush(session, CodeTaken(wanted.code))
    return subject


def remove(session: Session, subject_id: int) -> None:
    """Delete a subject; raise HasStudents if its enrolments, by their foreign key, forbid it."""
    session.delete(get(session, subject_id, lock=True))
    flush(session, HasStudents(subject_id))


def enrol(session: Session, subject_id: int, student_id: int) -> tuple[Enrolment, bool]:
    """Enrol a student once; say whether it was now that it happened.

    Two requests for the same enrolment wait for each other at the subject's row, so that the
    second one finds what the first one did.
    """
    get(session, subject_id, lock=True)
    enrolment = session.get(Enrolment, (subject_id, student_id))
    if enrolment is not None:
        return enrolment, False
    now = datetime.now(UTC).replace(microsecond=0)
    enrolment = Enrolment(subject_id=subject_id, student_id=student_id, enrolled_at=now)
    session.add(enrolment)
    return enrolment, True


def withdraw(session: Session, subject_id: int, student_id: int) -> None:
    """End an enrolment, if there is one; raise SubjectNotFound if there is no subject."""
    get(session, subject_id)
    session.execute(
        delete(Enrolment).where(
            Enrolment.subject_id == subject_id, Enrolment.student_id == student_id
        )
    )


def roster(session: Session, subject_id: int, wanted: PageRequest) -> Page[EnrolmentOut]:
    """Read a page of a subject's enrolments, in the order of the students' ids."""
    get(session, subject_id)
    query = select(Enrolment).where(Enrolment.subject_id == subject_id)
    return read_page(session, query, Enrolment.student_id, wanted, EnrolmentOut)
