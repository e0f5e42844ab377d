"""One request as bytes on a connection of its own, and the response to it."""

import io
import re
import socket
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from http.client import HTTPMessage, HTTPResponse, IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.parse import SplitResult

from tests.conformance.table import Request

_REPEATED = re.compile(r"\{(.)\*(\d+)\}", re.DOTALL)
_SECONDS = 40


@dataclass(frozen=True)
class Answer:
    """A response as it came."""

    status: int
    headers: HTTPMessage
    body: bytes
    more: bytes = b""  # what came behind it


class _Received:
    """All that comes on a connection until the server closes it, to be read like the connection."""

    def __init__(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            self.bytes = stream.read()

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.bytes)

    def behind(self, body: bytes) -> bytes:
        """What is neither the head of the first response nor its body."""
        _, _, rest = self.bytes.partition(b"\r\n\r\n")
        return rest[len(body) :]


def exchange(
    url: SplitResult,
    request: Request,
    host: str,
    trusting: ssl.SSLContext,
    *,
    is_last: bool = False,
) -> Answer:
    """Send a request to a server; the path of `url` goes in front of the request's own.

    With `is_last` everything is read that comes until the server closes the connection.
    """
    sent = message(request, url.path, host)
    method = sent.split(b" ", 1)[0].decode("latin-1")
    with _connect(url, trusting) as connection:
        with suppress(ConnectionError):  # the server may answer before it has read everything
            connection.sendall(sent)
        if not is_last:
            return _answer(connection, method)
        received = _Received(connection)
        answer = _answer(received, method)
        return replace(answer, more=received.behind(answer.body))


def _answer(connection: Any, method: str) -> Answer:
    with closing(HTTPResponse(connection, method=method)) as response:
        try:
            response.begin()
            body = response.read()
        except RemoteDisconnected as error:
            raise AssertionError("the connection was closed without a response") from error
        except IncompleteRead as error:
            body = error.partial
        return Answer(response.status, response.headers, body)


def _connect(url: SplitResult, trusting: ssl.SSLContext) -> socket.socket:
    name, port = str(url.hostname), url.port or (443 if url.scheme == "https" else 80)
    connection = socket.create_connection((name, port), timeout=_SECONDS)
    if url.scheme == "https":
        return trusting.wrap_socket(connection, server_hostname=name)
    return connection


def message(request: Request, prefix: str, host: str) -> bytes:
    """The request as it is sent."""
    if request.raw:
        return _written_out(request.raw)
    method, _, path = request.line.partition(" ")
    body = _written_out(request.body or "")
    headers = {"Host": host, "Content-Length": str(len(body)) if body else None, **request.headers}
    lines = [f"{method} {prefix}{path} HTTP/1.1"]
    for name, value in headers.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        lines += [f"{name}: {each}" for each in values]
    return _written_out("\r\n".join([*lines, "", ""])) + body


def _written_out(text: str) -> bytes:
    return _REPEATED.sub(lambda found: found[1] * int(found[2]), text).encode("latin-1")
