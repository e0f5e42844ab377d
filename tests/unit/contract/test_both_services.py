"""What both services promise alike, whatever they are about."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

BOTH = pytest.mark.parametrize(
    ("service", "resource"), [("students", "/student"), ("subjects", "/subject")]
)


@pytest.fixture
def client(request: pytest.FixtureRequest, service: str) -> TestClient:
    found: TestClient = request.getfixturevalue(service)
    return found


def operations(client: TestClient) -> list[tuple[str, str, dict[str, Any]]]:
    paths = client.get("/openapi.json").json()["paths"]
    return [(path, verb, o) for path, verbs in paths.items() for verb, o in verbs.items()]


@BOTH
class TestProblems:
    @pytest.mark.parametrize(
        ("verb", "path", "status"),
        [
            ("GET", "/nope", 404),
            ("GET", "{}/7", 404),
            ("GET", "{}/", 404),  # no redirect: a load balancer's rules know one spelling
            ("PUT", "{}", 405),
            ("GET", "{}/x", 422),
            ("POST", "{}", 422),
        ],
    )
    def test_every_error_is_one(
        self, client: TestClient, resource: str, verb: str, path: str, status: int
    ) -> None:
        path = path.format(resource)
        answer = client.request(verb, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["status"], body["instance"]) == (status, path)
        assert body["type"] == "about:blank"
        assert body["title"]
        assert body["detail"]

    def test_405_names_every_method_of_the_path(self, client: TestClient, resource: str) -> None:
        assert client.put(resource).headers["allow"] == "GET, POST"
        assert client.put(f"{resource}/7").headers["allow"] == "DELETE, GET, PATCH"

    @pytest.mark.parametrize("length_is_known", [True, False])
    def test_a_body_beyond_all_reason_is_413(
        self, client: TestClient, resource: str, *, length_is_known: bool
    ) -> None:
        body = b" " * 300_000
        content = body if length_is_known else iter([body])
        headers = {"Content-Type": "application/json"}
        answer = client.post(resource, content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_body_that_is_no_text_is_refused(self, client: TestClient, resource: str) -> None:
        headers = {"Content-Type": "application/json"}
        answer = client.post(resource, content=b'{"a": "\xff"}', headers=headers)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


@BOTH
class TestHealth:
    def test_both_answers_are_ok(self, client: TestClient, resource: str) -> None:  # noqa: ARG002
        assert client.get("/health-check").json() == {"status": "ok"}
        assert client.get("/readiness").json() == {"status": "ok"}


@BOTH
class TestDocument:
    def test_is_valid(self, client: TestClient, resource: str) -> None:  # noqa: ARG002
        validate(client.get("/openapi.json").json())
        assert client.get("/docs").status_code == 200

    def test_every_error_has_its_shape_and_an_example(
        self,
        client: TestClient,
        resource: str,  # noqa: ARG002
    ) -> None:
        for path, verb, operation in operations(client):
            for status, response in operation["responses"].items():
                if int(status) < 400:
                    continue
                (media,) = response["content"].values()
                where = f"{verb} {path} {status}"
                assert "application/problem+json" in response["content"], where
                assert media["schema"] == {"$ref": "#/components/schemas/Problem"}, where
                for example in media["examples"].values():
                    assert example["value"]["status"] == int(status), where
                assert status != "503" or "Retry-After" in response["headers"], where

    def test_every_operation_says_what_can_go_wrong(
        self,
        client: TestClient,
        resource: str,  # noqa: ARG002
    ) -> None:
        for path, verb, operation in operations(client):
            expected = {"500", "503"} if path != "/health-check" else {"503"}
            if "{" in path or verb == "post":
                expected |= {"422"}
            if "{" in path:
                expected |= {"404"}
            if "requestBody" in operation:
                expected |= {"400", "409", "413"}
            assert expected <= operation["responses"].keys(), f"{verb} {path}"

    def test_every_field_has_an_example(self, client: TestClient, resource: str) -> None:  # noqa: ARG002
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
        for name in ("NewStudent", "StudentOut", "NewSubject", "SubjectOut", "RosterItem"):
            for field, schema in schemas.get(name, {}).get("properties", {}).items():
                assert schema.get("examples"), f"{name}.{field}"

    def test_created_has_a_location(self, client: TestClient, resource: str) -> None:  # noqa: ARG002
        for path, verb, operation in operations(client):
            if created := operation["responses"].get("201"):
                assert "Location" in created["headers"], f"{verb} {path}"
                assert "$ref" in created["content"]["application/json"]["schema"], f"{verb} {path}"
