"""Requests shared among target groups by weight, and clients that stay with a group."""

import json
import time
from collections import Counter
from email.utils import parsedate_to_datetime

import httpx
import pytest

from gateway_sim.rendering.aws_responses import alb_page
from tests.fixtures.gateway import wait_until
from tests.integration.gateway_sim.conftest import Shop

ORDERS, CARTS = "shop-orders", "shop-carts"
WEEK = 7 * 24 * 3600


def answers(client: httpx.Client, url: str, count: int) -> Counter[str]:
    """Who answered, or which status, how often."""
    found = Counter[str]()
    for _ in range(count):
        response = client.get(url)
        ok = response.status_code == 200
        found[response.json()["answered_by"] if ok else str(response.status_code)] += 1
    return found


def test_shares_are_as_the_weights(client: httpx.Client, shop: Shop) -> None:
    found = answers(client, shop.alb_url("/weights/3-to-1"), 400)
    assert found.keys() == {ORDERS, CARTS}
    # 100 are expected; five standard deviations are 43.
    assert 57 <= found[CARTS] <= 143


def test_weight_0_gets_nothing(client: httpx.Client, shop: Shop) -> None:
    assert answers(client, shop.alb_url("/weights/zero"), 50) == {CARTS: 50}


def test_the_share_of_a_group_without_targets_fails(client: httpx.Client, shop: Shop) -> None:
    found = answers(client, shop.alb_url("/weights/empty"), 60)
    assert found.keys() == {ORDERS, "503"}
    url = shop.alb_url("/weights/empty")
    refused = next(r for r in (client.get(url) for _ in range(100)) if r.status_code == 503)
    assert refused.text == alb_page(503)


def test_a_default_action_may_have_weights(shop: Shop) -> None:
    script = """
import collections, httpx, json
found = (httpx.get("http://127.0.0.1:8002/").json()["answered_by"] for _ in range(60))
print(json.dumps(collections.Counter(found)))
"""
    output = shop.alb.docker.exec_run(["python3", "-c", script]).output
    assert isinstance(output, bytes)  # and not a stream
    assert json.loads(output).keys() == {ORDERS, CARTS}


class TestStickiness:
    def test_both_cookies_name_the_group_for_a_week(self, shop: Shop) -> None:
        with httpx.Client(trust_env=False) as client:
            response = client.get(shop.alb_url("/weights/sticky"))
        cookies = response.headers.get_list("Set-Cookie")
        (name, value, *plain), (name_for_cors, same_value, *cors) = (
            [*cookie.split("; ")[0].split("="), *cookie.split("; ")[1:]] for cookie in cookies
        )
        assert (name, name_for_cors) == ("AWSALBTG", "AWSALBTGCORS")
        assert value == same_value
        assert plain[1:] == ["Path=/"]
        assert cors == [*plain, "SameSite=None"]
        expires = parsedate_to_datetime(plain[0].removeprefix("Expires="))
        assert abs(expires.timestamp() - time.time() - WEEK) < 30

    def test_a_client_with_the_cookie_stays_with_its_group(self, shop: Shop) -> None:
        with httpx.Client(trust_env=False) as client:
            url = shop.alb_url("/weights/sticky")
            first = client.get(url).json()
            assert answers(client, url, 20) == {first["answered_by"]: 20}
            assert first["target"] == "/sticky"

    def test_the_cookie_for_cors_counts_more(self, shop: Shop) -> None:
        with httpx.Client(trust_env=False) as client:
            values: dict[str, str] = {}
            while values.keys() != {ORDERS, CARTS}:
                client.cookies.clear()
                answer = client.get(shop.alb_url("/weights/sticky"))
                values[answer.json()["answered_by"]] = answer.cookies["AWSALBTG"]
        cookies = f"AWSALBTG={values[ORDERS]}; AWSALBTGCORS={values[CARTS]}"
        with httpx.Client(trust_env=False, headers={"Cookie": cookies}) as client:
            assert answers(client, shop.alb_url("/weights/sticky"), 20) == {CARTS: 20}

    def test_the_time_of_the_definition_ends_it(self, shop: Shop) -> None:
        url = shop.alb_url("/weights/sticky")
        with httpx.Client(trust_env=False) as client:
            first = client.get(url)
        cookie = f"AWSALBTG={first.cookies['AWSALBTG']}"
        with httpx.Client(trust_env=False, headers={"Cookie": cookie}) as old:
            wait_until(
                lambda: old.get(url).json()["answered_by"] != first.json()["answered_by"],
                "the client is sent to the other group",
            )

    @pytest.mark.parametrize("value", ["nonsense", "0-99999999999", "%00", "a" * 4000])
    def test_a_cookie_that_is_not_the_balancers_is_as_none(self, shop: Shop, value: str) -> None:
        headers = {"Cookie": f"AWSALBTG={value}"}
        with httpx.Client(trust_env=False, headers=headers) as client:
            found = answers(client, shop.alb_url("/weights/sticky"), 40)
        assert found.keys() == {ORDERS, CARTS}

    def test_other_rules_set_no_cookie(self, client: httpx.Client, shop: Shop) -> None:
        for path in ("/orders", "/weights/zero", "/status"):
            assert "Set-Cookie" not in client.get(shop.alb_url(path)).headers
