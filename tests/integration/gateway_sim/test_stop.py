"""A role that is told to stop."""

import socket

from tests.fixtures.gateway import Chain, wait_until
from tests.integration.gateway_sim.conftest import Shop


def test_a_stopped_gateway_finishes_what_is_under_way_and_exits_0(
    shared_chain: Chain, shop: Shop
) -> None:
    assert shop.nlb.is_healthy()
    other = shared_chain.role("api-gateway", "other-api", 8080)
    head = b"POST /live/written HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
    with socket.create_connection(("127.0.0.1", other.port), timeout=20) as connection:
        connection.sendall(head + b"ab")
        other.docker.kill("SIGTERM")
        wait_until(lambda: refuses(other.port), "no new connection is accepted")
        connection.sendall(b"cd")
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"Connection: close" in answer
    assert other.docker.wait()["StatusCode"] == 0


def refuses(port: int) -> bool:
    """Whether a new connection gets no answer, be it refused or closed at once."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return connection.recv(1) == b""
    except OSError:
        return True
