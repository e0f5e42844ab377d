"""A project without an OpenAPI document runs as it is written: the library of second_project."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container

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
    assert response.json()["shelf"] == "north"


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
