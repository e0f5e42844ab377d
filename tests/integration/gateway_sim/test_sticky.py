"""How targets are chosen: at random, by what they have to do, or by a cookie."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until

_HOSTS = ("shop-lb-cookie", "shop-app-cookie", "shop-random")
_SESSION = {"X-Echo-Headers": '{"Set-Cookie": "shop.session=abc; Path=/"}'}


@pytest.fixture(scope="module")
def targets(chain: Chain) -> dict[str, Container]:
    return {
        name: chain.target("shop-least", 8083, name, also=_HOSTS) for name in ("first", "second")
    }


@pytest.fixture(scope="module")
def alb(chain: Chain, targets: dict[str, Container]) -> Container:
    assert targets.keys() == {"first", "second"}
    return chain.role("alb", "shop-alb", 8000)


@pytest.fixture
def client(containers: None) -> Iterator[httpx.Client]:  # noqa: ARG001
    """A client of its own for each test: it keeps cookies."""
    with httpx.Client(trust_env=False, timeout=40) as client:
        yield client


def answers(client: httpx.Client, url: str, count: int) -> list[str]:
    return [client.get(url).json()["answered_by"] for _ in range(count)]


def cookies(response: httpx.Response) -> dict[str, str]:
    """The cookies that a response sets, each with what is behind its name."""
    pairs = (each.partition("=") for each in response.headers.get_list("Set-Cookie"))
    return {name: value for name, _, value in pairs}


def test_weighted_random_is_no_order(alb: Container, client: httpx.Client) -> None:
    found = answers(client, f"{alb.url}/random", 100)
    # 50 are expected; five standard deviations are 25.
    assert 25 <= Counter(found)["first"] <= 75
    assert any(one == other for one, other in pairwise(found))


def test_least_outstanding_requests_spares_the_busy_target(
    alb: Container, client: httpx.Client
) -> None:
    busy: list[str] = []

    def keep_busy() -> None:
        headers = {"X-Echo-Delay": "3"}
        busy.append(
            httpx.get(f"{alb.url}/least", headers=headers, trust_env=False).json()["answered_by"]
        )

    thread = threading.Thread(target=keep_busy)
    thread.start()
    # Until the slow request has arrived the two targets take turns.
    wait_until(lambda: len(set(answers(client, f"{alb.url}/least", 4))) == 1, "one is spared")
    found = set(answers(client, f"{alb.url}/least", 10))
    thread.join()
    assert found.isdisjoint(busy)


class TestCookieOfTheLoadBalancer:
    def test_both_cookies_are_set_anew_with_every_response(
        self, alb: Container, client: httpx.Client
    ) -> None:
        for _ in range(2):
            found = cookies(client.get(f"{alb.url}/lb-cookie"))
            assert list(found) == ["AWSALB", "AWSALBCORS"]
            assert found["AWSALBCORS"] == f"{found['AWSALB']}; SameSite=None"
            _, expires, path = found["AWSALB"].split("; ")
            assert expires.startswith("Expires=")
            assert path == "Path=/"

    def test_a_client_stays_with_its_target(self, alb: Container, client: httpx.Client) -> None:
        assert len(set(answers(client, f"{alb.url}/lb-cookie", 20))) == 1

    def test_clients_without_the_cookie_take_turns(self, alb: Container) -> None:
        url = f"{alb.url}/lb-cookie"
        found = [httpx.get(url, trust_env=False).json()["answered_by"] for _ in range(20)]
        assert 9 <= Counter(found)["first"] <= 11

    def test_the_time_of_the_definition_ends_it(self, alb: Container, client: httpx.Client) -> None:
        first = client.get(f"{alb.url}/lb-cookie")
        old = {"Cookie": f"AWSALB={first.cookies['AWSALB']}"}
        client.cookies.clear()
        with httpx.Client(trust_env=False, headers=old) as late:
            wait_until(
                lambda: answers(late, f"{alb.url}/lb-cookie", 1) != [first.json()["answered_by"]],
                "the client is sent elsewhere",
            )

    def test_another_target_takes_over_from_a_sick_one(
        self, alb: Container, targets: dict[str, Container], client: httpx.Client
    ) -> None:
        url = f"{alb.url}/lb-cookie"
        (name,) = answers(client, url, 1)
        client.post(f"{targets[name].url}/_health/500")
        try:
            wait_until(lambda: answers(client, url, 1) != [name], "another target answers")
        finally:
            client.post(f"{targets[name].url}/_health/200")
        (other,) = {"first", "second"} - {name}
        assert set(answers(client, url, 10)) == {other}
        wait_until(lambda: _all_healthy(alb), "it is healthy again")

    def test_other_groups_set_no_cookie(self, alb: Container, client: httpx.Client) -> None:
        assert not cookies(client.get(f"{alb.url}/random"))


class TestCookieOfTheApplication:
    def test_a_session_begins_with_the_applications_cookie(
        self, alb: Container, client: httpx.Client
    ) -> None:
        response = client.get(f"{alb.url}/app-cookie", headers=_SESSION)
        found = cookies(response)
        assert found["shop.session"] == "abc; Path=/"
        assert "AWSALBAPP-0" in found
        assert not found["AWSALBAPP-0"].startswith("_remove_")
        for part in ("AWSALBAPP-1", "AWSALBAPP-2", "AWSALBAPP-3"):
            assert found[part].startswith("_remove_; Expires=")

    def test_a_client_with_both_cookies_stays(self, alb: Container, client: httpx.Client) -> None:
        first = client.get(f"{alb.url}/app-cookie", headers=_SESSION).json()["answered_by"]
        assert set(answers(client, f"{alb.url}/app-cookie", 20)) == {first}

    @pytest.mark.parametrize("missing", ["shop.session", "AWSALBAPP-0"])
    def test_both_cookies_must_come(
        self, alb: Container, client: httpx.Client, missing: str
    ) -> None:
        kept = client.get(f"{alb.url}/app-cookie", headers=_SESSION).cookies
        kept.delete(missing)
        header = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
        with httpx.Client(trust_env=False, headers=header) as other:
            assert set(answers(other, f"{alb.url}/app-cookie", 10)) == {"first", "second"}

    def test_without_the_applications_cookie_there_is_none(
        self, alb: Container, client: httpx.Client
    ) -> None:
        found = cookies(client.get(f"{alb.url}/app-cookie"))
        assert [value.split(";")[0] for value in found.values()] == 4 * ["_remove_"]
        assert list(found) == [f"AWSALBAPP-{part}" for part in range(4)]


def _all_healthy(alb: Container) -> bool:
    described = json.loads(alb.run("target-health", "shop-lb-cookie-tg"))
    states = [each["TargetHealth"]["State"] for each in described["TargetHealthDescriptions"]]
    return states == ["healthy", "healthy"]
