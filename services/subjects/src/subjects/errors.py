"""What the subjects service refuses."""
# ruff: noqa: N818  (a refusal's name says what happened)

from http import HTTPStatus

from chassis.errors import ServiceError


class SubjectNotFound(ServiceError):
    """There is no such subject."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, subject_id: int) -> None:
        super().__init__(f"There is no subject {subject_id}.")


class StudentNotFound(ServiceError):
    """The students service has no such student."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, student_id: int) -> None:
        super().__init__(f"There is no student {student_id}.")


class CodeTaken(ServiceError):
    """Another subject has this code."""

    status = HTTPStatus.CONFLICT

    def __init__(self, code: str) -> None:
        super().__init__(f"Another subject has the code {code}.")


class HasStudents(ServiceError):
    """A subject with students cannot be deleted."""

    status = HTTPStatus.CONFLICT

    def __init__(self, subject_id: int) -> None:
        super().__init__(f"Subject {subject_id} has students; withdraw them first.")
