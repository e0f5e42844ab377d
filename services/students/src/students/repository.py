"""Every statement on the table of students.

Each function is the work of one transaction, for `Database.run`, or of reading only, for
`Database.read`. It may be run again from its beginning, so it talks to its connection only.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy import delete as delete_from

from chassis.paging import Page, PageRequest, Pages
from chassis.statements import Connection
from students.errors import EmailTaken, StudentNotFound
from students.models import Student
from students.schemas import NewStudent, StudentChange, StudentOut

_FIELDS: dict[str, Any] = {name: bindparam(name) for name in NewStudent.model_fields}
_BY_ID = Student.id == bindparam("student_id")

_GET = select(Student).where(_BY_ID)
_LOCK = _GET.with_for_update()
_ALL = Pages(select(Student), Student.id, StudentOut)
_SOME = Pages(select(Student).where(Student.id.in_(bindparam("ids"))), Student.id, StudentOut)
_ADD = insert(Student).values(_FIELDS)
_CHANGE = update(Student).where(_BY_ID).values(_FIELDS)
_DELETE = delete_from(Student).where(_BY_ID)


def add(connection: Connection, new: NewStudent) -> StudentOut:
    """Insert a student; raise EmailTaken if the address is not free."""
    fields = new.model_dump()
    cursor = connection.execute(_ADD, fields, EmailTaken(new.email))
    return StudentOut(id=cursor.lastrowid, **fields)


def get(connection: Connection, student_id: int, *, lock: bool = False) -> StudentOut:
    """Read a student, and `lock` it until the end; raise StudentNotFound if there is none."""
    rows = connection.rows(_LOCK if lock else _GET, {"student_id": student_id})
    if not rows:
        raise StudentNotFound(student_id)
    return StudentOut.model_validate(rows[0])


def read(
    connection: Connection, wanted: PageRequest, ids: Collection[int] | None
) -> Page[StudentOut]:
    """Read a page of all students, or of those with one of `ids`."""
    if ids is None:
        return _ALL.read(connection, wanted)
    return _SOME.read(connection, wanted, ids=ids)


def change(connection: Connection, student_id: int, wanted: StudentChange) -> StudentOut:
    """Apply the fields that were sent; raise EmailTaken if the address is not free."""
    before = get(connection, student_id, lock=True)
    after = before.model_copy(update=wanted.model_dump(exclude_unset=True))
    values = {"student_id": student_id, "name": after.name, "email": after.email}
    connection.execute(_CHANGE, values, EmailTaken(after.email))
    return after


def delete(connection: Connection, student_id: int) -> None:
    """Delete a student; raise StudentNotFound if there is none."""
    get(connection, student_id, lock=True)
    connection.execute(_DELETE, {"student_id": student_id})
