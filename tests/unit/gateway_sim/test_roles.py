"""What a role needs of its machine: ports that nothing else of it wants."""

import pytest

from gateway_sim.load_balancing.model import Address
from gateway_sim.running.roles import RoleError, check_api_address, servers_of
from tests.unit.gateway_sim.conftest import Definitions


def test_the_apis_of_aws_have_a_port_of_their_own(definitions: Definitions) -> None:
    servers = servers_of(definitions.load(), "api-gateway", 9080)
    check_api_address(servers, Address("127.0.0.1", 9081))
    with pytest.raises(RoleError) as caught:
        check_api_address(servers, Address("127.0.0.1", 9080))
    assert str(caught.value) == (
        "API Gateway and AWS's APIs (127.0.0.1:9080) both listen on port 9080 here; "
        "give another address as --api"
    )
