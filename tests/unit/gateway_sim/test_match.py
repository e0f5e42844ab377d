import pytest

from gateway_sim.definitions import load_cloud
from gateway_sim.match import choose_method, choose_rule
from tests.unit.gateway_sim.cases import ALB_CASES, API_CASES, CONFIG, AlbCase, ApiCase

CLOUD = load_cloud(CONFIG)


@pytest.mark.parametrize("case", ALB_CASES, ids=lambda case: case.id)
def test_request_meets_the_rule(case: AlbCase) -> None:
    (alb,) = CLOUD.application_load_balancers
    rule = choose_rule(alb.listeners[0], case.method, case.host, case.path)
    assert (rule.priority if rule else None) == case.rule


@pytest.mark.parametrize("case", API_CASES, ids=lambda case: case.id)
def test_request_meets_the_method(case: ApiCase) -> None:
    found = choose_method(CLOUD.rest_apis[0], case.method, case.path)
    if case.serves is None:
        assert found is None
        return
    assert found is not None
    method, parameters = found
    assert f"{method.http_method} {method.resource}" == case.serves
    assert parameters == case.parameters
