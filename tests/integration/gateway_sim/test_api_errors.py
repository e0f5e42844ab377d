"""What API Gateway answers by itself, beyond the cases of tests/conformance."""

import httpx
import pytest

from tests.integration.gateway_sim.conftest import Shop
from tests.integration.gateway_sim.responses import assert_error
from tests.integration.gateway_sim.test_alb import exchange

MISSING_TOKEN = b'{"message":"Missing Authentication Token"}'


class TestErrors:
    def test_trace_is_a_method_that_is_not_there(self, client: httpx.Client, shop: Shop) -> None:
        response = client.request("TRACE", shop.api_url("/part1"))
        assert_error(response, 403, "MissingAuthenticationTokenException", MISSING_TOKEN)

    def test_a_chunked_body_of_more_than_10_mib_is_413(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        chunks = (b"x" * 1_048_576 for _ in range(11))
        response = client.post(shop.api_url("/written"), content=chunks)
        assert response.status_code == 413

    @pytest.mark.parametrize(
        "request_text",
        [
            "GARBAGE\r\n\r\n",
            "GET / HTTP/1.1\r\nHost bad\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        ],
    )
    def test_what_is_no_http_never_shows_nginx(self, shop: Shop, request_text: str) -> None:
        answer = exchange(shop.api, request_text)
        assert answer.startswith("HTTP/1.1 400 ")
        assert "nginx" not in answer
        assert answer.endswith('{"message":"Bad Request"}')

    def test_pipelined_requests_are_answered_in_order(self, shop: Shop) -> None:
        first, last = (
            f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\n\r\n"
            for path, connection in (("/live/gone", "keep-alive"), ("/none", "close"))
        )
        answers = exchange(shop.api, first + last).split("HTTP/1.1 ")[1:]
        assert [answer[:3] for answer in answers] == ["204", "403"]
