"""Targets come, go, fall ill and recover, while requests go on."""

import re
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

from gateway_sim.rendering.aws_responses import alb_page
from tests.fixtures.gateway import Chain, Container, wait_until
from tests.integration.gateway_sim.orders_group import described_targets, states
from tests.integration.gateway_sim.steady import steady_requests


@pytest.fixture(scope="module")
def carts(chain: Chain) -> Container:
    return chain.target("shop-carts", 8082)


@pytest.fixture(scope="module")
def first(chain: Chain) -> Container:
    return chain.target("shop-orders", 8081, "first")


@pytest.fixture(scope="module")
def second(chain: Chain) -> Container:
    return chain.target("shop-orders", 8081, "second")


@pytest.fixture(scope="module")
def alb(chain: Chain, first: Container, second: Container, carts: Container) -> Container:
    assert {first.name, second.name, carts.name} == {"shop-orders", "shop-carts"}
    return chain.role("alb", "shop-alb", 8000)


@pytest.fixture
def ask(client: httpx.Client, alb: Container) -> Callable[[], httpx.Response]:
    return lambda: client.get(f"{alb.url}/orders")


def test_requests_take_turns(ask: Callable[[], httpx.Response]) -> None:
    answers = Counter(ask().json()["answered_by"] for _ in range(20))
    assert answers == {"first": 10, "second": 10}


def test_health_is_described_as_describe_target_health_does(alb: Container) -> None:
    for target in described_targets(alb):
        assert target["Target"]["Port"] == 8081
        assert target["HealthCheckPort"] == "8081"
        assert target["TargetHealth"] == {"State": "healthy"}


def test_the_health_check_asks_as_an_alb_does(
    alb: Container, carts: Container, client: httpx.Client
) -> None:
    assert alb.is_healthy()
    asked = client.get(f"{carts.url}/_health").json()["asked"]
    assert asked[0] == "GET /healthy HTTP/1.1"
    assert re.fullmatch(r"Host: \d+\.\d+\.\d+\.\d+:8082", asked[1])
    assert sorted(asked[2:]) == ["Connection: close", "User-Agent: ELB-HealthChecker/2.0"]


def test_an_unhealthy_target_gets_no_requests_until_it_recovers(
    alb: Container, second: Container, client: httpx.Client, ask: Callable[[], httpx.Response]
) -> None:
    client.post(f"{second.url}/_health/500")
    wait_until(lambda: states(alb) == ["healthy", "unhealthy"], "the target is unhealthy")
    sick = next(
        each for each in described_targets(alb) if each["TargetHealth"]["State"] == "unhealthy"
    )
    assert sick["TargetHealth"]["Reason"] == "Target.ResponseCodeMismatch"
    assert sick["TargetHealth"]["Description"] == "Health checks failed with these codes: [500]"
    wait_until(lambda: ask().json()["answered_by"] == "first", "nginx has the new targets")
    assert Counter(ask().json()["answered_by"] for _ in range(10)) == {"first": 10}
    client.post(f"{second.url}/_health/200")
    wait_until(lambda: states(alb) == ["healthy", "healthy"], "the target is healthy again")
    wait_until(lambda: ask().json()["answered_by"] == "second", "nginx has the new targets")


def test_all_unhealthy_fails_open(
    alb: Container,
    first: Container,
    second: Container,
    client: httpx.Client,
    ask: Callable[[], httpx.Response],
) -> None:
    for target in (first, second):
        client.post(f"{target.url}/_health/500")
    wait_until(lambda: states(alb) == ["unhealthy", "unhealthy"], "both are unhealthy")
    answers = Counter(ask().json()["answered_by"] for _ in range(10))
    for target in (first, second):
        client.post(f"{target.url}/_health/200")
    wait_until(lambda: states(alb) == ["healthy", "healthy"], "both are healthy again")
    assert answers.keys() == {"first", "second"}


def test_a_frozen_target_times_out_of_service(alb: Container, second: Container) -> None:
    second.docker.pause()
    try:
        wait_until(lambda: states(alb) == ["healthy", "unhealthy"], "it is unhealthy")
        reasons = {each["TargetHealth"].get("Reason") for each in described_targets(alb)}
    finally:
        second.docker.unpause()
    wait_until(lambda: states(alb) == ["healthy", "healthy"], "it is healthy again")
    assert reasons == {None, "Target.Timeout"}


def test_a_new_target_costs_no_request_and_a_killed_one_only_what_is_under_way_on_it(
    chain: Chain, alb: Container
) -> None:
    with steady_requests(f"{alb.url}/orders") as seen:
        third = chain.target("shop-orders", 8081, "third")
        wait_until(lambda: seen["third"] > 20, "the third target answers")
        answered = seen.copy()
        third.docker.kill()
        wait_until(lambda: states(alb) == ["healthy", "healthy"], "it is gone")
        before = seen["first"]
        wait_until(lambda: seen["first"] > before + 20, "requests go on")
    assert answered.keys() == {"first", "second", "third"}
    # Each of the four clients can have had one request on it.
    assert seen.keys() <= {"first", "second", "third", "502"}
    assert seen["502"] <= 4


def test_a_group_whose_targets_died_ends_in_503_and_never_shows_nginx(
    alb: Container, first: Container, second: Container, ask: Callable[[], httpx.Response]
) -> None:
    seen: list[httpx.Response] = []

    def is_empty() -> bool:
        seen.append(ask())
        return seen[-1].status_code == 503

    for target in (first, second):
        target.docker.kill()
    try:
        wait_until(is_empty, "nginx has no targets", seconds=60)
    finally:
        for target in (first, second):
            target.docker.start()
    # Until then a connection is refused, or not answered; by the second target too.
    assert {each.status_code for each in seen} <= {502, 503, 504}
    assert all(each.text == alb_page(each.status_code) for each in seen)
    assert seen[-1].headers["Content-Length"] == "162"
    wait_until(lambda: states(alb) == ["healthy", "healthy"], "both are back")
    wait_until(lambda: ask().status_code == 200, "nginx has the new targets")
