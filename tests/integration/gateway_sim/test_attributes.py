"""Attributes of load balancers and listeners that change headers."""

import re
from collections.abc import Callable

import httpx
import pytest

from gateway_sim.rendering.aws_responses import alb_page
from tests.integration.gateway_sim.conftest import Shop

Url = Callable[[int, str], str]
PRESERVING, REMOVING, WITH_PORT = 8010, 8011, 8012


@pytest.fixture
def url(shop: Shop) -> Url:
    return lambda port, path: f"http://127.0.0.1:{shop.alb.port_of(port)}{path}"


class TestForwardedFor:
    @pytest.mark.parametrize("given", [None, "203.0.113.7", "203.0.113.7,  unknown"])
    def test_preserve_leaves_it_as_it_came(
        self, client: httpx.Client, url: Url, given: str | None
    ) -> None:
        headers = {"X-Forwarded-For": given} if given else {}
        answer = client.get(url(PRESERVING, "/"), headers=headers).json()
        assert answer["headers"].get("x-forwarded-for") == given

    @pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "203.0.113.7"}])
    def test_remove_takes_it_away(
        self, client: httpx.Client, url: Url, headers: dict[str, str]
    ) -> None:
        answer = client.get(url(REMOVING, "/"), headers=headers).json()
        assert "x-forwarded-for" not in answer["headers"]
        assert answer["headers"]["x-forwarded-port"] == "8011"

    def test_the_clients_port_may_stand_in_it(self, client: httpx.Client, url: Url) -> None:
        headers = client.get(url(WITH_PORT, "/")).json()["headers"]
        assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+:\d+", headers["x-forwarded-for"])

    def test_the_clients_port_is_appended_too(self, client: httpx.Client, url: Url) -> None:
        given = {"X-Forwarded-For": "203.0.113.7:1, [2001:db8::1]:2"}
        headers = client.get(url(WITH_PORT, "/"), headers=given).json()["headers"]
        kept, _, own = headers["x-forwarded-for"].rpartition(", ")
        assert kept == given["X-Forwarded-For"]
        assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+:\d+", own)


class TestRequestHeaders:
    @pytest.mark.parametrize("host", ["shop.example.com", "Shop.example.com:9000", "[::1]:80"])
    def test_host_may_be_preserved(self, client: httpx.Client, url: Url, host: str) -> None:
        answer = client.get(url(PRESERVING, "/"), headers={"Host": host}).json()
        assert answer["headers"]["host"] == host

    def test_invalid_names_may_be_dropped(self, client: httpx.Client, url: Url) -> None:
        headers = {"a_b": "1", "c.d": "2", "e-F1": "3"}
        answer = client.get(url(PRESERVING, "/"), headers=headers).json()
        assert answer["headers"]["e-f1"] == "3"
        assert not {"a_b", "c.d"} & answer["headers"].keys()


class TestResponseHeaders:
    def test_the_balancer_need_not_name_itself(self, client: httpx.Client, url: Url) -> None:
        assert "Server" not in client.get(url(REMOVING, "/closed")).headers
        too_long = client.get(url(REMOVING, "/"), headers={"X": 16_384 * "x"})
        assert (too_long.status_code, too_long.text) == (400, alb_page(400))
        assert "Server" not in too_long.headers

    def test_the_target_may_all_the_same(self, client: httpx.Client, url: Url) -> None:
        assert client.get(url(REMOVING, "/")).headers["Server"] == "echo/1.0"

    @pytest.mark.parametrize("path", ["/", "/closed"])
    def test_headers_are_added_to_every_response(
        self, client: httpx.Client, url: Url, path: str
    ) -> None:
        headers = client.get(url(REMOVING, path)).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"] == "default-src 'self'; img-src *"

    def test_a_header_of_the_target_is_replaced(self, client: httpx.Client, url: Url) -> None:
        wanted = {"X-Echo-Headers": '{"X-Frame-Options": "SAMEORIGIN"}'}
        response = client.get(url(REMOVING, "/"), headers=wanted)
        assert response.headers.get_list("X-Frame-Options") == ["DENY"]
