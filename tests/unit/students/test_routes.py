import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.fixtures.services import Peer

ADA = {"name": "Ada Lovelace", "email": "ada@example.org"}
EMPTY_PAGE: dict[str, object] = {"items": [], "next_cursor": None}
MATH = {"id": 3, "code": "MATH-101", "title": "Linear algebra", "credits": 6}


def create(students: TestClient, name: str = "Ada", email: str = "ada@example.org") -> int:
    answer = students.post("/student", json={"name": name, "email": email})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def wrong_fields(answer: Response) -> list[str]:
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


class TestCreate:
    def test_answers_with_the_student_and_its_location(self, students: TestClient) -> None:
        answer = students.post("/student", json=ADA)
        assert answer.status_code == 201
        assert answer.json() == {"id": 1, **ADA}
        assert students.get(str(answer.url.join(answer.headers["location"]))).json() == {
            "id": 1,
            **ADA,
        }

    def test_the_location_is_right_behind_a_stage_and_an_alias(self, students: TestClient) -> None:
        location = students.post("/student", json=ADA).headers["location"]
        base = students.base_url
        assert base.join("/Test/student").join(location).path == "/Test/student/1"
        assert base.join("/demo1").join(location).path == "/student/1"

    def test_an_address_is_unique_whatever_its_case(self, students: TestClient) -> None:
        create(students, email="ada@example.org")
        answer = students.post("/student", json={**ADA, "email": "ADA@Example.ORG"})
        assert answer.status_code == 409
        assert answer.json() == {
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "Another student has the e-mail address ada@example.org.",
            "instance": "/student",
        }
        assert len(students.get("/student").json()["items"]) == 1

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, ["name", "email"]),
            ({**ADA, "email": "ada"}, ["email"]),
            ({**ADA, "email": None}, ["email"]),
            ({**ADA, "email": f"a@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'w' * 62}.example"}, ["email"]),
            ({**ADA, "name": "  "}, ["name"]),
            ({**ADA, "name": "x" * 201}, ["name"]),
            ({**ADA, "name": 7}, ["name"]),
            ({**ADA, "nickname": "Ada"}, ["nickname"]),
            ([], ["body"]),
        ],
    )
    def test_a_bad_field_is_named(
        self, students: TestClient, body: object, fields: list[str]
    ) -> None:
        assert wrong_fields(students.post("/student", json=body)) == fields

    def test_a_body_that_is_no_json_is_named(self, students: TestClient) -> None:
        headers = {"Content-Type": "application/json"}
        assert wrong_fields(students.post("/student", content=b"{", headers=headers)) == ["body"]

    def test_half_a_character_is_no_name(self, students: TestClient) -> None:
        body = rb'{"name": "\ud800", "email": "ada@example.org"}'
        headers = {"Content-Type": "application/json"}
        assert wrong_fields(students.post("/student", content=body, headers=headers)) == ["name"]

    def test_a_name_may_be_in_any_script(self, students: TestClient) -> None:
        name = "Ἀριάδνη 阿达 🎓"
        assert students.get(f"/student/{create(students, name=name)}").json()["name"] == name


class TestRead:
    def test_an_unknown_student_is_404(self, students: TestClient) -> None:
        answer = students.get("/student/7")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is no student 7."
        assert answer.json()["instance"] == "/student/7"

    @pytest.mark.parametrize("bad", ["0", "-1", "x", str(2**63), "1.5"])
    def test_an_id_is_a_positive_64_bit_number(self, students: TestClient, bad: str) -> None:
        assert wrong_fields(students.get(f"/student/{bad}")) == ["student_id"]
        assert students.get(f"/student/{2**63 - 1}").status_code == 404


class TestList:
    def test_pages_follow_one_another_and_end(self, students: TestClient) -> None:
        ids = [create(students, email=f"{n}@example.org") for n in range(5)]
        seen: list[int] = []
        cursor: str | None = None
        for expected in (2, 2, 1):
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = students.get("/student", params=params).json()
            assert len(page["items"]) == expected
            seen += [student["id"] for student in page["items"]]
            cursor = page["next_cursor"]
        assert cursor is None
        assert seen == ids

    def test_a_full_last_page_has_no_cursor(self, students: TestClient) -> None:
        create(students)
        assert students.get("/student?limit=1").json()["next_cursor"] is None

    def test_an_empty_list_is_a_page(self, students: TestClient) -> None:
        assert students.get("/student").json() == EMPTY_PAGE

    def test_ids_filter_and_unknown_ones_are_left_out(self, students: TestClient) -> None:
        first, _, third = (create(students, email=f"{n}@example.org") for n in range(3))
        page = students.get("/student", params={"id": [third, first, 99]}).json()
        assert [student["id"] for student in page["items"]] == [first, third]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("cursor=!", "cursor"),
            ("cursor=", "cursor"),
            ("cursor=LTE", "cursor"),  # says -1
            ("id=0", "id.0"),
            ("&".join(f"id={n}" for n in range(1, 102)), "id"),
        ],
    )
    def test_a_bad_parameter_is_named(self, students: TestClient, query: str, field: str) -> None:
        assert wrong_fields(students.get(f"/student?{query}")) == [field]


