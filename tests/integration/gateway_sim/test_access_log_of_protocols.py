"""Access logs of load balancers: what they tell of TLS, HTTP/2, gRPC and WebSockets."""

import re
import socket
import ssl

import httpx
import pytest

from tests.fixtures.gateway import Chain
from tests.integration.gateway_sim.logged import (
    HTTPS,
    LOGGED,
    NOT_DISPATCHED,
    Logged,
    has,
    start,
    unlike_any,
)


@pytest.fixture(scope="module")
def logged(chain: Chain) -> Logged:
    return start(chain)


@pytest.mark.parametrize(("offered", "type_"), [("http/1.1", "https"), ("h2", "h2")])
@pytest.mark.parametrize("name", ["shop.example.com", "of.another.name", None])
def test_https_tells_of_the_handshake(
    logged: Logged, offered: str, type_: str, name: str | None
) -> None:
    path = f"/{unlike_any()}"
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - the log is what counts
    context.set_alpn_protocols([offered])
    url = logged.url(path, HTTPS).replace("http:", "https:")
    with httpx.Client(verify=context, trust_env=False, timeout=40, http2=offered == "h2") as client:
        extensions = {"sni_hostname": name} if name else {}
        assert client.get(url, extensions=extensions).status_code == 200
    line = logged.line(path)
    assert line["chosen_cert_arn"].startswith("arn:aws:acm:us-east-1:000000000000:certificate/")
    has(line, {"type": type_, "domain_name": name if name == "shop.example.com" else "-"})
    assert re.fullmatch(r"TLSv1\.[23]", line["ssl_protocol"])
    assert "_AES_" in line["ssl_cipher"] or "-AES" in line["ssl_cipher"]
    assert re.match(f"GET https://127.0.0.1:8023{path} HTTP/", line["request"])


def test_grpc_is_464_to_targets_of_http_1(logged: Logged) -> None:
    path = f"/{unlike_any()}"
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - the log is what counts
    url = logged.url(path, HTTPS).replace("http:", "https:")
    with httpx.Client(verify=context, trust_env=False, timeout=40, http2=True) as client:
        response = client.post(url, headers={"Content-Type": "application/grpc+proto"})
    assert (response.status_code, response.content) == (464, b"")
    assert response.headers["Server"] == "awselb/2.0"
    has(logged.line(path), {
        **NOT_DISPATCHED, "type": "h2", "elb_status_code": "464", "matched_rule_priority": "0",
    })  # fmt: skip


def test_websocket_is_one_line_when_it_ends(logged: Logged) -> None:
    path = f"/things/{unlike_any()}"
    handshake = (
        f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", logged.alb.port_of(LOGGED)), 40) as connection:
        connection.sendall(handshake.encode())
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            received += connection.recv(1)
        connection.sendall(1000 * b"x")
        while len(received) < 1000:
            received += connection.recv(4096)
        assert f"{path} HTTP" not in "".join(
            line for line in logged.alb.logs().splitlines() if line.startswith("ws ")
        )
    line = logged.line(path)
    has(line, {"type": "ws", "elb_status_code": "101", "target_status_code": "101"})
    assert int(line["received_bytes"]) > 1000
    assert int(line["sent_bytes"]) > 1000
