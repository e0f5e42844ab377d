"""A target that has just become healthy gets more and more requests, and no step costs one."""

import time
from collections import Counter

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until
from tests.integration.gateway_sim.orders_group import set_attributes, states

SECONDS = 30


@pytest.fixture(scope="module")
def alb(chain: Chain) -> Container:
    set_attributes(chain, {"slow_start.duration_seconds": SECONDS})
    chain.target("shop-orders", 8081, "old")
    return chain.role("alb", "shop-alb", 8000)


def test_the_share_of_a_new_target_grows_to_that_of_the_others(
    chain: Chain, alb: Container, client: httpx.Client
) -> None:
    seen: list[tuple[float, str]] = []

    def ask() -> str:
        answer = client.get(f"{alb.url}/orders")
        assert answer.status_code == 200
        seen.append((time.monotonic(), answer.json()["answered_by"]))
        return seen[-1][1]

    # The first target of the group has nobody to grow up to.
    assert states(alb) == ["healthy"]
    wait_until(lambda: ask() == "old", "nginx has the target")
    chain.target("shop-orders", 8081, "new")
    wait_until(lambda: states(alb) == ["healthy", "healthy"], "it is healthy")
    began = time.monotonic()
    wait_until(lambda: ask() == "new", "it gets requests")
    wait_until(lambda: bool(ask()) and time.monotonic() > began + SECONDS + 2, "it is over", 60)

    def share(first: float, last: float) -> float:
        """The new target's, between two parts of the time."""
        start, end = began + first * SECONDS, began + last * SECONDS
        found = Counter(who for when, who in seen if start < when < end)
        return found["new"] / found.total()

    # Of a straight line: by weights of 2 and 6 to 20, and of 14 and 18.
    assert share(0, 0.3) < 0.25
    assert share(0.1, 0.3) < share(0.4, 0.6) < share(0.7, 0.9)
    assert 0.35 < share(0.7, 0.9) < 0.5
    equal = {"old": 20, "new": 20}
    wait_until(lambda: Counter(ask() for _ in range(40)) == equal, "their shares are equal")
