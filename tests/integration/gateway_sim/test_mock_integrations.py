"""Answers without an integration behind them; row numbers are those of the behaviour table."""

import httpx
import pytest

from tests.integration.gateway_sim.conftest import Shop
from tests.integration.gateway_sim.responses import assert_always, assert_error


def test_preflight_has_its_headers_and_no_body(client: httpx.Client, shop: Shop) -> None:  # C-01
    response = client.options(shop.api_url("/orders"), headers={"Origin": "https://a.example"})
    assert (response.status_code, response.content) == (200, b"")
    assert_always(response)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == "0"
    allowed = {name: value for name, value in response.headers.items() if "allow" in name}
    assert allowed == {
        "access-control-allow-headers": "Content-Type,X-Api-Key",
        "access-control-allow-methods": "GET,OPTIONS",
        "access-control-allow-origin": "*",
    }
    # P-11: no integration, no trace id and nothing remapped.
    assert not [
        name for name in response.headers if name.startswith(("x-amzn-trace", "x-amzn-rem"))
    ]


def test_no_content(client: httpx.Client, shop: Shop) -> None:  # C-02
    response = client.get(shop.api_url("/gone"))
    assert (response.status_code, response.content) == (204, b"")
    assert "x-amzn-RequestId" in response.headers


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("content_type", [None, "application/json", "application/json; charset=a"])
def test_template_is_answered_with_its_variables(
    client: httpx.Client, shop: Shop, method: str, content_type: str | None
) -> None:  # C-09, S-01
    headers = {"Content-Type": content_type} if content_type else {}
    response = client.request(method, shop.api_url("/fixed/a%20b?c=d"), headers=headers)
    assert response.status_code == 200
    assert_always(response)
    assert response.json() == {
        "path": "/live/fixed/a%20b",
        "resource": "/fixed/{case}",
        "greeting": "welcome",
        "price": "$5",
    }
    assert (response.headers["X-Stage"], response.headers["X-Price"]) == ("live", "$5")
    assert "X-Absent" not in response.headers


def test_head_has_the_length_only(client: httpx.Client, shop: Shop) -> None:
    response = client.head(shop.api_url("/fixed/1"))
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("content_type", "status"), [("text/plain", 404), ("text/html", 302), ("image/png", 444)]
)
def test_status_chooses_the_response(
    client: httpx.Client, shop: Shop, content_type: str, status: int
) -> None:  # C-07
    url = shop.api_url("/fixed/1")
    response = client.post(url, content=b"x" * 100_000, headers={"Content-Type": content_type})
    assert response.status_code == status
    assert "x-amzn-ErrorType" not in response.headers
    if status == 302:
        assert response.headers["Location"] == "https://shop.example.com/"
    if status != 444:
        assert response.content == b""


@pytest.mark.parametrize("content_type", ["text/csv", "text/xml"], ids=["no status", "no response"])
def test_no_status_or_no_response_is_an_internal_error(
    client: httpx.Client, shop: Shop, content_type: str
) -> None:  # C-08
    response = client.get(shop.api_url("/fixed/1"), headers={"Content-Type": content_type})
    body = b'{"message": "Internal server error"}'
    assert_error(response, 500, "InternalServerErrorException", body)
    response = client.get(shop.api_url("/fixed-without-template"))
    assert_error(response, 500, "InternalServerErrorException", body)


def test_a_content_type_without_a_template_is_unsupported(
    client: httpx.Client, shop: Shop
) -> None:  # V-14
    response = client.post(shop.api_url("/fixed/1"), headers={"Content-Type": "audio/ogg"})
    body = b'{"message": "Unsupported Media Type"}'
    assert_error(response, 415, "BadRequestException", body)
