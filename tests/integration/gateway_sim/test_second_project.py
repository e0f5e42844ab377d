"""A project without an OpenAPI document runs as it is written: the library of second_project."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until

PROJECT = Path(__file__).parents[2] / "fixtures" / "second_project"


@pytest.fixture(scope="module")
def gateway(chain: Chain) -> Container:
    shutil.copytree(PROJECT, chain.definitions, dirs_exist_ok=True)
    for path in chain.definitions.rglob("*"):
        path.chmod(0o755)
    chain.target("library-books", 8083)
    chain.role("alb", "library-alb", 80)
    return chain.role("api-gateway", "gateway", 8080)


def test_mock_answers(client: httpx.Client, gateway: Container) -> None:
    response = client.get(f"{gateway.url}/v1")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "max-age=60")
    assert response.json() == {"stage": "v1", "shelf": "north", "canary": "false"}  # S-04


def test_private_integration_reaches_the_target_with_the_stage(
    client: httpx.Client, gateway: Container
) -> None:
    answer = client.get(f"{gateway.url}/v1/books/978-3?x=1").json()
    assert answer["answered_by"] == "library-books"
    assert answer["target"] == "/v1/shelf/978-3?x=1&shelf=north"
    assert answer["headers"]["host"] == "books.example.com"


def test_greedy_resource_serves_the_rest(client: httpx.Client, gateway: Container) -> None:
    answer = client.delete(f"{gateway.url}/v1/books/978-3").json()
    assert (answer["method"], answer["target"]) == ("DELETE", "/books/978-3")


def test_gateway_response_is_the_apis(client: httpx.Client, gateway: Container) -> None:
    response = client.post(f"{gateway.url}/v1")
    assert response.status_code == 404
    assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_canary_has_its_own_stage_variables(client: httpx.Client, gateway: Container) -> None:
    # S-03: in templates, mappings and uris alike.
    fixed = client.get(f"{gateway.url}/preview").json()
    assert fixed == {"stage": "preview", "shelf": "south", "canary": "true"}
    answer = client.get(f"{gateway.url}/preview/books/1").json()
    assert answer["target"] == "/preview/shelf/1?shelf=south"


def test_canary_gets_its_share_at_random(client: httpx.Client, gateway: Container) -> None:
    # S-05: 200 requests at one half are outside of 60 to 140 once in 10^8 times.
    shelves = [client.get(f"{gateway.url}/half").json()["shelf"] for _ in range(200)]
    assert 60 <= shelves.count("south") <= 140
    assert {*shelves} == {"north", "south"}


class TestAccessLog:
    def lines(self, gateway: Container, response: httpx.Response) -> list[dict[str, Any]]:
        """The lines of the stage's own log about a response."""
        identifier = response.headers["x-amzn-RequestId"]

        def found() -> list[str]:
            return [line for line in gateway.logs().splitlines() if f'"id": "{identifier}"' in line]

        wait_until(lambda: bool(found()), "the request is logged")
        return [json.loads(line) for line in found()]

    def test_has_the_format_of_the_stage(
        self, client: httpx.Client, gateway: Container
    ) -> None:
        url = f"{gateway.url}/preview/books/978?x=1"
        response = client.get(url, headers={"User-Agent": 'say "hi"'})
        (line,) = self.lines(gateway, response)
        assert re.fullmatch(r"[0-9.]+", line.pop("ip"))
        assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}", line.pop("time"))
        assert re.fullmatch(r"\w{10}", line.pop("api"))
        assert line.pop("epoch") > 1_700_000_000_000
        assert 0 <= line.pop("took") < 3000
        assert line.pop("integration_took").isdecimal()
        assert line == {
            "id": response.headers["x-amzn-RequestId"],
            "extended": response.headers["x-amz-apigw-id"],
            "caller": "-",
            "agent": 'say "hi"',
            "line": "GET /books/{isbn} HTTP/1.1",
            "path": "/preview/books/978",
            "stage": "preview",
            "status": 200,
            "bytes": len(response.content),
            "canary": "true",
            "integration": "200",
            "error": "-",
            "quoted": "-",
            "type": "-",
            "price": "$5",
        }

    def test_has_the_error(self, client: httpx.Client, gateway: Container) -> None:
        (line,) = self.lines(gateway, client.post(f"{gateway.url}/preview"))
        assert (line["status"], line["line"]) == (404, "POST - HTTP/1.1")
        assert line["error"] == "Missing Authentication Token"
        assert line["quoted"] == line["error"]
        assert line["type"] == "MISSING_AUTHENTICATION_TOKEN"
        assert line["integration"] == "-"

    def test_of_another_stage_is_not_written(
        self, client: httpx.Client, gateway: Container
    ) -> None:
        other = client.get(f"{gateway.url}/v1").headers["x-amzn-RequestId"]
        self.lines(gateway, client.get(f"{gateway.url}/preview"))
        assert other not in gateway.logs()
