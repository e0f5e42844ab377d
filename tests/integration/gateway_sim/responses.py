"""What every response of API Gateway must have."""

import re

import httpx


def assert_error(
    response: httpx.Response, status: int, error_type: str | None, body: bytes
) -> None:
    """A response that API Gateway made: exact body and length, its type, no trace of nginx."""
    assert response.status_code == status
    assert response.content == body
    assert response.headers["Content-Length"] == str(len(body))
    assert response.headers.get("x-amzn-ErrorType") == error_type
    assert_always(response)


def assert_always(response: httpx.Response) -> None:
    """What every response has (G-02)."""
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, response.headers["x-amzn-RequestId"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", response.headers["x-amz-apigw-id"])
    for name in ("Date", "Content-Type", "Content-Length", "Connection"):
        assert len(response.headers.get_list(name)) == 1, name
    assert "Server" not in response.headers
