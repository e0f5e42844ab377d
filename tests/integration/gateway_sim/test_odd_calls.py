"""AWS's APIs of a running role, sent what is no call: the role goes on."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until

PORT = 9080


@pytest.fixture(scope="module")
def alb(chain: Chain) -> Container:
    chain.target("shop-orders", 8081)
    options = ("--api", f"0.0.0.0:{PORT}")
    return chain.role("alb", "shop-alb", 8000, more_ports=(PORT,), options=options)


@pytest.fixture(scope="module")
def url(alb: Container) -> httpx.URL:
    """Where the ELBv2 API is reached."""
    return httpx.URL(alb.url).copy_with(port=alb.port_of(PORT))


@pytest.fixture(autouse=True)
def is_unharmed(url: httpx.URL, alb: Container) -> Iterator[None]:
    """Whatever was asked, the next call is answered and requests go on."""
    yield
    answer = httpx.get(url, params={"Action": "DescribeTargetGroups"}, trust_env=False)
    assert answer.status_code == 200
    assert httpx.get(f"{alb.url}/orders", trust_env=False).status_code == 200
    assert alb.is_healthy()


def test_a_call_that_is_none_is_refused(url: httpx.URL) -> None:
    unknown = httpx.get(url, params={"Action": "<Delete>"}, trust_env=False)
    assert (unknown.status_code, unknown.headers["content-type"]) == (400, "text/xml")
    assert "<Code>InvalidAction</Code>" in unknown.text
    assert "operation &lt;Delete&gt; for" in unknown.text
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert httpx.request(method, url, trust_env=False).status_code == 400


def test_ten_megabytes_are_read_and_refused(url: httpx.URL) -> None:
    answer = httpx.post(url, content=b"x" * 10_000_000, trust_env=False)
    assert answer.status_code == 413
    chunks = (b"x" * 100_000 for _ in range(100))
    assert httpx.post(url, content=chunks, trust_env=False).status_code == 413


@pytest.mark.parametrize(
    "sent",
    [
        b"\0 odd\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["no-request", "version", "length", "long-header", "tls"],
)
def test_garbage_is_refused(url: httpx.URL, sent: bytes) -> None:
    with socket.create_connection((url.host, url.port or 80), 5) as connection:
        connection.sendall(sent)
        try:
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(100)
        except OSError:  # who has sent more than was read may find the connection gone
            assert len(sent) > 100_000
            return
    assert answer.split()[1] in {b"400", b"431", b"505"}


def test_who_is_slow_is_not_waited_for(url: httpx.URL) -> None:
    with socket.create_connection((url.host, url.port or 80), 20) as connection:
        began = time.monotonic()
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nAct")
        assert connection.recv(100) == b""
        assert 9 < time.monotonic() - began < 15


def test_many_connections_are_too_many(url: httpx.URL) -> None:
    with ExitStack() as stack:
        address = url.host, url.port or 80
        many = [stack.enter_context(socket.create_connection(address, 5)) for _ in range(200)]
        many[-1].settimeout(5)
        assert many[-1].recv(100) == b""  # closed at once
    wait_until(lambda: _answers(url), "there is room again", 20)


def _answers(url: httpx.URL) -> bool:
    try:
        return httpx.get(url, params={"Action": "DescribeTargetGroups"}, trust_env=False).is_success
    except httpx.TransportError:
        return False
