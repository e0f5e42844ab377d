import pytest

from gateway_sim.api_gateway.match_methods import choose_method
from gateway_sim.definitions import load_cloud
from tests.unit.gateway_sim.cases import CONFIG
from tests.unit.gateway_sim.method_cases import API_CASES, ApiCase

CLOUD = load_cloud(CONFIG)


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
