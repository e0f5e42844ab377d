"""What the students service refuses."""
# ruff: noqa: N818  (a refusal's name says what happened)

from http import HTTPStatus

from chassis.errors import ServiceError


class StudentNotFound(ServiceError):
    """There is no such student."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, student_id: int) -> None:
        super().__init__(f"There is no student {student_id}.")


class EmailTaken(ServiceError):
    """Another student has this address."""

    status = HTTPStatus.CONFLICT

    def __init__(self, email: str) -> None:
        super().__init__(f"Another student has the e-mail address {email}.")


class StillEnrolled(ServiceError):
    """A student who is enrolled cannot be deleted."""

    status = HTTPStatus.CONFLICT

    def __init__(self, student_id: int) -> None:
        super().__init__(f"Student {student_id} is still enrolled; withdraw the student first.")
