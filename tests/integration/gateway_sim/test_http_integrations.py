"""HTTP integrations that are no proxies; row numbers are those of the behaviour table."""

import httpx
import pytest

from tests.integration.gateway_sim.conftest import Shop
from tests.integration.gateway_sim.responses import assert_always, assert_error


def test_nothing_of_the_client_is_sent_but_its_body(client: httpx.Client, shop: Shop) -> None:
    # I-04
    given = {"Authorization": "a", "X-Own": "b", "Accept": "text/html", "User-Agent": "c"}
    url = shop.api_url("/plain/7?page=2&other=3")
    answer = client.put(url, json={"a": 1}, headers={**given, "X-Forwarded-For": "203.0.113.7"})
    body = answer.json()
    assert (body["method"], body["target"]) == ("POST", "/plain/7?own=1&page=2")
    assert body["body_bytes"] == len(answer.request.content)
    headers = body["headers"]
    api_id = headers.pop("x-amzn-apigateway-api-id")
    assert headers.pop("x-amzn-trace-id") == answer.headers["X-Amzn-Trace-Id"]
    assert headers == {
        "accept": "application/json",
        "content-type": "application/json",
        "content-length": str(body["body_bytes"]),
        "host": "shop-carts:8082",
        "user-agent": f"AmazonAPIGateway_{api_id}",
        "x-id": "7",
    }


def test_without_a_body_there_is_no_content_type(client: httpx.Client, shop: Shop) -> None:
    response = client.get(shop.api_url("/plain-without-query?a=b"))
    body = response.json()
    assert (response.status_code, body["target"]) == (201, "/plain")
    assert "content-type" not in body["headers"]


@pytest.mark.parametrize(
    ("status", "mapped", "kind"),
    [(200, 200, "default"), (404, 422, "refused"), (500, 200, "default"), (503, 302, None)],
)
def test_pattern_of_the_status_chooses(
    client: httpx.Client, shop: Shop, status: int, mapped: int, kind: str | None
) -> None:  # P-09
    given = {"X-Echo-Status": str(status), "X-Echo-Headers": '{"X-Own": "theirs"}'}
    response = client.get(shop.api_url("/plain/7"), headers=given)
    assert response.status_code == mapped
    assert_always(response)
    assert response.headers.get("X-Kind") == kind
    assert response.json()["answered_by"] == "shop-carts"
    assert "x-amzn-ErrorType" not in response.headers
    assert response.headers["X-Amzn-Trace-Id"].startswith("Root=")  # P-11
    assert response.headers.get("Location") == ("welcome" if mapped == 302 else None)


def test_only_mapped_headers_pass(client: httpx.Client, shop: Shop) -> None:  # P-05
    given = {"X-Echo-Status": "404", "X-Echo-Headers": '{"X-Own": "theirs", "X-Other": "b"}'}
    response = client.get(shop.api_url("/plain/7"), headers=given)
    assert {*response.headers} == {
        "date", "content-type", "content-length", "connection", "x-amzn-requestid",
        "x-amz-apigw-id", "x-amzn-trace-id", "x-amzn-remapped-server", "x-kind", "x-copied",
    }  # fmt: skip
    assert response.headers["x-amzn-Remapped-Server"] == "echo/1.0"
    assert response.headers["X-Copied"] == "theirs"
    assert response.headers["Content-Type"] == "application/problem+json"
    plain = client.get(shop.api_url("/plain/7"), headers={"X-Echo-Headers": "{}"})
    assert plain.headers["Content-Type"] == "application/json"
    assert not [name for name in plain.headers if "remapped" in name]


def test_without_templates_never_is_always_unsupported(
    client: httpx.Client, shop: Shop
) -> None:  # V-14
    response = client.post(shop.api_url("/plain-never"), json={})
    body = b'{"message": "Unsupported Media Type"}'
    assert_error(response, 415, "BadRequestException", body)


def test_an_unreachable_integration_is_the_usual_error(client: httpx.Client, shop: Shop) -> None:
    given = {"X-Echo-Headers": "no json"}  # the echo target closes the connection
    response = client.get(shop.api_url("/plain/7"), headers=given)
    body = b'{"message": "Network error communicating with endpoint"}'
    assert_error(response, 504, "InternalServerErrorException", body)
