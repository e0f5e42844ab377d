"""What changes what a client sees and is left out is told; nothing else is."""

from pathlib import Path

import pytest

from gateway_sim.cli import main
from tests.unit.gateway_sim.conftest import Definitions

Capture = pytest.CaptureFixture[str]

_API = "api.yaml"
_STAGE = "      StageName: dev\n"
_USAGE_PLAN = """\
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: { Throttle: { RateLimit: 1 } }
"""
_MITIGATION = "load_balancing.algorithm.anomaly_mitigation"
_MITIGATED = f"""\
      TargetGroupAttributes:
        - {{ Key: load_balancing.algorithm.type, Value: weighted_random }}
        - {{ Key: {_MITIGATION}, Value: "on" }}
"""
_TOLD = "Plan: AWS::ApiGateway::UsagePlan is not emulated: nothing is throttled and no quota ends"


def told(definitions: Definitions) -> list[str]:
    """What is not emulated, with file names for paths."""
    found = definitions.load().warnings
    return [str(each).replace(f"{definitions.folder}/", "") for each in found]


def test_definitions_that_are_emulated_whole_tell_nothing(definitions: Definitions) -> None:
    assert told(definitions) == []


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        ("WAFv2::WebACLAssociation", ": no request is blocked"),
        ("WAFRegional::WebACLAssociation", ": no request is blocked"),
        ("ApiGateway::UsagePlan", ": nothing is throttled and no quota ends"),
        ("ApiGateway::DomainName", ": the API is served without it"),
        ("ApiGatewayV2::Api", ": only REST APIs are served"),
        ("ElasticLoadBalancing::LoadBalancer", ": it is not there"),
        ("ApiGateway::WhatComesNext", ""),
        ("ElasticLoadBalancingV2::WhatComesNext", ""),
    ],
)
def test_resource_on_the_way_of_a_request_is_told(
    kind: str, instead: str, definitions: Definitions
) -> None:
    definitions.add(_API, f"  Extra:\n    Type: AWS::{kind}\n")
    line = definitions.line(_API, "  Extra:") + 1
    assert told(definitions) == [f"{_API}:{line}: Extra: AWS::{kind} is not emulated{instead}"]


@pytest.mark.parametrize(
    "kind",
    [
        "IAM::Role", "Logs::LogGroup", "CloudWatch::Alarm", "ECS::Service", "EC2::SecurityGroup",
        "Route53::RecordSet", "WAFv2::WebACL", "ApiGateway::Account", "ApiGateway::ApiKey",
        "ApiGateway::Deployment", "ApiGateway::DocumentationPart", "ApiGatewayV2::Route",
        "CustomThing::Of::Somebody", "ElasticLoadBalancingV2",
    ],
)  # fmt: skip
def test_resource_that_no_request_meets_is_not_told(kind: str, definitions: Definitions) -> None:
    definitions.add(_API, f"  Extra:\n    Type: AWS::{kind}\n")
    assert told(definitions) == []


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ((_API, "      Name: small-api\n", "      MinimumCompressionSize: 0\n"),
         "Api.MinimumCompressionSize", "is not emulated: no answer is compressed"),
        ((_API, "      Name: small-api\n", "      DisableExecuteApiEndpoint: true\n"),
         "Api.DisableExecuteApiEndpoint", "is not emulated: the API is served all the same"),
        ((_API, "      Name: small-api\n", "      EndpointConfiguration: { Types: [EDGE] }\n"),
         "Api.EndpointConfiguration",
         "type 'EDGE' is not emulated: answers are those of a regional API"),
        ((_API, _STAGE, "      CacheClusterEnabled: true\n"),
         "Stage.CacheClusterEnabled", "is not emulated: no answer is cached"),
        ((_API, _STAGE, "      ClientCertificateId: !GetAtt Elsewhere.Id\n"),
         "Stage.ClientCertificateId", "is not emulated: integrations get no client certificate"),
        ((_API, _STAGE, "      MethodSettings: [{ ThrottlingRateLimit: 10 }]\n"),
         "Stage.MethodSettings", "'ThrottlingRateLimit' is not emulated: no request is throttled"),
        ((_API, _STAGE, "      MethodSettings: [{ CachingEnabled: true }, {}]\n"),
         "Stage.MethodSettings", "'CachingEnabled' is not emulated: no answer is cached"),
        (("load-balancer.yaml", "      Name: small-group\n", _MITIGATED),
         "Group.TargetGroupAttributes",
         f"'{_MITIGATION}' is not emulated: a target that fails gets its full share"),
        (("network.yaml", "      TargetType: alb\n",
          "      TargetGroupAttributes: [{ Key: proxy_protocol_v2.enabled, Value: true }]\n"),
         "NlbGroup.TargetGroupAttributes",
         "'proxy_protocol_v2.enabled' is not emulated: targets are not told who the client is"),
    ],
)  # fmt: skip
def test_property_is_told(
    change: tuple[str, str, str], place: str, message: str, definitions: Definitions
) -> None:
    file, after, added = change
    definitions.change(file, after, after + added)
    line = definitions.line(file, added.splitlines()[0].strip())
    assert told(definitions) == [f"{file}:{line}: {place}: {message}"]


