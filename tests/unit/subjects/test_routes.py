from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.fixtures.services import Peer

MATH = {"code": "MATH-101", "title": "Linear algebra", "credits": 6}


def create(subjects: TestClient, code: str = "MATH-101") -> int:
    answer = subjects.post("/subject", json={**MATH, "code": code})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def knows(peer: Peer, *students: int) -> None:
    peer.answers(json={"items": [{"id": n, "name": f"Student {n}"} for n in students]})


def wrong_fields(answer: Response) -> list[str]:
    assert answer.status_code == 422
    return [error["field"] for error in answer.json()["errors"]]


class TestSubject:
    def test_is_created_read_changed_and_deleted(self, subjects: TestClient) -> None:
        created = subjects.post("/subject", json=MATH)
        assert created.status_code == 201
        assert created.json() == {"id": 1, **MATH}
        assert created.url.join(created.headers["location"]).path == "/subject/1"
        assert subjects.get("/subject/1").json() == created.json()
        changed = subjects.patch("/subject/1", json={"credits": 9})
        assert changed.json() == {"id": 1, **MATH, "credits": 9}
        assert subjects.delete("/subject/1").status_code == 204
        assert subjects.get("/subject/1").status_code == 404

    def test_a_code_is_unique_whatever_its_case(self, subjects: TestClient) -> None:
        create(subjects, "MATH-101")
        answer = subjects.post("/subject", json={**MATH, "code": "math-101"})
        assert answer.status_code == 409
        assert answer.json()["detail"] == "Another subject has the code MATH-101."
        other = create(subjects, "MATH-102")
        assert subjects.patch(f"/subject/{other}", json={"code": "Math-101"}).status_code == 409

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({**MATH, "code": ""}, "code"),
            ({**MATH, "code": "A B"}, "code"),
            ({**MATH, "code": "A\n"}, "code"),
            ({**MATH, "code": "x" * 21}, "code"),
            ({**MATH, "title": " "}, "title"),
            ({**MATH, "credits": 0}, "credits"),
            ({**MATH, "credits": 61}, "credits"),
            ({**MATH, "credits": "6"}, "credits"),
            ({**MATH, "credits": True}, "credits"),
            ({**MATH, "teacher": "Emmy"}, "teacher"),
        ],
    )
    def test_a_bad_field_is_named(
        self, subjects: TestClient, body: dict[str, object], field: str
    ) -> None:
        assert wrong_fields(subjects.post("/subject", json=body)) == [field]

    @pytest.mark.parametrize(
        ("body", "field"), [({}, "body"), ({"title": None}, "title"), ({"id": 8}, "id")]
    )
    def test_a_change_to_nothing_null_or_unknown_is_refused(
        self, subjects: TestClient, body: object, field: str
    ) -> None:
        assert wrong_fields(subjects.patch(f"/subject/{create(subjects)}", json=body)) == [field]

    def test_with_students_it_cannot_be_deleted(self, subjects: TestClient, peer: Peer) -> None:
        subject = create(subjects)
        knows(peer, 7)
        subjects.put(f"/subject/{subject}/student/7")
        answer = subjects.delete(f"/subject/{subject}")
        assert answer.status_code == 409
        assert answer.json()["detail"] == "Subject 1 has students; withdraw them first."
        subjects.delete(f"/subject/{subject}/student/7")
        assert subjects.delete(f"/subject/{subject}").status_code == 204


class TestList:
    def test_is_paged(self, subjects: TestClient) -> None:
        ids = [create(subjects, f"C{n}") for n in range(3)]
        first = subjects.get("/subject?limit=2").json()
        rest = subjects.get("/subject", params={"cursor": first["next_cursor"]}).json()
        assert [s["id"] for s in first["items"] + rest["items"]] == ids
        assert rest["next_cursor"] is None

    def test_can_be_of_one_student(self, subjects: TestClient, peer: Peer) -> None:
        knows(peer, 7, 8)
        first, second, third = (create(subjects, f"C{n}") for n in range(3))
        for subject, student in ((third, 7), (first, 7), (second, 8)):
            subjects.put(f"/subject/{subject}/student/{student}")
        page = subjects.get("/subject?student_id=7").json()
        assert [s["id"] for s in page["items"]] == [first, third]
        assert subjects.get("/subject?student_id=9").json()["items"] == []

    @pytest.mark.parametrize(
        "query", ["limit=0", "cursor=!", "student_id=0", f"student_id={2**63}"]
    )
    def test_a_bad_parameter_is_named(self, subjects: TestClient, query: str) -> None:
        assert wrong_fields(subjects.get(f"/subject?{query}")) == [query.partition("=")[0]]


