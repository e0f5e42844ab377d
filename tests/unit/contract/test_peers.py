"""What one service reads of the other exists there: in its OpenAPI document, and in its answers."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from students.subjects_client import SubjectsPage
from subjects.students_client import StudentsPage
from tests.fixtures.services import Peer

ADA = {"name": "Ada", "email": "ada@example.org"}
MATH = {"code": "MATH-101", "title": "Linear algebra", "credits": 6}


def fields_of(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Flatten a schema to {"items[].id": "integer", ...}, following its references."""
    if "$ref" in schema:
        return fields_of(document[schema["$ref"].rpartition("/")[2]], document)
    found: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        inner = fields_of(field["items"], document) if "items" in field else {}
        types = sorted(kind["type"] for kind in field.get("anyOf", [field]))
        found[name] = (types, name in schema.get("required", []))
        found |= {f"{name}[].{inner_name}": value for inner_name, value in inner.items()}
    return found


def fields_read(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    return fields_of(schema, schema.get("$defs", {}))


def fields_given(provider: TestClient, path: str) -> dict[str, Any]:
    document = provider.get("/openapi.json").json()
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    return fields_of(content["application/json"]["schema"], document["components"]["schemas"])


def parameters(provider: TestClient, path: str) -> set[str]:
    operation = provider.get("/openapi.json").json()["paths"][path]["get"]
    return {parameter["name"] for parameter in operation["parameters"]}


class TestWhatStudentsReads:
    def test_is_documented_by_subjects(self, subjects: TestClient) -> None:
        assert fields_read(SubjectsPage).items() <= fields_given(subjects, "/subject").items()
        assert {"student_id", "limit", "cursor"} <= parameters(subjects, "/subject")


class TestWhatSubjectsReads:
    def test_is_documented_by_students(self, students: TestClient) -> None:
        assert fields_read(StudentsPage).items() <= fields_given(students, "/student").items()
        assert {"id", "limit"} <= parameters(students, "/student")


class TestTogether:
    """Both real applications, each the other's peer."""

    @pytest.fixture(autouse=True)
    def _subjects_asks_students(self, students: TestClient, peer: Peer) -> None:
        peer.is_played_by(students)

    def test_a_student_is_enrolled_listed_and_withdrawn(
        self, students: TestClient, subjects: TestClient, peer: Peer
    ) -> None:
        students.post("/student", json=ADA)
        subjects.post("/subject", json=MATH)
        assert subjects.put("/subject/1/student/2").status_code == 404
        assert subjects.put("/subject/1/student/1").status_code == 201
        assert subjects.get("/subject/1/student").json()["items"][0]["name"] == "Ada"

        peer.is_played_by(subjects)
        assert students.get("/student/1/subject").json()["items"] == [{"id": 1, **MATH}]
        assert students.get("/student/1/subject?cursor=!").status_code == 422
        assert students.delete("/student/1").status_code == 409
        subjects.delete("/subject/1/student/1")
        assert students.delete("/student/1").status_code == 204

    def test_a_students_subjects_are_paged_by_the_other_services_cursor(
        self, students: TestClient, subjects: TestClient, peer: Peer
    ) -> None:
        students.post("/student", json=ADA)
        for n in (1, 2):
            subjects.post("/subject", json={**MATH, "code": f"C{n}"})
            subjects.put(f"/subject/{n}/student/1")
        peer.is_played_by(subjects)
        first = students.get("/student/1/subject?limit=1").json()
        cursor = {"cursor": first["next_cursor"]}
        rest = students.get("/student/1/subject", params=cursor).json()
        assert [s["code"] for s in first["items"] + rest["items"]] == ["C1", "C2"]
        assert rest["next_cursor"] is None

    def test_the_trace_id_goes_along(
        self, students: TestClient, subjects: TestClient, peer: Peer
    ) -> None:
        students.post("/student", json=ADA)
        subjects.post("/subject", json=MATH)
        trace = "Root=1-67891233-abcdef012345678912345678"
        subjects.put("/subject/1/student/1", headers={"X-Amzn-Trace-Id": trace})
        assert peer.requests[-1].headers["X-Amzn-Trace-Id"] == trace
