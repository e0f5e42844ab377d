"""Desync mitigation: what an ALB calls a request that does not comply, and what each mode does."""

import json
import socket
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fixtures.gateway import Chain
from tests.integration.gateway_sim.logged import LOGGED, MONITOR, STRICTEST, Logged, start

# First lines and headers, then what the access log says: Acceptable, Ambiguous or Severe, and why.
ALLOWED = (
    ("GET {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "GetHeadZeroContentLength"),
    ("HEAD {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "GetHeadZeroContentLength"),
    ("GET {} HTTP/1.1\r\nHost: a\r\nX(y): 1\r\n\r\n", "NonCompliantHeader"),
    ("GET {} HTTP/1.1\r\nHost: a\r\nX\xe9: 1\r\n\r\n", "NonCompliantHeader"),
    ("GET {} HTTP/1.1\r\nHost: a\r\nX: 1\x012\r\n\r\n", "NonCompliantHeader"),
    ("GET {} HTTP/1.2\r\nHost: a\r\n\r\n", "NonCompliantVersion"),
    ("GET  {} HTTP/1.1\r\nHost: a\r\n\r\n", "SpaceInUri"),
)
CLOSING = (
    (
        "GET {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "UndefinedContentLengthSemantics",
    ),
    (
        "HEAD {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "UndefinedContentLengthSemantics",
    ),
    (
        "GET {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "UndefinedTransferEncodingSemantics",
    ),
    ("POST {} HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n", "SuspiciousHeader"),
    ("POST {} HTTP/1.1\r\nHost: a\r\nContent_Length: 3\r\n\r\n", "SuspiciousHeader"),
    ("POST {} HTTP/1.1\r\nHost: a\r\nContent--Length: 3\r\n\r\n", "SuspiciousHeader"),
    (
        "POST {} HTTP/1.1\r\nHost: a\r\nTran\xc5\xbffer-Encoding: chunked\r\n\r\n",
        "SuspiciousHeader",
    ),
)
SEVERE = (
    ("GET {} HTTP/1.10\r\nHost: a\r\n\r\n", "BadVersion"),
    (
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer_Encoding: chunked\r\n\r\nabc",
        "SuspiciousTeClPresent",
    ),
    (
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent_Length: 4\r\n\r\nabc",
        "MultipleContentLength",
    ),
)
# nginx refuses these by itself, in every mode.
REFUSED_BY_NGINX = (
    (
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
        ("Severe", "BadContentLength"),
    ),
    (
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        ("Severe", "MultipleContentLength"),
    ),
    (
        (
            "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("Severe", "MultipleTransferEncodingChunked"),
    ),
    (
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        ("Ambiguous", "DuplicateContentLength"),
    ),
    (
        (
            "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            "Content-Length: 3\r\n\r\n0\r\n\r\n"
        ),
        ("Ambiguous", "BothTeClPresent"),
    ),
)
COMPLIANT = (
    "GET {} HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET {} HTTP/1.0\r\n\r\n",
    "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "DELETE {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "GET {} HTTP/1.1\r\nHost: a\r\nX: caf\xe9\ttabbed\r\n\r\n",
    "GET {} HTTP/1.1\r\nHost: a\r\nx.y_z!: 1\r\n\r\n",
)


@pytest.fixture(scope="module")
def logged(chain: Chain) -> Logged:
    return start(chain)


@dataclass
class Exchange:
    """One request and, on the same connection, a good one; what came back in all."""

    logged: Logged
    request: str
    port: int
    path: str = field(default_factory=lambda: f"/things/{uuid.uuid4().hex}")

    def __post_init__(self) -> None:
        closing = "GET /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        message = self.request.format(self.path) + closing
        address = ("127.0.0.1", self.logged.alb.port_of(self.port))
        self.received = b""
        with socket.create_connection(address, timeout=40) as connection:
            connection.sendall(message.encode("latin-1"))
            while received := connection.recv(65536):
                self.received += received

    @property
    def statuses(self) -> list[int]:
        """Of the responses, one after the other."""
        parts = self.received.split(b"HTTP/1.1 ")
        return [int(part[:3]) for part in parts[1:]]

    @property
    def first(self) -> dict[str, Any]:
        """What the target says of the first request."""
        start = self.received.index(b"\r\n\r\n") + 4
        found, _ = json.JSONDecoder().raw_decode(self.received[start:].decode())
        return dict(found)


class TestClassification:
    @pytest.mark.parametrize("request_", COMPLIANT)
    def test_of_what_complies_is_none(self, logged: Logged, request_: str) -> None:
        sent = Exchange(logged, request_, LOGGED)
        line = logged.line(sent.path)
        assert (line["classification"], line["classification_reason"]) == ("-", "-")
        assert sent.statuses[0] == 200

    @pytest.mark.parametrize(
        ("request_", "tier", "reason"),
        [
            *((request, "Acceptable", reason) for request, reason in ALLOWED),
            *((request, "Ambiguous", reason) for request, reason in CLOSING),
            *((request, "Severe", reason) for request, reason in SEVERE),
            *((request, *why) for request, why in REFUSED_BY_NGINX),
        ],
    )
    def test_is_logged(self, logged: Logged, request_: str, tier: str, reason: str) -> None:
        sent = Exchange(logged, request_, LOGGED)
        line = logged.line(sent.path)
        assert (line["classification"], line["classification_reason"]) == (tier, reason)

    def test_of_a_line_that_nginx_does_not_understand(self, logged: Logged) -> None:
        Exchange(logged, "GET {} x HTTP/1.1\r\nHost: a\r\n\r\n", LOGGED)
        line = logged.line('"- http://logged-alb:8020- -"')
        assert (line["classification"], line["classification_reason"]) == (
            "Acceptable",
            "SpaceInUri",
        )


class TestDefensive:
    @pytest.mark.parametrize("request_", [request for request, _ in ALLOWED])
    def test_allows_what_is_acceptable(self, logged: Logged, request_: str) -> None:
        assert Exchange(logged, request_, LOGGED).statuses == [200, 200]

    @pytest.mark.parametrize("request_", [request for request, _ in CLOSING])
    def test_closes_both_connections_after_what_is_ambiguous(
        self, logged: Logged, request_: str
    ) -> None:
        sent = Exchange(logged, request_, LOGGED)
        assert sent.statuses == [200]
        assert b"\r\nConnection: close\r\n" in sent.received
        if not request_.startswith("HEAD"):
            assert sent.first["headers"]["connection"] == "close"

    @pytest.mark.parametrize("request_", [request for request, _ in SEVERE])
    def test_refuses_what_is_severe(self, logged: Logged, request_: str) -> None:
        assert Exchange(logged, request_, LOGGED).statuses == [400]


class TestStrictest:
    @pytest.mark.parametrize("request_", [request for request, _ in ALLOWED + CLOSING + SEVERE])
    def test_refuses_what_does_not_comply(self, logged: Logged, request_: str) -> None:
        assert Exchange(logged, request_, STRICTEST).statuses == [400]

    @pytest.mark.parametrize("request_", COMPLIANT)
    def test_allows_the_rest(self, logged: Logged, request_: str) -> None:
        assert Exchange(logged, request_, STRICTEST).statuses[0] == 200


class TestMonitor:
    @pytest.mark.parametrize("request_", [request for request, _ in ALLOWED + CLOSING + SEVERE])
    def test_changes_nothing(self, logged: Logged, request_: str) -> None:
        sent = Exchange(logged, request_, MONITOR)
        assert sent.statuses == [200, 200]
        if not request_.startswith("HEAD"):
            assert "connection" not in sent.first["headers"]

    @pytest.mark.parametrize("request_", [request for request, _ in REFUSED_BY_NGINX])
    def test_refuses_what_nginx_refuses(self, logged: Logged, request_: str) -> None:
        assert Exchange(logged, request_, MONITOR).statuses == [400]


@pytest.mark.parametrize("port", [LOGGED, STRICTEST, MONITOR])
@pytest.mark.parametrize(("addresses", "status"), [(30, 200), (31, 463)])
def test_forwarded_for_has_at_most_30_addresses(
    logged: Logged, port: int, addresses: int, status: int
) -> None:
    value = ", ".join(["203.0.113.7"] * addresses)
    request = f"GET {{}} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {value}\r\n\r\n"
    sent = Exchange(logged, request, port)
    assert sent.statuses[0] == status
    if status == 463:
        assert b"\r\nServer: awselb/2.0\r\n" in sent.received
