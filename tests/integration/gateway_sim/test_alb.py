"""The application load balancer, as clients and targets see it."""

import re
import socket

import httpx
import pytest

from gateway_sim.rendering.aws_responses import alb_page
from tests.fixtures.gateway import Container
from tests.integration.gateway_sim.conftest import Shop

TRACE_ID = r"1-[0-9a-f]{8}-[0-9a-f]{24}"


class TestForward:
    def test_path_and_query_reach_the_target_unaltered(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        path = "/orders/a%2Fb/c%20d//e/;f=1?x=%20&y=a+b&x=2"
        answer = client.get(shop.alb_url(path)).json()
        assert answer["target"] == path

    def test_the_body_reaches_the_target(self, client: httpx.Client, shop: Shop) -> None:
        answer = client.post(shop.alb_url("/orders"), content=b"x" * 3_000_000).json()
        assert (answer["method"], answer["body_bytes"]) == ("POST", 3_000_000)

    def test_status_and_headers_of_the_target_come_back(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        wanted = {
            "X-Echo-Status": "418",
            "X-Echo-Headers": '{"X-Of-Target": "a", "X-Accel-Redirect": "/c", "Location": "/b"}',
        }
        response = client.get(shop.alb_url("/orders"), headers=wanted)
        assert response.status_code == 418
        assert response.headers["X-Of-Target"] == "a"
        assert response.headers["X-Accel-Redirect"] == "/c"
        assert response.headers["Location"] == "/b"

    def test_server_is_the_targets_own(self, client: httpx.Client, shop: Shop) -> None:
        assert client.get(shop.alb_url("/orders")).headers.get_list("Server") == ["echo/1.0"]

    def test_head_is_answered_without_a_body(self, client: httpx.Client, shop: Shop) -> None:
        response = client.head(shop.alb_url("/orders"))
        assert (response.status_code, response.content) == (200, b"")


class TestHeadersToTheTarget:
    def test_forwarded_headers_tell_of_this_hop(self, client: httpx.Client, shop: Shop) -> None:
        headers = client.get(shop.alb_url("/orders")).json()["headers"]
        assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", headers["x-forwarded-for"])
        assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("http", "8000")

    def test_forwarded_for_is_appended_to_and_the_rest_replaced(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        given = {
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Port": "443",
        }
        headers = client.get(shop.alb_url("/orders"), headers=given).json()["headers"]
        assert re.fullmatch(r"203\.0\.113\.7, \d+\.\d+\.\d+\.\d+", headers["x-forwarded-for"])
        assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("http", "8000")

    def test_a_trace_id_is_begun(self, client: httpx.Client, shop: Shop) -> None:
        response = client.get(shop.alb_url("/orders"))
        assert re.fullmatch(f"Root={TRACE_ID}", response.json()["headers"]["x-amzn-trace-id"])
        assert "X-Amzn-Trace-Id" not in response.headers

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (
                "Root=1-67891233-abcdef012345678912345678",
                "Root=1-67891233-abcdef012345678912345678",
            ),
            ("Self=1-67891234-12345678;Root=1-a-b;Sampled=1", "Root=1-a-b;Sampled=1"),
            ("Root=1-a-b;CalledFrom=app", "Root=1-a-b;CalledFrom=app"),
        ],
    )
    def test_a_trace_id_is_continued_with_the_balancers_own_first(
        self, client: httpx.Client, shop: Shop, given: str, kept: str
    ) -> None:
        sent = client.get(shop.alb_url("/orders"), headers={"X-Amzn-Trace-Id": given})
        header = sent.json()["headers"]["x-amzn-trace-id"]
        assert re.fullmatch(f"Self={TRACE_ID};{re.escape(kept)}", header)

    def test_a_trace_id_of_more_than_7_kb_is_begun_anew(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        long = {"X-Amzn-Trace-Id": "Root=1-a-b;x=" + "y" * 7 * 1024}
        header = client.get(shop.alb_url("/orders"), headers=long).json()["headers"]
        assert re.fullmatch(f"Root={TRACE_ID}", header["x-amzn-trace-id"])

    @pytest.mark.parametrize(
        ("given", "arrives"),
        [
            ("shop.example.com", "shop.example.com:8000"),
            ("Shop.example.com:8000", "Shop.example.com:8000"),
        ],
    )
    def test_host_has_the_port_of_a_listener_off_the_default_ports(
        self, client: httpx.Client, shop: Shop, given: str, arrives: str
    ) -> None:
        answer = client.get(shop.alb_url("/orders"), headers={"Host": given}).json()
        assert answer["headers"]["host"] == arrives

    def test_names_with_underscores_and_dots_pass(self, client: httpx.Client, shop: Shop) -> None:
        answer = client.get(shop.alb_url("/orders"), headers={"a_b": "1", "c.d": "2"}).json()
        assert (answer["headers"]["a_b"], answer["headers"]["c.d"]) == ("1", "2")


class TestFixedResponse:
    def test_the_body_is_what_the_definition_says(self, client: httpx.Client, shop: Shop) -> None:
        response = client.get(shop.alb_url("/status"))
        assert response.content == b'{"price":"$5","said":"\\"$host\\" at C:\\\\shop"}'
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers.get_list("Server") == ["awselb/2.0"]

    def test_template_and_variable_syntax_are_text(self, client: httpx.Client, shop: Shop) -> None:
        response = client.get(shop.alb_url("/closed"))
        assert response.status_code == 503
        body = b"<p>It's closed; ${dollar} {{ not }} a template \\n</p>\r\n<p>$1</p>\n"
        assert response.content == body

    def test_without_a_body_the_length_is_zero(self, client: httpx.Client, shop: Shop) -> None:
        response = client.get(shop.alb_url("/silent"))
        assert (response.status_code, response.content) == (204, b"")

    def test_no_rule_is_the_default_action(self, client: httpx.Client, shop: Shop) -> None:
        response = client.get(shop.alb_url("/nope"))
        assert response.status_code == 404
        assert response.json() == {"message": "the shop has no such path"}


class TestRedirect:
    @pytest.mark.parametrize(
        ("path", "location"),
        [
            ("/moved/a/b?c=d", "http://shop.example.com:8000/new/moved/a/b?from=$5&c=d"),
            ("/secure/a%20b?c=d", "https://www.shop.example.com:443/secure/a%20b?c=d"),
            ("/secure", "https://www.shop.example.com:443/secure"),
        ],
    )
    def test_placeholders_are_those_of_the_request(
        self, client: httpx.Client, shop: Shop, path: str, location: str
    ) -> None:
        response = client.get(shop.alb_url(path), headers={"Host": "shop.example.com"})
        assert response.headers["Location"] == location

    def test_the_page_is_an_albs(self, client: httpx.Client, shop: Shop) -> None:
        response = client.get(shop.alb_url("/moved"))
        assert response.status_code == 301
        assert response.headers["Content-Length"] == "134"
        assert response.text == alb_page(301)
        assert response.headers["Content-Type"] == "text/html"
        assert response.headers.get_list("Server") == ["awselb/2.0"]


class TestRewrite:
    def test_path_becomes_query(self, client: httpx.Client, shop: Shop) -> None:
        answer = client.get(shop.alb_url("/find/shoes?size=9")).json()
        assert (answer["answered_by"], answer["target"]) == (
            "shop-orders",
            "/search?q=shoes&size=9",
        )

    def test_what_stands_around_the_match_is_kept(self, client: httpx.Client, shop: Shop) -> None:
        answer = client.get(shop.alb_url("/join/abc-42/x?y=/join/z-11")).json()
        assert answer["target"] == "/abc42/x?y=/join/z-11"

    def test_no_match_sends_the_original(self, client: httpx.Client, shop: Shop) -> None:
        assert client.get(shop.alb_url("/join/1-a")).json()["target"] == "/join/1-a"

    @pytest.mark.parametrize(
        ("host", "arrives"),
        [
            ("site-shoes.com", "internal.dev.shoes.example.com:8000"),
            ("site-shoes.com:8000", "internal.dev.shoes.example.com:8000"),
            ("other.com", "other.com:8000"),
        ],
    )
    def test_host_and_path_are_rewritten_by_one_rule(
        self, client: httpx.Client, shop: Shop, host: str, arrives: str
    ) -> None:
        answer = client.get(shop.alb_url("/rename/a?b=c"), headers={"Host": host}).json()
        assert (answer["headers"]["host"], answer["target"]) == (arrives, "/a?b=c")


class TestErrors:
    def test_a_target_that_closes_the_connection_is_502(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        response = client.get(shop.alb_url("/orders"), headers={"X-Echo-Close": "1"})
        assert_alb_page(response, 502, 122)

    def test_a_target_slower_than_the_idle_timeout_is_504(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        response = client.get(shop.alb_url("/orders"), headers={"X-Echo-Delay": "8"})
        assert_alb_page(response, 504, 132)

    @pytest.mark.parametrize(
        "request_text",
        [
            "GET / HTTP/1.1\r\nHost bad\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x" * 16_384 + "\r\n\r\n",
            "GET /" + "x" * 16_400 + " HTTP/1.1\r\nHost: a\r\n\r\n",
        ],
        ids=["no colon", "no Host", "header too long", "request line too long"],
    )
    def test_a_malformed_request_is_400_and_the_connection_ends(
        self, shop: Shop, request_text: str
    ) -> None:
        head, _, body = exchange(shop.alb, request_text).partition("\r\n\r\n")
        assert head.startswith("HTTP/1.1 400 ")
        assert "Connection: close" in head
        assert "Server: awselb/2.0" in head
        assert "nginx" not in head
        assert body == alb_page(400)

    def test_trace_is_405(self, client: httpx.Client, shop: Shop) -> None:
        response = client.request("TRACE", shop.alb_url("/orders"))
        assert response.status_code == 405
        assert response.text == alb_page(405)


def assert_alb_page(response: httpx.Response, status: int, length: int) -> None:
    """An ALB-made error: exact body, exact length, its own Server, no nginx."""
    assert response.status_code == status
    assert response.text == alb_page(status)
    assert response.headers["Content-Length"] == str(length)
    assert response.headers["Content-Type"] == "text/html"
    assert response.headers.get_list("Server") == ["awselb/2.0"]


def exchange(container: Container, request_text: str) -> str:
    """Send bytes as they are, read until the connection ends."""
    with socket.create_connection(("127.0.0.1", container.port), timeout=10) as connection:
        connection.sendall(request_text.encode("latin-1"))
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received.decode("latin-1")
