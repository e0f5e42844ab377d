"""The client of the other service on real sockets: when it asks again, and when it must not."""

import socket
import threading
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from chassis.peer import Peer, PeerUnavailable, open_client
from chassis.settings import ServiceSettings


class Hangup:
    """A server that reads a request and closes the connection without an answer."""

    def __init__(self) -> None:
        self.requests = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                if not connection.recv(65536):
                    return
                self.requests += 1

    def close(self) -> None:
        socket.create_connection(self.socket.getsockname()).close()
        self.thread.join()
        self.socket.close()


@pytest.fixture
def hangup() -> Iterator[Hangup]:
    server = Hangup()
    yield server
    server.close()


def asks(url: str) -> None:
    settings = ServiceSettings.model_validate(
        {"port": 80, "database_file": "x", "database_name": "x", "alb_url": url}
    )
    with open_client(settings) as client, pytest.raises(PeerUnavailable):
        Peer(client).get("/thing", {}, BaseModel)


def test_what_was_sent_is_not_sent_again(hangup: Hangup) -> None:
    asks(hangup.url)
    assert hangup.requests == 1


def test_where_no_connection_was_made_a_second_one_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts: list[object] = []

    def refuse(address: object, *_: object, **__: object) -> socket.socket:
        attempts.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    asks("http://127.0.0.1:9")
    assert len(attempts) == 2


def test_proxies_of_the_environment_are_not_asked(
    monkeypatch: pytest.MonkeyPatch, hangup: Hangup
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    asks(hangup.url)
    assert hangup.requests == 1
