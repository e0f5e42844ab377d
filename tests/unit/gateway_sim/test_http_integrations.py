"""HTTP integrations that are no proxies: read and refused."""

import pytest

from gateway_sim.api_gateway.model import IntegrationResponse
from tests.unit.gateway_sim.conftest import Definitions

_OPENAPI = "openapi.yaml"
_RESPONSES = """\
        responses:
          default: { statusCode: "200" }
          "4..":
            statusCode: "422"
            responseParameters:
              method.response.header.X-Own: integration.response.header.X-Theirs
"""


@pytest.fixture(autouse=True)
def http(definitions: Definitions) -> None:
    definitions.change(_OPENAPI, "type: http_proxy", "type: http")
    definitions.add(_OPENAPI, _RESPONSES)


def test_responses_are_those_of_the_document(definitions: Definitions) -> None:
    (method,) = definitions.load().rest_apis[0].methods
    assert method.http_integration.responses == {
        "": IntegrationResponse(200),
        "4..": IntegrationResponse(422, {"X-Own": "integration.response.header.X-Theirs"}),
    }


def test_proxy_has_no_responses(definitions: Definitions) -> None:
    definitions.change(_OPENAPI, "type: http\n", "type: http_proxy\n")
    (method,) = definitions.load().rest_apis[0].methods
    assert method.http_integration.responses is None


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ('          default: { statusCode: "200" }\n', "", "responses",
         "without a default are not emulated yet"),
        ('{ statusCode: "200" }', '{ statusCode: "200", responseTemplates: { text/plain: a } }',
         "responses", "have templates, which are not emulated yet for http integrations"),
        ("type: http\n", "type: http\n        requestTemplates: { text/plain: a }\n",
         "requestTemplates", "are not emulated yet for http integrations"),
        ("integration.response.header.X-Theirs", "integration.response.body.x", "responses",
         "'integration.response.body.x' is not understood as a source"),
        ("timeoutInMillis: 5000", "timeoutInMillis: 1", "timeoutInMillis",
         "must be 50 to 29000, not 1"),
    ],
)  # fmt: skip
def test_mistake_is_told(
    old: str, new: str, key: str, message: str, definitions: Definitions
) -> None:
    definitions.change(_OPENAPI, old, new)
    line = definitions.line(_OPENAPI, f"{key}:")
    assert definitions.mistakes() == [f"{_OPENAPI}:{line}: GET /things/{{id}}: {message}"]
