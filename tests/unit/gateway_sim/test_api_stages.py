"""Stages: their canaries and access logs, read and refused."""

import pytest

from gateway_sim.api_gateway.model import HttpIntegration
from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.conftest import Definitions

_API = "api.yaml"
_STAGE = "      StageName: dev\n"
_LOG = '      AccessLogSetting: { Format: "$context.requestId $context.status" }\n'
_CANARY = """\
      CanarySetting:
        PercentTraffic: 12.5
        StageVariableOverrides: { alb: "other" }
"""


def test_canary_has_the_stages_variables_but_for_its_own(definitions: Definitions) -> None:
    definitions.change(_API, _STAGE, _STAGE + _CANARY)
    (api,) = definitions.load().rest_apis
    assert api.canary is not None
    assert api.canary.percent == 12.5
    assert api.canary.stage_variables == {**api.stage_variables, "alb": "other"}
    (method,) = api.canary.methods
    assert isinstance(method.integration, HttpIntegration)
    assert method.integration.uri == "http://other:8080/things/{thing}"


@pytest.mark.parametrize("percent", ["0", "0.0"])
def test_canary_of_no_traffic_is_none(percent: str, definitions: Definitions) -> None:
    definitions.change(_API, _STAGE, _STAGE + _CANARY.replace("12.5", percent))
    (api,) = definitions.load().rest_apis
    assert api.canary is None


def test_canary_is_a_share_of_requests(definitions: Definitions) -> None:
    definitions.change(_API, _STAGE, _STAGE + _CANARY)
    (server,) = servers_of(definitions.load(), "api-gateway", 8080)
    text = server.render({})
    assert 'split_clients $request_id $api_canary_1 {\n    12.5% /canary;\n    * "";\n}' in text
    assert '"~^dev(?:/canary)? " unmatched;' in text
    assert text.count("location @route_") == 2


def test_deployment_with_a_stage_name_is_a_stage(definitions: Definitions) -> None:
    definitions.change(_API, "AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment")
    old = "      Variables:\n        alb: !Ref AlbName\n        link: !Ref Link\n"
    new = "      StageDescription: { Variables: { alb: !Ref AlbName, link: !Ref Link } }\n"
    definitions.change(_API, old, new)
    (api,) = definitions.load().rest_apis
    assert (api.stage, api.stage_variables["alb"]) == ("dev", "alb")


def test_access_log_has_the_stages_format(definitions: Definitions) -> None:
    definitions.change(_API, _STAGE, _STAGE + _LOG)
    (server,) = servers_of(definitions.load(), "api-gateway", 8080)
    text = server.render({})
    assert 'log_format api_log_1 escape=json "${log_value_1} ${log_value_2}";' in text
    assert "access_log /dev/stdout api_log_1 buffer=4k flush=1s if=$is_of_api_log_1;" in text
    assert "access_log /dev/stdout line buffer=4k flush=1s if=$is_of_no_log;" in text


def test_without_a_format_there_is_no_log_of_the_stage(definitions: Definitions) -> None:
    (server,) = servers_of(definitions.load(), "api-gateway", 8080)
    assert "access_log" not in server.render({})


@pytest.mark.parametrize(
    ("settings", "key", "message"),
    [
        (_CANARY.replace("12.5", "100.5"), "CanarySetting",
         "PercentTraffic must be 0 to 100 with two decimals, not '100.5'"),
        (_CANARY.replace("12.5", "0.125"), "CanarySetting",
         "PercentTraffic must be 0 to 100 with two decimals, not '0.125'"),
        (_LOG.replace("$context.requestId", "no id"), "AccessLogSetting",
         "Format must be one line with $context.requestId or $context.extendedRequestId"),
        (_LOG.replace("Id ", "Id\\n"), "AccessLogSetting",
         "Format must be one line with $context.requestId or $context.extendedRequestId"),
    ],
)  # fmt: skip
def test_mistake_is_told(settings: str, key: str, message: str, definitions: Definitions) -> None:
    definitions.change(_API, _STAGE, _STAGE + settings)
    line = definitions.line(_API, f"{key}:")
    assert definitions.mistakes() == [f"{_API}:{line}: Stage.{key}: {message}"]