class TestChange:
    def test_only_the_fields_given_change(self, students: TestClient) -> None:
        student = create(students, name="Ada", email="ada@example.org")
        answer = students.patch(f"/student/{student}", json={"name": "Countess"})
        assert answer.status_code == 200
        assert answer.json() == {"id": student, "name": "Countess", "email": "ada@example.org"}
        assert students.get(f"/student/{student}").json() == answer.json()

    @pytest.mark.parametrize(
        ("body", "field"),
        [({}, "body"), ({"name": None}, "name"), ({"email": None}, "email"), ({"id": 8}, "id")],
    )
    def test_nothing_null_or_unknown_is_refused(
        self, students: TestClient, body: object, field: str
    ) -> None:
        assert wrong_fields(students.patch(f"/student/{create(students)}", json=body)) == [field]

    def test_a_taken_address_is_409_and_changes_nothing(self, students: TestClient) -> None:
        create(students, email="ada@example.org")
        other = create(students, email="bob@example.org")
        body = {"name": "Robert", "email": "Ada@example.org"}
        assert students.patch(f"/student/{other}", json=body).status_code == 409
        assert students.get(f"/student/{other}").json()["name"] == "Ada"

    def test_an_unknown_student_is_404(self, students: TestClient) -> None:
        assert students.patch("/student/7", json={"name": "Ada"}).status_code == 404


class TestDelete:
    def test_a_student_of_no_subject_goes(self, students: TestClient, peer: Peer) -> None:
        student = create(students)
        peer.answers(json=EMPTY_PAGE)
        answer = students.delete(f"/student/{student}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert students.get(f"/student/{student}").status_code == 404

    def test_an_enrolled_student_stays(self, students: TestClient, peer: Peer) -> None:
        student = create(students)
        peer.answers(json={"items": [MATH], "next_cursor": None})
        answer = students.delete(f"/student/{student}")
        assert answer.status_code == 409
        assert students.get(f"/student/{student}").status_code == 200
        assert dict(peer.requests[0].url.params) == {"student_id": str(student), "limit": "1"}

    def test_nobody_goes_while_subjects_cannot_be_asked(self, students: TestClient) -> None:
        student = create(students)
        answer = students.delete(f"/student/{student}")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert students.get(f"/student/{student}").status_code == 200

    def test_an_unknown_student_is_404_without_asking(
        self, students: TestClient, peer: Peer
    ) -> None:
        assert students.delete("/student/7").status_code == 404
        assert peer.requests == []

    def test_a_number_is_never_given_again(self, students: TestClient, peer: Peer) -> None:
        peer.answers(json=EMPTY_PAGE)
        gone = create(students)
        students.delete(f"/student/{gone}")
        assert create(students) > gone


class TestSubjects:
    def test_are_those_that_the_subjects_service_tells(
        self, students: TestClient, peer: Peer
    ) -> None:
        student = create(students)
        peer.answers(json={"items": [{**MATH, "room": "B1"}], "next_cursor": "Mw"})
        answer = students.get(f"/student/{student}/subject?limit=1&cursor=Mg")
        assert answer.json() == {"items": [MATH], "next_cursor": "Mw"}
        assert peer.requests[0].url.path == "/subject"
        params = {"student_id": str(student), "limit": "1", "cursor": "Mg"}
        assert dict(peer.requests[0].url.params) == params

    def test_a_cursor_that_subjects_refuses_is_the_clients_mistake(
        self, students: TestClient, peer: Peer
    ) -> None:
        student = create(students)
        peer.answers(422, json={})
        assert wrong_fields(students.get(f"/student/{student}/subject?cursor=x")) == ["cursor"]

    def test_an_unknown_student_is_404_without_asking(
        self, students: TestClient, peer: Peer
    ) -> None:
        assert students.get("/student/7/subject").status_code == 404
        assert peer.requests == []

    def test_are_503_while_subjects_is_down(self, students: TestClient) -> None:
        answer = students.get(f"/student/{create(students)}/subject")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
