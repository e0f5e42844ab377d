"""What of REST APIs is refused; every row changes one thing that is right."""

import pytest

from gateway_sim.cloudformation.problems import WRONG_FORM
from tests.unit.gateway_sim.conftest import Definitions, Mistake

_API, _OPENAPI = "api.yaml", "openapi.yaml"
_METHOD = "GET /things/{id}"
_SOURCE = "method.request.path.id"
_URI = "uri: http://${stageVariables.alb}:8080/things/{thing}"
_INTEGRATION = "      x-amazon-apigateway-integration:\n"


def _method(id_: str, old: str, new: str, key: str, message: str) -> Mistake:
    """A mistake in the integration of the one method; `key` is the line that is named."""
    return Mistake(id_, old, new, (f"{key}:",), _METHOD, message, _OPENAPI)


def _path(id_: str, path: str, message: str) -> Mistake:
    """A second path that cannot stand beside /things/{id}."""
    return Mistake(
        id_, "paths:\n", f"paths:\n  {path}: {{}}\n", (f"{path}:",), path, message, _OPENAPI
    )


_MISTAKES = (
    Mistake("request-validator", _INTEGRATION,
            f"      x-amazon-apigateway-request-validator: all\n{_INTEGRATION}",
            ("x-amazon-apigateway-request-validator:",), _METHOD,
            "'x-amazon-apigateway-request-validator' is not emulated yet", _OPENAPI),
    Mistake("policy", "paths:\n", "x-amazon-apigateway-policy: {}\npaths:\n",
            ("x-amazon-apigateway-policy:",), "x-amazon-apigateway-policy",
            "is not emulated yet", _OPENAPI),
    Mistake("stage-with-a-quote", "StageName: dev", "StageName: 'd\"v'", ("StageName:",),
            "Stage.StageName",
            "must be 1 to 128 letters, digits, hyphens and underscores, not 'd\"v'", _API),
    Mistake("stage-of-another-name-already", "  Stage:\n",
            "  First: { Type: AWS::ApiGateway::Stage,"
            " Properties: { RestApiId: !Ref Api, StageName: dev, Variables: &v"
            " { alb: !Ref AlbName, link: !Ref Link } } }\n  Stage:\n",
            ("StageName: dev\n".strip(), "      StageName:"), "Stage.StageName",
            "'dev' is the stage First already;"
            " paths begin with it here, so such APIs need a config file each", _API),
    _method("route-without-integration", _INTEGRATION, "      x-something-else:\n", "get",
            "has no integration"),
    _method("lambda-integration", "http_proxy", "aws_proxy", "type",
            "'AWS_PROXY' is not emulated yet; use http_proxy, http or mock"),
    _method("unknown-vpc-link", "${stageVariables.link}", "abc123", "connectionId",
            "'abc123' is no VPC link here"),
    _method("undefined-vpc-link", "stageVariables.link", "stageVariables.lnk", "connectionId",
            "'' is no VPC link here"),
    _method("unknown-connection-type", "VPC_LINK", "CARRIER_PIGEON", "connectionType",
            "'CARRIER_PIGEON' must be INTERNET or VPC_LINK"),
    _method("uri-without-scheme", _URI, "uri: alb/things/{thing}", "uri",
            "'alb/things/{thing}' must be http://HOST/PATH or https://HOST/PATH"),
    _method("placeholder-without-mapping", "{thing}\n", "{other}\n", "uri",
            "{other} needs requestParameters: integration.request.path.other"),
    _method("mapping-of-an-unknown-parameter", _SOURCE, "method.request.path.name",
            "requestParameters",
            "'method.request.path.name' is no path parameter of this resource"),
    _method("header-mapping-of-an-unknown-parameter", "context.stage", "method.request.path.name",
            "requestParameters",
            "'method.request.path.name' is no path parameter of this resource"),
    _method("mapping-without-its-source-kind", _SOURCE, "id",
            "requestParameters", "'id' is no path parameter of this resource"),
    _method("header-mapping-of-an-unknown-source", "context.stage", "context.weather",
            "requestParameters", "'context.weather' is not understood as a source"),
    _method("header-mapping-of-the-body", "context.stage", "method.request.body.name",
            "requestParameters", "'method.request.body.name' is not understood as a source"),
    _method("mapping-to-no-part-of-a-request", "integration.request.header.X-Stage",
            "integration.request.body.stage", "requestParameters",
            "'integration.request.body.stage' is no path, header or querystring of the request"),
    _method("query-mapping-to-a-name-with-a-space", "header.X-Stage", "querystring.the stage",
            "requestParameters",
            "'integration.request.querystring.the stage' has a name that cannot be sent"),
    _method("header-mapping-of-a-header-with-a-dot", "context.stage",
            "method.request.header.order.id", "requestParameters",
            "'method.request.header.order.id' is not understood as a source"),
    _method("header-mapping-to-no-header", "header.X-Stage", "header.X Stage",
            "requestParameters",
            "'integration.request.header.X Stage' has a name that cannot be sent"),
    _method("unknown-method-of-the-integration", "httpMethod: GET", "httpMethod: GET; return 200",
            "httpMethod", "'GET; return 200' is no method of API Gateway"),
    *(
        _method(id_, "        uri: http:", f"        tlsConfig: {config}\n        uri: https:",
                "tlsConfig", message)
        for id_, config, message in (
            ("server-name-of-a-rest-api", "{ serverNameToVerify: a.example.com }",
             "'serverNameToVerify' is for HTTP APIs; a REST API has insecureSkipVerification"),
            ("skipping-is-a-word", "{ insecureSkipVerification: maybe }",
             "insecureSkipVerification must be true or false, not 'maybe'"),
            ("tls-config-is-text", "insecure",
             "must be a mapping with insecureSkipVerification"),
        )
    ),
    _method("uri-with-a-space", "/things/{thing}", "/some things/{thing}", "uri",
            "'http://alb:8080/some things/{thing}' must be http://HOST/PATH or https://HOST/PATH"),
    _method("uri-with-a-port-in-words", "${stageVariables.alb}:8080", "alb:http", "uri",
            "'http://alb:http/things/{thing}' must be http://HOST/PATH or https://HOST/PATH"),
    _method("mappings-are-text", "requestParameters:\n", "requestParameters: all\n        was:\n",
            "requestParameters", WRONG_FORM),
    _method("timeout-49", "timeoutInMillis: 5000", "timeoutInMillis: 49", "timeoutInMillis",
            "must be 50 to 29000, not 49"),
    _method("timeout-29001", "timeoutInMillis: 5000", "timeoutInMillis: 29001", "timeoutInMillis",
            "must be 50 to 29000, not 29001"),
    _method("conversion-of-the-body", "timeoutInMillis: 5000",
            "timeoutInMillis: 5000\n        contentHandling: CONVERT_TO_TEXT", "contentHandling",
            "is not emulated: bodies pass as they are"),
    _method("timeout-in-words", "timeoutInMillis: 5000", "timeoutInMillis: soon",
            "timeoutInMillis", "must be 50 to 29000, not soon"),
    Mistake("variable-sibling", "/things/{id}:", "/things/{name}/parts: {}\n  /things/{id}:",
            ("/things/{id}:",), "/things/{id}",
            "'{id}' has a sibling '{name}'; only one may be variable", _OPENAPI),
    Mistake("greedy-sibling", "/things/{id}:", "/things/{proxy+}: {}\n  /things/{id}:",
            ("/things/{id}:",), "/things/{id}",
            "'{id}' has a sibling '{proxy+}'; only one may be variable", _OPENAPI),
    _path("child-of-a-greedy-parameter", "/files/{path+}/parts",
          "nothing can stand below a greedy parameter"),
    _path("path-with-a-space", "/some thing", "is not a resource path of API Gateway"),
    _path("parameter-inside-a-segment", "/v{version}", "is not a resource path of API Gateway"),
    Mistake("no-paths", "paths:\n", "routes:\n", ("routes:",), "paths",
            "must be a mapping of paths", _OPENAPI),
    Mistake("stage-of-no-api", "RestApiId: !Ref Api", "RestApiId: !Ref Link", ("RestApiId:",),
            "Stage.RestApiId", "names no REST API of these templates", _API),
    Mistake("document-elsewhere", "      Name: small-api\n", "      BodyS3Location: s3://there\n"
            "    Metadata:\n", ("  Api:", "Type:"), "Api.Body",
            "must hold or include an OpenAPI document (a file beside the template), or methods "
            "must name this API", _API),
)  # fmt: skip


