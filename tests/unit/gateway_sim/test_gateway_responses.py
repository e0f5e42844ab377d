"""Gateway responses: chosen, read from documents and resources, refused."""

import pytest

from gateway_sim.api_gateway.gateway_responses import choose_gateway_response
from gateway_sim.api_gateway.model import GatewayResponse
from tests.unit.gateway_sim.conftest import Definitions

_API, _OPENAPI = "api.yaml", "openapi.yaml"
_EXTENSION = "x-amazon-apigateway-gateway-responses"
_RIGHT = """\
x-amazon-apigateway-gateway-responses:
  THROTTLED:
    statusCode: 420
    responseParameters:
      gatewayresponse.header.X-Own: "'own'"
    responseTemplates:
      text/plain: $context.error.message
"""
_RESOURCE = """\
  Throttled:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: THROTTLED
      StatusCode: "430"
"""
_THROTTLED = GatewayResponse(420, {"X-Own": "'own'"}, "$context.error.message", "text/plain")


def test_document_says_responses_by_type(definitions: Definitions) -> None:
    definitions.add(_OPENAPI, _RIGHT)
    (api,) = definitions.load().rest_apis
    assert api.gateway_responses == {"THROTTLED": _THROTTLED}


def test_resource_overrules_the_document(definitions: Definitions) -> None:
    definitions.add(_OPENAPI, _RIGHT)
    definitions.add(_API, _RESOURCE)
    (api,) = definitions.load().rest_apis
    assert api.gateway_responses == {"THROTTLED": GatewayResponse(430)}


def test_resource_of_no_api_is_told(definitions: Definitions) -> None:
    definitions.add(_API, _RESOURCE.replace("!Ref Api", "another"))
    (mistake,) = definitions.mistakes()
    assert mistake.endswith(": Throttled.RestApiId: names no REST API of these templates")


@pytest.mark.parametrize(
    ("kind", "status", "chosen"),
    [
        ("INTEGRATION_FAILURE", 504, 1),
        ("INTEGRATION_TIMEOUT", 504, 2),
        ("UNSUPPORTED_MEDIA_TYPE", 415, None),
        ("DEFAULT_5XX", 500, 2),
    ],
)
def test_own_response_before_the_default_of_the_class(
    kind: str, status: int, chosen: int | None
) -> None:  # GR-04
    responses = {"INTEGRATION_FAILURE": GatewayResponse(1), "DEFAULT_5XX": GatewayResponse(2)}
    found = choose_gateway_response(responses, kind, status)
    assert (found and found.status) == chosen


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("420", "199", "statusCode must be 200 to 599, not '199'"),
        ("420", "many", "statusCode must be 200 to 599, not 'many'"),
        ("gatewayresponse.header", "method.response.header",
         "'method.response.header.X-Own' names no header of a gateway response"),
        ("\"'own'\"", "context.authorizer.claims",
         "'context.authorizer.claims' is not understood as a source"),
        ("$context.error.message", "$context.error.validationErrorString",
         "'context.error.validationErrorString' is not understood"),
        ("text/plain: $context.error.message", "{ text/plain: a, text/html: b }",
         "several response templates are not emulated yet; use one"),
    ],
)  # fmt: skip
def test_mistake_is_told(old: str, new: str, message: str, definitions: Definitions) -> None:
    definitions.add(_OPENAPI, _RIGHT)
    definitions.change(_OPENAPI, old, new)
    line = definitions.line(_OPENAPI, "THROTTLED:")
    place = f"{_OPENAPI}:{line}: {_EXTENSION}.THROTTLED"
    assert definitions.mistakes() == [f"{place}: {message}"]


def test_unknown_type_is_told(definitions: Definitions) -> None:
    definitions.add(_API, _RESOURCE.replace("THROTTLED", "SLOWED"))
    (mistake,) = definitions.mistakes()
    assert mistake.endswith(": Throttled: 'SLOWED' is no type of gateway response")
