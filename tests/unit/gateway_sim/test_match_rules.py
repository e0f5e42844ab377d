import pytest

from gateway_sim.definitions import load_cloud
from gateway_sim.match_rules import choose_rule
from tests.unit.gateway_sim.cases import CONFIG
from tests.unit.gateway_sim.rule_cases import ALB_CASES, AlbCase

CLOUD = load_cloud(CONFIG)


@pytest.mark.parametrize("case", ALB_CASES, ids=lambda case: case.id)
def test_request_meets_the_rule(case: AlbCase) -> None:
    (alb,) = CLOUD.application_load_balancers
    rule = choose_rule(alb.listeners[0], case.method, case.host, case.path)
    assert (rule.priority if rule else None) == case.rule