@pytest.mark.parametrize("mistake", _MISTAKES, ids=lambda mistake: mistake.id)
def test_mistake_is_told_with_its_line(mistake: Mistake, definitions: Definitions) -> None:
    mistake.check(definitions)


def test_stage_variables_that_are_no_mapping_are_told(definitions: Definitions) -> None:
    definitions.change(
        _API, "Variables:\n        alb: !Ref AlbName\n        link: !Ref Link\n", "Variables: []\n"
    )
    line = definitions.line(_API, "Variables:")
    assert f"{_API}:{line}: Stage.Variables: {WRONG_FORM}" in definitions.mistakes()


def test_what_every_integration_depends_on_is_told_once(definitions: Definitions) -> None:
    definitions.change(_API, "TargetArns: [!Ref NlbArn]", "TargetArns: [!Ref AlbArn]")
    definitions.change(_API, "  NlbArn:", "  AlbArn: { Type: String }\n  NlbArn:")
    definitions.change(_OPENAPI, "    get:\n", "    get: &same\n")
    definitions.add(_OPENAPI, "    put: *same\n")
    line = definitions.line(_API, "TargetArns:")
    message = "a VPC link V1 leads to a network load balancer only"
    assert definitions.mistakes() == [f"{_API}:{line}: Link.TargetArns: {message}"]


class TestVpcLinkV2:
    @pytest.fixture(autouse=True)
    def link_v2(self, definitions: Definitions) -> None:
        definitions.change(_API, "AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink")

    def test_without_a_target_is_refused(self, definitions: Definitions) -> None:  # P-22
        line = definitions.line(_OPENAPI, "connectionId:")
        message = "a VPC link V2 needs integrationTarget"
        assert definitions.mistakes() == [f"{_OPENAPI}:{line}: {_METHOD}: {message}"]

    def test_to_what_is_no_load_balancer_is_refused(self, definitions: Definitions) -> None:
        definitions.add(_OPENAPI, "        integrationTarget: arn:of:another\n")
        line = definitions.line(_OPENAPI, "integrationTarget:")
        message = "leads to no load balancer of these templates: arn:of:another"
        assert definitions.mistakes() == [f"{_OPENAPI}:{line}: {_METHOD}: {message}"]
