"""WebSocket through the load balancer, as bytes: what they mean is between client and target."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.integration.gateway_sim.conftest import Shop

# The example of RFC 6455, section 1.3.
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
IDLE_SECONDS = 5  # of the shop's load balancer


@contextmanager
def websocket(shop: Shop) -> Iterator[tuple[socket.socket, str]]:
    """A connection after the handshake, and what was answered to that."""
    with socket.create_connection(("127.0.0.1", shop.alb.port), timeout=10) as connection:
        yield connection, switch(connection)


def switch(connection: socket.socket) -> str:
    """Ask for WebSocket; the answer, read to its end."""
    handshake = (
        "GET /orders HTTP/1.1\r\nHost: shop.example.com\r\nConnection: keep-alive, Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    )
    connection.sendall(handshake.encode())
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        received += connection.recv(1)
    return received.decode()


def test_the_target_switches_protocols(shop: Shop) -> None:
    with websocket(shop) as (_, answer):
        assert answer.startswith("HTTP/1.1 101 ")
        assert "Upgrade: websocket\r\n" in answer
        assert f"Sec-WebSocket-Accept: {ACCEPT}\r\n" in answer


def test_bytes_pass_both_ways_as_they_come(shop: Shop) -> None:
    with websocket(shop) as (connection, _):
        for message in (b"\x81\x05hello", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256))):
            connection.sendall(message)
            received = b""
            while len(received) < len(message):
                received += connection.recv(4096)
            assert received == message


def test_the_idle_timeout_ends_it(shop: Shop) -> None:
    with websocket(shop) as (connection, _):
        started = time.monotonic()
        assert connection.recv(1) == b""
        assert IDLE_SECONDS - 1 < time.monotonic() - started < IDLE_SECONDS + 3


def test_other_protocols_are_not_offered_to_the_target(client: httpx.Client, shop: Shop) -> None:
    given = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": ""}
    headers = client.get(shop.alb_url("/orders"), headers=given).json()["headers"]
    assert "upgrade" not in headers
    assert "connection" not in headers
