"""Every statement on the table of students.

Each function is the work of one transaction, for `Database.run`: it may be run again from its
beginning, so it does nothing but talk to its session.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db import flush
from chassis.paging import Page, PageRequest, read_page
from students.errors import EmailTaken, StudentNotFound
from students.models import Student
from students.schemas import NewStudent, StudentChange, StudentOut


def add(session: Session, new: NewStudent) -> Student:
    """Insert a student; raise EmailTaken if the address is not free."""
    student = Student(**new.model_dump())
    session.add(student)
    flush(session, EmailTaken(new.email))
    return student


def get(session: Session, student_id: int, *, lock: bool = False) -> Student:
    """Read a student, and `lock` it until the end; raise StudentNotFound if there is none."""
    student = session.get(Student, student_id, with_for_update=lock)
    if student is None:
        raise StudentNotFound(student_id)
    return student


def read(session: Session, wanted: PageRequest, ids: Collection[int] | None) -> Page[StudentOut]:
    """Read a page of all students, or of those with one of `ids`."""
    query = select(Student)
    if ids is not None:
        query = query.where(Student.id.in_(ids))
    return read_page(session, query, Student.id, wanted, StudentOut)


def change(session: Session, student_id: int, wanted: StudentChange) -> Student:
    """Apply the fields that were sent; raise EmailTaken if the address is not free."""
    student = get(session, student_id, lock=True)
    for field, value in wanted.model_dump(exclude_unset=True).items():
        setattr(student, field, value)
    flush(session, EmailTaken(wanted.email))
    return student


def delete(session: Session, student_id: int) -> None:
    """Delete a student; raise StudentNotFound if there is none."""
    session.delete(get(session, student_id, lock=True))
