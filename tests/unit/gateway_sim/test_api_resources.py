"""REST APIs that are written as resources instead of an OpenAPI document."""

import re
import shutil
from pathlib import Path

import pytest

from gateway_sim.api_gateway.model import HttpIntegration, IntegrationResponse, MockIntegration
from gateway_sim.load_balancing.model import Address
from tests.unit.gateway_sim.conftest import Definitions

_PROJECT = Path(__file__).parents[2] / "fixtures" / "second_project"
_FILE = "library.yaml"
_BOOK = "GET /books/{isbn}"


@pytest.fixture
def library(tmp_path: Path) -> Definitions:
    folder = tmp_path / "library"
    shutil.copytree(_PROJECT, folder)
    return Definitions(folder)


def test_methods_are_those_of_the_resources(library: Definitions) -> None:
    api, *_ = library.load().rest_apis
    assert [f"{each.http_method} {each.resource}" for each in api.methods] == [
        "GET /",
        "GET /books/{isbn}",
        "ANY /{proxy+}",
    ]


def test_integrations_are_read_as_those_of_a_document(library: Definitions) -> None:
    root, book, _ = library.load().rest_apis[0].methods
    assert isinstance(root.integration, MockIntegration)
    assert root.integration.responses[r"4\d\d"] == IntegrationResponse(404)
    assert root.integration.responses[""].headers == {"Cache-Control": "'max-age=60'"}
    assert book.integration == HttpIntegration(
        "GET", "http://books.example.com/v1/shelf/{isbn}", 3000, Address("library-alb", 80),
        {"isbn": "isbn"}, {}, {"shelf": "stageVariables.shelf"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("Uri: http://books.example.com/shelf/", "Uri: ftp://books/", _BOOK,
         "'ftp://books/{isbn}' must be http://HOST/PATH or https://HOST/PATH"),
        ("TimeoutInMillis: 3000", "TimeoutInMillis: 30000", _BOOK,
         "must be 50 to 29000, not 30000"),
        ("      HttpMethod: ANY\n      AuthorizationType: NONE",
         "      HttpMethod: ANY\n      AuthorizationType: AWS_IAM",
         "Everything.AuthorizationType", "'AWS_IAM' is not emulated yet"),
        ("      ResourceId: !Ref Book\n", "      ResourceId: !Ref Deployment\n",
         "GetBook.ResourceId", "names no resource of this API: "),
        ("ParentId: !Ref Books", "ParentId: !Ref Book",
         "Book.ParentId", "leads to no root resource of this API: "),
        ("Properties: { Name: library }", "Properties: { Name: library, Policy: {} }",
         "Api.Policy", "is not emulated yet"),
        ("Properties: { Name: library }", "Properties: { Name: library, Body: {} }",
         "Root.RestApiId",
         "stands beside a document of the API, which is not emulated; use one of them"),
    ],
)  # fmt: skip
def test_mistake_is_told_where_it_stands(
    library: Definitions, old: str, new: str, place: str, message: str
) -> None:
    library.change(_FILE, old, new)
    (told,) = library.mistakes()
    assert re.fullmatch(rf"{_FILE}:\d+: {re.escape(place)}: {re.escape(message)}\w*", told)


def test_resource_of_no_api_is_told(library: Definitions) -> None:
    library.change(_FILE, "Properties: { RestApiId: !Ref Api, ParentId: !Ref Books,",
                   "Properties: { RestApiId: other, ParentId: !Ref Books,")  # fmt: skip
    line = library.line(_FILE, "RestApiId: other")
    told = f"{_FILE}:{line}: Book.RestApiId: names no REST API of these templates"
    assert told in library.mistakes()
