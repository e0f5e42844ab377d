"""MOCK integrations and the templates that gateway-sim understands: read, chosen, refused."""

import pytest

from gateway_sim.api_gateway.body_templates import nginx_body, template_mistake
from gateway_sim.api_gateway.integration_responses import choose_response
from gateway_sim.api_gateway.model import IntegrationResponse, MockIntegration, MockStatus
from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.conftest import Definitions

_OPENAPI = "openapi.yaml"
_RIGHT = """\
  /mock:
    get:
      x-amazon-apigateway-integration:
        type: mock
        passthroughBehavior: when_no_templates
        requestTemplates:
          application/json: '{"statusCode": 200}'
        responses:
          default:
            statusCode: "200"
            responseParameters:
              method.response.header.X-Own: "'own'"
            responseTemplates:
              text/plain: hello
"""


@pytest.fixture(autouse=True)
def mock(definitions: Definitions) -> None:
    definitions.add(_OPENAPI, _RIGHT)


def test_mock_has_what_the_document_says(definitions: Definitions) -> None:
    (method,) = [
        each for each in definitions.load().rest_apis[0].methods if each.resource == "/mock"
    ]
    response = IntegrationResponse(200, {"X-Own": "'own'"}, "hello", "text/plain")
    status = MockStatus(200)
    assert method.integration == MockIntegration(
        {"application/json": status}, strict=True, responses={"": response}
    )


def test_header_of_no_integration_is_left_out(definitions: Definitions) -> None:
    definitions.change(_OPENAPI, "\"'own'\"", "integration.response.header.X-Theirs")
    (server,) = servers_of(definitions.load(), "api-gateway", 8080)
    assert "X-Own" not in server.render({})


@pytest.mark.parametrize(
    ("template", "status"),
    [
        ("{statusCode: 200}", MockStatus(200)),  # C-06
        ('{"statusCode": 204}', MockStatus(204)),
        ('{ "id" : 42,\n "statusCode" : "404" }', MockStatus(404)),
        ("{}", MockStatus(None)),  # C-08
        ("statusCode", MockStatus(None)),
        ("#set($context.responseOverride.status = 444){statusCode: 200}", MockStatus(200, 444)),
    ],
)
def test_request_template_says_a_status(
    template: str, status: MockStatus, definitions: Definitions
) -> None:
    quoted = template.replace("\n", " ")
    definitions.change(_OPENAPI, """'{"statusCode": 200}'""", f"'{quoted}'")
    (integration,) = [
        each.integration
        for each in definitions.load().rest_apis[0].methods
        if isinstance(each.integration, MockIntegration)
    ]
    assert integration.statuses == {"application/json": status}


@pytest.mark.parametrize(
    ("status", "chosen"), [(200, 201), (299, 201), (404, 404), (4040, 500), (503, 500)]
)
def test_first_pattern_that_is_the_whole_status_chooses(status: int, chosen: int) -> None:
    responses = {
        r"2\d{2}": IntegrationResponse(201),
        "404": IntegrationResponse(404),
        "": IntegrationResponse(500),
        "299": IntegrationResponse(299),
    }
    found = choose_response(responses, status)
    assert found is not None
    assert found.status == chosen


def test_without_a_default_nothing_may_be_chosen() -> None:
    assert choose_response({"404": IntegrationResponse(404)}, 200) is None


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("it costs $5, #1, #fff", "it costs ${dollar}5, #1, #fff"),
        ("$context.stage.", "<context.stage>."),
        ("${context.stage}s", "<context.stage>s"),
        ("$!{stageVariables.a}$context.requestId", "<stageVariables.a><context.requestId>"),
        ("${context.stage", "${dollar}{context.stage"),
        ('{"a": "$context.identity.sourceIp"}', '{"a": "<context.identity.sourceIp>"}'),
    ],
)
def test_template_is_text_with_variables(template: str, text: str) -> None:
    assert template_mistake(template) is None
    assert nginx_body(template, lambda name: f"<{name}>") == text


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("#if($a)b#end", "'#if('"),
        ("#set ($a = 1)", "'#set ('"),
        ("a #else b", "'#else'"),
        ("a ## comment", "'##'"),
        ("$input.json('$')", "'$input'"),
        ("${util.escapeJavaScript('a')}", "'${util'"),
        ("$context.weather", "'context.weather'"),
    ],
)
def test_template_with_a_language_is_refused(template: str, part: str) -> None:
    message = template_mistake(template)
    assert message is not None
    assert message.startswith(part)


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("when_no_templates", "sometimes", "passthroughBehavior",
         "'SOMETIMES' is none of NEVER, WHEN_NO_MATCH, WHEN_NO_TEMPLATES"),
        ("""'{"statusCode": 200}'""", """'{"statusCode": $context.status}'""", "requestTemplates",
         "'$context' is not emulated; use text with a statusCode"),
        ("""'{"statusCode": 200}'""", """'#if(1){"statusCode": 200}#end'""", "requestTemplates",
         "'#if' is not emulated; use text with a statusCode"),
        ('statusCode: "200"', "statusCode: OK", "responses",
         "statusCode of 'default' must be 200 to 599, not 'OK'"),
        ('statusCode: "200"', 'statusCode: "200"\n            contentHandling: CONVERT_TO_TEXT',
         "responses", "contentHandling of 'default' is not emulated: bodies pass as they are"),
        ("method.response.header.X-Own", "method.response.body.X-Own", "responses",
         "'method.response.body.X-Own' names no header of the response"),
        ("\"'own'\"", "method.request.header.X", "responses",
         "'method.request.header.X' is not understood as a source"),
        ("text/plain: hello", "text/plain: $method.request.header.X", "responses",
         "'method.request.header.X' is not understood"),
        ("text/plain: hello", "{ text/plain: a, text/html: b }", "responses",
         "several response templates are not emulated yet; use one"),
        ("          default:\n", "          '(':\n", "responses", "'(' is no regular expression"),
    ],
)  # fmt: skip
def test_mistake_is_told(
    old: str, new: str, key: str, message: str, definitions: Definitions
) -> None:
    definitions.change(_OPENAPI, old, new)
    line = definitions.line(_OPENAPI, "/mock:", f"{key}:")
    assert definitions.mistakes() == [f"{_OPENAPI}:{line}: GET /mock: {message}"]
