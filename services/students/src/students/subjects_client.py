"""What this service asks of the subjects service, and the fields of its answers that it reads."""

from pydantic import BaseModel

from chassis.errors import FieldError, Invalid
from chassis.paging import Page
from chassis.peer import Params, Peer, PeerRefused
from students.schemas import SubjectOut


class SubjectsPage(BaseModel):
    """A page of `GET /subject`."""

    items: list[SubjectOut]
    next_cursor: str | None


class SubjectsClient:
    """The subjects service, seen from here."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def of_student(self, student_id: int, limit: int, cursor: str | None) -> Page[SubjectOut]:
        """Read the subjects of a student, page by page; `cursor` is one of the other service's.

        Raises:
            Invalid: the cursor is not one of the other service's.
            PeerUnavailable: the other service does not answer, or not as it should.
        """
        params: Params = {"student_id": student_id, "limit": limit}
        if cursor is not None:
            params["cursor"] = cursor
        try:
            page = self._peer.get("/subject", params, SubjectsPage)
        except PeerRefused as error:
            # Everything else in the request is ours, and valid.
            message = "not a cursor that this service has handed out"
            raise Invalid(FieldError(field="cursor", message=message)) from error
        return Page(items=page.items, next_cursor=page.next_cursor)

    def has_any(self, student_id: int) -> bool:
        """Say whether the student is enrolled in any subject."""
        return bool(self.of_student(student_id, limit=1, cursor=None).items)
