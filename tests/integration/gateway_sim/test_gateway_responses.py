"""What an API answers instead of API Gateway's own errors; rows of the behaviour table."""

import base64
import hashlib

import httpx

from tests.integration.gateway_sim.conftest import Shop
from tests.integration.gateway_sim.responses import assert_always, assert_error


def url(shop: Shop, path: str) -> str:
    return f"{shop.api.url}/counter{path}"


def test_status_headers_and_body_are_the_apis(client: httpx.Client, shop: Shop) -> None:
    # GR-02, GR-06, GR-07; the type of the error stays.
    response = client.get(url(shop, "/no?q=a&q=b"), headers={"User-Agent": "tester"})
    assert response.status_code == 404
    assert_always(response)
    assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Asked"] == "b"
    assert response.headers["X-Agent"] == "tester"
    assert response.headers["X-Stage"] == "front"
    assert response.headers["X-Request"] == response.headers["x-amzn-RequestId"]
    assert not {"X-Id", "X-Undeclared", "X-Default"} & {*response.headers}
    assert response.json() == {
        "detail": "Missing Authentication Token",
        "plain": "Missing Authentication Token",
        "type": "MISSING_AUTHENTICATION_TOKEN",
        "stage": "counter",
        "at": "front",
    }


def test_another_api_is_not_touched(client: httpx.Client, shop: Shop) -> None:
    response = client.post(shop.api_url("/no"))
    body = b'{"message":"Missing Authentication Token"}'
    assert_error(response, 403, "MissingAuthenticationTokenException", body)


def test_default_serves_the_types_without_their_own(
    client: httpx.Client, shop: Shop
) -> None:  # GR-04
    response = client.get(url(shop, "/goods/7"), headers={"X-Echo-Delay": "2"})
    assert (response.status_code, response.text) == (599, "INTEGRATION_TIMEOUT costs $5")
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["X-Default"] == "5xx"
    assert response.headers["x-amzn-ErrorType"] == "InternalServerErrorException"


def test_a_type_of_its_own_takes_nothing_from_the_default(
    client: httpx.Client, shop: Shop
) -> None:  # GR-03, GR-04
    response = client.get(url(shop, "/nowhere"))
    body = b'{"message": "Network error communicating with endpoint"}'
    assert_error(response, 504, "InternalServerErrorException", body)
    assert response.headers["X-Own"] == "failure"
    assert "X-Default" not in response.headers


def test_an_incomplete_signature_is_a_default_4xx(client: httpx.Client, shop: Shop) -> None:
    response = client.get(url(shop, "/no"), headers={"Authorization": "Bearer abc"})
    hashed = base64.b64encode(hashlib.sha256(b"Bearer abc").digest()).decode()
    assert response.status_code == 403
    assert hashed in response.json()["message"]
    assert response.headers["X-Default"] == "4xx"


def test_an_error_may_be_a_redirect_without_a_body(client: httpx.Client, shop: Shop) -> None:
    response = client.post(url(shop, "/unwritten"), headers={"Content-Type": "text/csv"})
    assert (response.status_code, response.content) == (302, b"")
    assert response.headers["Location"] == "https://shop.example.com/help"
    assert response.headers["x-amzn-ErrorType"] == "BadRequestException"


def test_a_large_body_is_not_customizable(client: httpx.Client, shop: Shop) -> None:  # GR-10
    response = client.post(url(shop, "/goods/7"), content=b"x" * 10_485_761)
    assert_error(response, 413, None, b"HTTP content length exceeded 10485760 bytes.")


def test_what_the_integration_answers_is_no_error_of_the_api(
    client: httpx.Client, shop: Shop
) -> None:  # P-08
    for status in (403, 404, 500, 504):
        response = client.get(url(shop, "/goods/7"), headers={"X-Echo-Status": str(status)})
        assert (response.status_code, response.json()["answered_by"]) == (status, "shop-carts")
