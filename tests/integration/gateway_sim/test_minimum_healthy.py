"""A group with too few healthy targets sends requests to all of them."""

from collections import Counter

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until
from tests.integration.gateway_sim.orders_group import set_attributes, states

ROUTING = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"


@pytest.fixture(scope="module")
def sick(chain: Chain) -> Container:
    return chain.target("shop-orders", 8081, "sick")


@pytest.fixture(scope="module")
def alb(chain: Chain, sick: Container) -> Container:
    assert sick.name == "shop-orders"
    set_attributes(chain, {f"{ROUTING}.percentage": 60})
    for name in ("first", "second"):
        chain.target("shop-orders", 8081, name)
    return chain.role("alb", "shop-alb", 8000)


def test_all_targets_get_requests_as_soon_as_the_healthy_ones_are_too_few(
    chain: Chain, alb: Container, sick: Container, client: httpx.Client
) -> None:
    def answers(count: int) -> Counter[str]:
        return Counter(client.get(f"{alb.url}/orders").json()["answered_by"] for _ in range(count))

    client.post(f"{sick.url}/_health/500")
    wait_until(lambda: states(alb) == ["healthy", "healthy", "unhealthy"], "one is unhealthy")
    # Two of three are 66%.
    wait_until(lambda: answers(6).keys() == {"first", "second"}, "it gets no requests")
    third = chain.target("shop-orders", 8081, "third")
    wait_until(lambda: states(alb).count("healthy") == 3, "another one takes part")
    client.post(f"{third.url}/_health/500")
    wait_until(lambda: states(alb).count("unhealthy") == 2, "that one is unhealthy as well")
    # Two of four are 50%.
    wait_until(lambda: len(answers(8)) == 4, "all get requests")
    assert answers(20) == dict.fromkeys(("first", "second", "sick", "third"), 5)