class TestEnrol:
    def test_is_201_the_first_time_and_200_after(self, subjects: TestClient, peer: Peer) -> None:
        subject = create(subjects)
        knows(peer, 7)
        first = subjects.put(f"/subject/{subject}/student/7")
        assert first.status_code == 201
        assert first.url.join(first.headers["location"]).path == f"/subject/{subject}/student/7"
        assert (first.json()["subject_id"], first.json()["student_id"]) == (subject, 7)
        since = datetime.fromisoformat(first.json()["enrolled_at"])
        assert abs((datetime.now(UTC) - since).total_seconds()) < 60
        again = subjects.put(f"/subject/{subject}/student/7")
        assert again.status_code == 200
        assert "location" not in again.headers
        assert again.json() == first.json()

    def test_an_unknown_subject_is_named(self, subjects: TestClient, peer: Peer) -> None:
        knows(peer, 7)
        answer = subjects.put("/subject/3/student/7")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is no subject 3."

    def test_an_unknown_student_is_named_and_nothing_written(
        self, subjects: TestClient, peer: Peer
    ) -> None:
        subject = create(subjects)
        knows(peer)
        answer = subjects.put(f"/subject/{subject}/student/7")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is no student 7."
        assert subjects.get("/subject?student_id=7").json()["items"] == []

    def test_is_503_and_writes_nothing_while_students_is_down(self, subjects: TestClient) -> None:
        subject = create(subjects)
        answer = subjects.put(f"/subject/{subject}/student/7")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert subjects.get("/subject?student_id=7").json()["items"] == []

    def test_a_peer_that_finds_our_question_invalid_talks_nonsense(
        self, subjects: TestClient, peer: Peer
    ) -> None:
        subject = create(subjects)
        peer.answers(422, json={})
        assert subjects.put(f"/subject/{subject}/student/7").status_code == 503

    def test_ids_are_64_bit_numbers(self, subjects: TestClient) -> None:
        answer = subjects.put(f"/subject/0/student/{2**63}")
        assert wrong_fields(answer) == ["subject_id", "student_id"]


class TestWithdraw:
    def test_is_idempotent_and_asks_nobody(self, subjects: TestClient, peer: Peer) -> None:
        subject = create(subjects)
        knows(peer, 7)
        subjects.put(f"/subject/{subject}/student/7")
        peer.requests.clear()
        for _ in range(2):
            assert subjects.delete(f"/subject/{subject}/student/7").status_code == 204
        assert peer.requests == []
        assert subjects.get("/subject?student_id=7").json()["items"] == []

    def test_of_an_unknown_subject_is_404(self, subjects: TestClient) -> None:
        assert subjects.delete("/subject/3/student/7").status_code == 404


class TestRoster:
    def test_has_the_names_from_one_call(self, subjects: TestClient, peer: Peer) -> None:
        subject = create(subjects)
        for student in (8, 7):
            knows(peer, student)
            subjects.put(f"/subject/{subject}/student/{student}")
        peer.requests.clear()
        knows(peer, 7)
        items = subjects.get(f"/subject/{subject}/student").json()["items"]
        assert [(i["student_id"], i["name"]) for i in items] == [(7, "Student 7"), (8, None)]
        assert all(datetime.fromisoformat(i["enrolled_at"]).tzinfo for i in items)
        (request,) = peer.requests
        assert request.url.path == "/student"
        assert request.url.params.get_list("id") == ["7", "8"]

    def test_is_paged(self, subjects: TestClient, peer: Peer) -> None:
        subject = create(subjects)
        knows(peer, 7, 8, 9)
        for student in (7, 8, 9):
            subjects.put(f"/subject/{subject}/student/{student}")
        path = f"/subject/{subject}/student"
        first = subjects.get(path, params={"limit": 2}).json()
        rest = subjects.get(path, params={"limit": 2, "cursor": first["next_cursor"]}).json()
        assert [i["student_id"] for i in first["items"] + rest["items"]] == [7, 8, 9]
        assert rest["next_cursor"] is None

    def test_an_empty_one_asks_nobody(self, subjects: TestClient, peer: Peer) -> None:
        page = subjects.get(f"/subject/{create(subjects)}/student").json()
        assert page == {"items": [], "next_cursor": None}
        assert peer.requests == []

    def test_of_an_unknown_subject_is_404(self, subjects: TestClient) -> None:
        assert subjects.get("/subject/3/student").status_code == 404

    def test_is_503_while_students_is_down(self, subjects: TestClient, peer: Peer) -> None:
        subject = create(subjects)
        knows(peer, 7)
        subjects.put(f"/subject/{subject}/student/7")
        peer.answers(502, text="<html>")
        assert subjects.get(f"/subject/{subject}/student").status_code == 503