@pytest.mark.parametrize(
    ("after", "added"),
    [
        ("      Name: small-api\n", "      DisableExecuteApiEndpoint: false\n"),
        ("      Name: small-api\n", "      EndpointConfiguration: { Types: [REGIONAL] }\n"),
        ("      Name: small-api\n", "      MinimumCompressionSize: !Ref AWS::NoValue\n"),
        (_STAGE, "      MethodSettings: [{ ThrottlingRateLimit: -1, MetricsEnabled: true }]\n"),
        (_STAGE, "      CacheClusterEnabled: false\n"),
        (_STAGE, "      TracingEnabled: true\n"),
    ],
)
def test_property_that_changes_nothing_is_not_told(
    after: str, added: str, definitions: Definitions
) -> None:
    definitions.change(_API, after, after + added)
    assert told(definitions) == []


def test_uri_that_lacks_its_stage_variable_is_told(definitions: Definitions) -> None:
    definitions.change("openapi.yaml", "${stageVariables.alb}", "${stageVariables.lb}")
    line = definitions.line("openapi.yaml", "uri:")
    message = "names no host without the stage variable lb: answers are 500"
    assert told(definitions) == [f"openapi.yaml:{line}: GET /things/{{id}}: {message}"]


def test_settings_of_a_deployment_are_told_once_each(definitions: Definitions) -> None:
    text = """\
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties:
      RestApiId: !Ref Api
      StageName: other
      StageDescription:
        Variables: { alb: !Ref AlbName, link: !Ref Link }
        ThrottlingBurstLimit: 5
        MethodSettings: [{ ThrottlingBurstLimit: 6 }, { CachingEnabled: true }]
"""
    definitions.add(_API, text)
    line = definitions.line(_API, "StageDescription:")
    place = f"{_API}:{line}: Deployment.StageDescription"
    assert told(definitions) == [
        f"{place}: 'ThrottlingBurstLimit' is not emulated: no request is throttled",
        f"{place}: 'CachingEnabled' is not emulated: no answer is cached",
    ]


def test_compression_in_the_document_is_told_where_it_stands(definitions: Definitions) -> None:
    name = "x-amazon-apigateway-minimum-compression-size"
    definitions.add("openapi.yaml", f"{name}: 0\n")
    line = definitions.line("openapi.yaml", name)
    message = "is not emulated: no answer is compressed"
    assert told(definitions) == [f"openapi.yaml:{line}: {name}: {message}"]


class TestCheck:
    def check(self, definitions: Definitions, *options: str) -> int:
        definitions.add(_API, _USAGE_PLAN)
        return main(["check", "--config", str(definitions.config), *options])

    def test_tells_it_on_stderr_and_goes_on(
        self, definitions: Definitions, capsys: Capture
    ) -> None:
        assert self.check(definitions) == 0
        out, err = capsys.readouterr()
        assert out.endswith("1 API methods and 4 listener rules are right\n")
        line = definitions.line(_API, "  Plan:") + 1
        assert err == f"{definitions.folder}/{_API}:{line}: {_TOLD}\n"

    def test_is_a_mistake_when_strict(self, definitions: Definitions, capsys: Capture) -> None:
        assert self.check(definitions, "--strict") == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert _TOLD in err
        assert err.endswith("1 mistake in the definitions\n")


def test_this_repository_is_emulated_whole(capsys: Capture) -> None:
    config = Path(__file__).parents[3] / "infra" / "gateway-sim.yaml"
    assert main(["check", "--strict", "--config", str(config)]) == 0
    assert capsys.readouterr().err == ""
