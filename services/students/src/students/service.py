"""The rules of the students service. It knows no HTTP and no SQL."""

from collections.abc import Collection

from chassis.db import Database
from chassis.paging import Page, PageRequest
from students import repository
from students.errors import StillEnrolled
from students.schemas import NewStudent, StudentChange, StudentOut, SubjectOut
from students.subjects_client import SubjectsClient


class StudentService:
    """What can be done with students."""

    def __init__(self, database: Database, subjects: SubjectsClient) -> None:
        self._database = database
        self._subjects = subjects

    def create(self, new: NewStudent) -> StudentOut:
        return self._database.run(repository.add, new)

    def get(self, student_id: int) -> StudentOut:
        return self._database.read(repository.get, student_id)

    def read(self, wanted: PageRequest, ids: Collection[int] | None) -> Page[StudentOut]:
        return self._database.read(repository.read, wanted, ids)

    def change(self, student_id: int, wanted: StudentChange) -> StudentOut:
        return self._database.run(repository.change, student_id, wanted)

    def delete(self, student_id: int) -> None:
        """Delete a student who is enrolled nowhere.

        The question goes over the network, so it is asked outside of any transaction. Who enrols
        between the answer and the deletion is the race that ADR 0005 lives with.
        """
        self.get(student_id)
        if self._subjects.has_any(student_id):
            raise StillEnrolled(student_id)
        self._database.run(repository.delete, student_id)

    def subjects(self, student_id: int, limit: int, cursor: str | None) -> Page[SubjectOut]:
        """Ask the subjects service what a student, who must exist, is enrolled in."""
        self.get(student_id)
        return self._subjects.of_student(student_id, limit, cursor)
