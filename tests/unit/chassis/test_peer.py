import httpx
import pytest
from pydantic import BaseModel

from chassis import peer as peer_module
from chassis.logs import trace_id
from chassis.peer import Peer, PeerRefused, PeerUnavailable, open_client
from chassis.settings import ServiceSettings
from tests.fixtures.services import Peer as Other


class Thing(BaseModel):
    name: str


@pytest.fixture
def calls(settings: ServiceSettings, peer: Other) -> Peer:
    return Peer(open_client(settings, httpx.MockTransport(peer)))


class TestGet:
    def test_reads_the_fields_declared_and_no_other(self, calls: Peer, peer: Other) -> None:
        peer.answers(json={"name": "a thing", "colour": "red"})
        assert calls.get("/thing", {"id": [1, 2]}, Thing) == Thing(name="a thing")
        assert str(peer.requests[0].url) == "http://alb/thing?id=1&id=2"

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b""),
            (200, b"<html>"),
            (200, b"[]"),
            (200, b"{}"),
            (200, b'{"name": 7}'),
            (200, b'{"name": "\xff"}'),
            (204, b""),
            (301, b'{"name": "a thing"}'),
            (404, b'{"name": "a thing"}'),
            (500, b'{"name": "a thing"}'),
            (503, b"<html>"),
        ],
    )
    def test_nonsense_is_unavailable(
        self, calls: Peer, peer: Other, status: int, body: bytes
    ) -> None:
        peer.answers(status, content=body)
        with pytest.raises(PeerUnavailable):
            calls.get("/thing", {}, Thing)

    @pytest.mark.parametrize(
        "error",
        [
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.ReadTimeout,
            httpx.WriteTimeout,
            httpx.PoolTimeout,
            httpx.ReadError,
            httpx.RemoteProtocolError,
        ],
    )
    def test_down_and_slow_are_unavailable_and_asked_once(
        self, calls: Peer, peer: Other, error: type[httpx.TransportError]
    ) -> None:
        def fail(request: httpx.Request) -> httpx.Response:
            raise error("no", request=request)

        peer.answer = fail
        with pytest.raises(PeerUnavailable):
            calls.get("/thing", {}, Thing)
        assert len(peer.requests) == 1

    def test_a_refusal_is_told_apart(self, calls: Peer, peer: Other) -> None:
        peer.answers(422)
        with pytest.raises(PeerRefused):
            calls.get("/thing", {}, Thing)

    def test_the_trace_id_goes_along(self, calls: Peer, peer: Other) -> None:
        peer.answers(json={"name": "a thing"})
        token = trace_id.set("Root=1-2-3")
        calls.get("/thing", {}, Thing)
        trace_id.reset(token)
        assert peer.requests[0].headers["X-Amzn-Trace-Id"] == "Root=1-2-3"


class TestClient:
    def test_every_phase_has_a_timeout(self, settings: ServiceSettings) -> None:
        phases = open_client(settings).timeout.as_dict().values()
        assert all(phases)
        assert sum(filter(None, phases)) < 29  # what an API Gateway waits

    def test_no_connection_is_kept_longer_than_a_reload_keeps_it(self) -> None:
        assert peer_module.LIMITS.keepalive_expiry == 4
