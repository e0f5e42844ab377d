"""A target that leaves gets no new request at once, and is shown as draining for the delay."""

import json
import time
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until
from tests.integration.gateway_sim.leaving import LEAVING, set_delay
from tests.integration.gateway_sim.orders_group import GROUP

DELAY = 6


@pytest.fixture(scope="module")
def staying(chain: Chain) -> Container:
    return chain.target("shop-orders", 8081, "staying")


@pytest.fixture(scope="module")
def alb(chain: Chain, staying: Container) -> Container:
    set_delay(chain, DELAY)
    assert staying.name == "shop-orders"
    return chain.role("alb", "shop-alb", 8000)


def health(alb: Container, address: str) -> dict[str, Any] | None:
    """The TargetHealth of an address, None when it is not listed."""
    described = json.loads(alb.run("target-health", GROUP))["TargetHealthDescriptions"]
    found = [each["TargetHealth"] for each in described if each["Target"]["Id"] == address]
    assert len(found) <= 1
    return found[0] if found else None


def address_of(container: Container) -> str:
    container.docker.reload()
    (network,) = container.docker.attrs["NetworkSettings"]["Networks"].values()
    return str(network["IPAddress"])


def ask(alb: Container) -> str:
    """Who answers a request on a connection of its own."""
    answer = httpx.get(f"{alb.url}/orders", trust_env=False, timeout=40)
    return str(answer.json()["answered_by"])


def test_a_target_whose_name_is_gone_is_shown_as_draining_until_the_delay_ends(
    chain: Chain, alb: Container, staying: Container
) -> None:
    leaving = chain.target("shop-orders", 8081, "leaving")
    address = address_of(leaving)
    wait_until(lambda: health(alb, address) == {"State": "healthy"}, "it takes part")
    wait_until(lambda: ask(alb) == "leaving", "it gets requests")
    leaving.docker.kill()
    wait_until(lambda: health(alb, address) == LEAVING, "it is draining")
    began = time.monotonic()
    answers = Counter(ask(alb) for _ in range(20))
    wait_until(lambda: health(alb, address) is None, "it is forgotten")
    assert DELAY - 2 <= time.monotonic() - began <= DELAY + 2
    assert answers == {"staying": 20}
    assert health(alb, address_of(staying)) == {"State": "healthy"}
