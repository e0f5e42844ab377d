"""What this service asks of the students service, and the fields of its answers that it reads."""

from collections.abc import Sequence

from pydantic import BaseModel

from chassis.peer import Peer, PeerRefused, PeerUnavailable


class StudentName(BaseModel):
    """A student, as far as this service cares."""

    id: int
    name: str


class StudentsPage(BaseModel):
    """A page of `GET /student`."""

    items: list[StudentName]


class StudentsClient:
    """The students service, seen from here."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def names(self, ids: Sequence[int]) -> dict[int, str]:
        """Ask for the names of at most a page of students, in one call; who is unknown is left out.

        A filtered list, where one might read `/student/7`: an empty list is said by the students
        service alone, while a 404 could as well be a load balancer that knows no such path.

        Raises:
            PeerUnavailable: the other service does not answer, or not as it should.
        """
        if not ids:
            return {}
        try:
            page = self._peer.get("/student", {"id": list(ids), "limit": len(ids)}, StudentsPage)
        except PeerRefused as error:
            raise PeerUnavailable from error
        return {student.id: student.name for student in page.items}
