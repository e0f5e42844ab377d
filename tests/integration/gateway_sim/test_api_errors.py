"""What API Gateway answers by itself; row numbers are those of its behaviour table."""

import base64
import hashlib

import httpx
import pytest

from tests.integration.gateway_sim.conftest import Shop
from tests.integration.gateway_sim.responses import assert_error
from tests.integration.gateway_sim.test_alb import exchange

MISSING_TOKEN = b'{"message":"Missing Authentication Token"}'


class TestErrors:
    def test_unknown_path_is_403_missing_authentication_token(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        response = client.post(shop.api_url("/nope"))
        assert_error(response, 403, "MissingAuthenticationTokenException", MISSING_TOKEN)
        assert len(response.content) == 42
        assert response.headers["Content-Type"] == "application/json"

    def test_undefined_method_is_the_same(self, client: httpx.Client, shop: Shop) -> None:
        response = client.post(shop.api_url("/part1"))
        assert_error(response, 403, "MissingAuthenticationTokenException", MISSING_TOKEN)

    def test_trace_is_the_same(self, client: httpx.Client, shop: Shop) -> None:
        response = client.request("TRACE", shop.api_url("/part1"))
        assert_error(response, 403, "MissingAuthenticationTokenException", MISSING_TOKEN)

    def test_an_authorization_header_is_taken_for_a_signature(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        response = client.post(shop.api_url("/nope"), headers={"Authorization": "Bearer abc"})
        hashed = base64.b64encode(hashlib.sha256(b"Bearer abc").digest()).decode()
        message = (
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{hashed}'."
        )
        body = f'{{"message":"{message}"}}'.encode()
        assert_error(response, 403, "IncompleteSignatureException", body)

    def test_an_incomplete_signature_lists_what_is_missing(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        header = {"Authorization": "AWS4-HMAC-SHA256 SignedHeaders=host"}
        response = client.post(shop.api_url("/nope"), headers=header)
        assert response.headers["x-amzn-ErrorType"] == "IncompleteSignatureException"
        assert response.json()["message"].startswith(
            "Authorization header requires 'Credential' parameter. "
            "Authorization header requires 'Signature' parameter. "
        )

    @pytest.mark.parametrize("path", ["/nosuchstage/orders", "/", "/Live/orders", "/lives"])
    def test_unknown_stage_is_403_forbidden(
        self, client: httpx.Client, shop: Shop, path: str
    ) -> None:
        response = client.get(f"{shop.api.url}{path}")
        assert_error(response, 403, "ForbiddenException", b'{"message":"Forbidden"}')

    def test_a_slow_integration_is_504_timed_out(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # P-14
        response = client.get(shop.api_url("/slow"), headers={"X-Echo-Delay": "2"})
        body = b'{"message": "Endpoint request timed out"}'
        assert_error(response, 504, "InternalServerErrorException", body)

    @pytest.mark.parametrize("path", ["/nowhere", "/part1"], ids=["no such host", "closed"])
    def test_an_integration_that_cannot_be_talked_to_is_504_network_error(
        self, client: httpx.Client, shop: Shop, path: str
    ) -> None:  # P-15
        response = client.get(shop.api_url(path), headers={"X-Echo-Close": "1"})
        body = b'{"message": "Network error communicating with endpoint"}'
        assert_error(response, 504, "InternalServerErrorException", body)

    def test_mapping_content_length_fails_every_request(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-08
        response = client.get(shop.api_url("/refused"))
        body = b'{"message": "Internal server error"}'
        assert_error(response, 500, "InternalServerErrorException", body)

    def test_a_body_of_more_than_10_mib_is_413_in_plain_text(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # L-01
        response = client.post(shop.api_url("/written"), content=b"x" * 10_485_761)
        body = b"HTTP content length exceeded 10485760 bytes."
        assert_error(response, 413, None, body)
        assert response.headers["Content-Type"].startswith("text/")

    def test_a_body_of_10_mib_passes(self, client: httpx.Client, shop: Shop) -> None:
        answer = client.post(shop.api_url("/written"), content=b"x" * 10_485_760).json()
        assert answer["body_bytes"] == 10_485_760

    def test_a_chunked_body_of_more_than_10_mib_is_413(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        chunks = (b"x" * 1_048_576 for _ in range(11))
        response = client.post(shop.api_url("/written"), content=chunks)
        assert response.status_code == 413

    @pytest.mark.parametrize(
        "request_text",
        ["GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nHost bad\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"],
    )
    def test_what_is_no_http_never_shows_nginx(self, shop: Shop, request_text: str) -> None:
        answer = exchange(shop.api, request_text)
        assert answer.startswith("HTTP/1.1 400 ")
        assert "nginx" not in answer
        assert answer.endswith('{"message":"Bad Request"}')
