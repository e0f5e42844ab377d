"""The nginx text of an ALB's access log: there when a definition asks for it, and only then."""

import re
from pathlib import Path

from gateway_sim.cloud import Cloud
from gateway_sim.definitions import load_cloud
from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.conftest import Definitions

_LOGGED = Path(__file__).parents[2] / "fixtures" / "logged" / "gateway-sim.yaml"
_NAME = "      Name: small-alb"
_ATTRIBUTES = """
      LoadBalancerAttributes:
        - { Key: access_logs.s3.enabled, Value: "true" }
        - { Key: access_logs.s3.bucket, Value: logs }"""


def text_of(cloud: Cloud) -> str:
    (server,) = servers_of(cloud, "alb", 8080)
    return server.render({})


def test_is_off_unless_a_definition_asks_for_it(definitions: Definitions) -> None:
    text = text_of(definitions.load())
    assert not re.search("alb_log|matched_rule_priority|actions_executed|log_format", text)


def test_without_it_the_emulator_tells_of_what_no_target_does(definitions: Definitions) -> None:
    written = re.findall(r"access_log /dev/stdout (.*);", text_of(definitions.load()))
    assert written == ["line buffer=4k flush=1s if=$is_told_by_no_target"]


def test_stands_instead_of_the_line_of_the_emulator(definitions: Definitions) -> None:
    definitions.change("load-balancer.yaml", _NAME, _NAME + _ATTRIBUTES)
    text = text_of(definitions.load())
    written = re.findall(r"access_log (/dev/stdout \w+)", text)
    assert written == ["/dev/stdout alb_log_1"]
    priorities = re.findall(r"set \$matched_rule_priority (\d+);", text)
    assert priorities == ["10", "20", "30", "40", "0"]


def test_of_one_load_balancer_is_not_of_another() -> None:
    text = text_of(load_cloud(_LOGGED))
    listeners = re.split(r"\n    listen ", text)
    assert [("alb_log_" in each) for each in listeners[1:]] == [True, True, False, False]
    assert re.findall(r"log_format (\w+)", text) == ["alb_log_1", "alb_log_2"]


def test_names_all_target_groups(definitions: Definitions) -> None:
    definitions.change("load-balancer.yaml", _NAME, _NAME + _ATTRIBUTES)
    cloud = definitions.load()
    ((group,),) = (alb.target_groups for alb in cloud.application_load_balancers)
    assert f"group_small_group {group.arn};" in text_of(cloud)
