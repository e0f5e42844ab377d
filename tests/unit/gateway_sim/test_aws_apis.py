"""Which of AWS's APIs each role answers, all of them at one address."""

import pytest
from botocore.exceptions import ClientError

from gateway_sim.aws_apis.services import service_of
from gateway_sim.running.roles import Role
from gateway_sim.running.targets import Targets
from tests.fixtures.api_clients import client_of
from tests.unit.gateway_sim.conftest import Definitions


@pytest.mark.parametrize(
    ("role", "answered"),
    [("all", {"elbv2", "apigateway"}), ("alb", {"elbv2"}), ("api-gateway", {"apigateway"})],
)
def test_a_role_answers_the_apis_of_what_it_runs(
    definitions: Definitions, role: Role, answered: set[str]
) -> None:
    cloud = definitions.load()
    service = service_of(role, lambda: cloud, Targets(lambda: None))
    assert service is not None
    for api, call in (("elbv2", "describe_load_balancers"), ("apigateway", "get_rest_apis")):
        ask = getattr(client_of(api, service), call)
        if api in answered:
            assert ask()
        else:
            with pytest.raises(ClientError, match=f"the role {role} does not answer"):
                ask()


def test_a_network_load_balancer_answers_none(definitions: Definitions) -> None:
    assert service_of("nlb", definitions.load, Targets(lambda: None)) is None
