import pytest

from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.match_rules import Request, choose_rule
from tests.unit.gateway_sim.cases import CONFIG
from tests.unit.gateway_sim.rule_cases import ALB_CASES, AlbCase

CLOUD = load_cloud(CONFIG)


@pytest.mark.parametrize("case", ALB_CASES, ids=lambda case: case.id)
def test_request_meets_the_rule(case: AlbCase) -> None:
    alb = CLOUD.application_load_balancers[0]
    rule = choose_rule(alb.listeners[0], case.request)
    assert (rule.priority if rule else None) == case.rule


@pytest.mark.parametrize(
    ("address", "rule"), [("2001:db8::7", 260), ("2001:db9::7", None), ("::ffff:127.0.5.1", None)]
)
def test_source_may_be_an_ipv6_address(address: str, rule: int | None) -> None:
    alb = CLOUD.application_load_balancers[0]
    found = choose_rule(alb.listeners[0], Request("GET", "a.example.com", "/", source_ip=address))
    assert (found.priority if found else None) == rule
