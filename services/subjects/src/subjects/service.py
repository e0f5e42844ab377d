"""The rules of the subjects service. It knows no HTTP and no SQL."""

from chassis.db import Database
from chassis.paging import Page, PageRequest
from subjects import repository
from subjects.errors import StudentNotFound
from subjects.schemas import EnrolmentOut, NewSubject, RosterItem, SubjectChange, SubjectOut
from subjects.students_client import StudentsClient


class SubjectService:
    """What can be done with subjects and enrolments."""

    def __init__(self, database: Database, students: StudentsClient) -> None:
        self._database = database
        self._students = students

    def create(self, new: NewSubject) -> SubjectOut:
        return self._database.run(repository.add, new)

    def get(self, subject_id: int) -> SubjectOut:
        return self._database.read(repository.get, subject_id)

    def read(self, wanted: PageRequest, student_id: int | None) -> Page[SubjectOut]:
        return self._database.read(repository.read, wanted, student_id)

    def change(self, subject_id: int, wanted: SubjectChange) -> SubjectOut:
        return self._database.run(repository.change, subject_id, wanted)

    def delete(self, subject_id: int) -> None:
        self._database.run(repository.remove, subject_id)

    def enrol(self, subject_id: int, student_id: int) -> tuple[EnrolmentOut, bool]:
        """Enrol a student who exists; say whether it was now that it happened.

        The question goes over the network, so it is asked outside of any transaction. Who deletes
        the student between the answer and the enrolment is the race that ADR 0005 lives with.
        """
        self.get(subject_id)
        if student_id not in self._students.names([student_id]):
            raise StudentNotFound(student_id)
        return self._database.run(repository.enrol, subject_id, student_id)

    def withdraw(self, subject_id: int, student_id: int) -> None:
        """End an enrolment. Nobody is asked, so it is possible after the student is gone."""
        self._database.run(repository.withdraw, subject_id, student_id)

    def roster(self, subject_id: int, wanted: PageRequest) -> Page[RosterItem]:
        """Read who is enrolled, with the names in one call to the students service."""
        page = self._database.read(repository.roster, subject_id, wanted)
        names = self._students.names([enrolment.student_id for enrolment in page.items])
        items = [
            RosterItem(
                student_id=enrolment.student_id,
                name=names.get(enrolment.student_id),
                enrolled_at=enrolment.enrolled_at,
            )
            for enrolment in page.items
        ]
        return Page(items=items, next_cursor=page.next_cursor)
