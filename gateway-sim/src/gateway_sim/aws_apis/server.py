"""Carries calls of AWS's APIs over HTTP: one call on each connection."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import h11

# Far more than any call has.
_MAX_BYTES = 262_144
# For a whole call: whoever is slower is not waited for.
_TIMEOUT_SECONDS = 10
# The controller has more to do, and so many descriptors only.
_MAX_CONNECTIONS = 100

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """A request: `target` is path and query as they came, names of headers are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Answer:
    """A response; Content-Length is added."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Service = Callable[[Call], Answer]


class _RefusedError(Exception):
    """What came is no call; `status` says what it is."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def serve(service: Service, host: str, port: int) -> asyncio.Server:
    """Listen until the server is closed.

    Raises:
        OSError: the address cannot be listened on.
    """
    connections: set[asyncio.StreamWriter] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        try:
            if len(connections) <= _MAX_CONNECTIONS:
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    await _talk(reader, writer, service)
        except (TimeoutError, OSError):
            pass  # the caller is gone, or too slow
        finally:
            connections.remove(writer)
            writer.close()

    return await asyncio.start_server(connected, host, port)


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: Service
) -> None:
    connection = h11.Connection(h11.SERVER)
    try:
        answer = _answer(service, await _call(reader, connection))
    except _RefusedError as error:
        answer = _text(error.status, str(error))
    except h11.RemoteProtocolError as error:
        answer = _text(error.error_status_hint, str(error))
    if connection.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
        _send(writer, connection, answer)
        await writer.drain()


def _send(writer: asyncio.StreamWriter, connection: h11.Connection, answer: Answer) -> None:
    headers = {
        "x-amzn-RequestId": str(uuid.uuid4()),
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.body)),
        "Connection": "close",
        **answer.headers,
    }
    response = h11.Response(status_code=answer.status, headers=list(headers.items()))
    with suppress(h11.LocalProtocolError):  # HEAD wants no body
        for event in (response, h11.Data(answer.body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")


def _answer(service: Service, call: Call) -> Answer:
    try:
        return service(call)
    except Exception:  # noqa: BLE001 - whatever a call asks for, the controller goes on
        _log.exception("%s %s cannot be answered", call.method, call.path)
        return _text(500, "internal error; the log says more")


def _text(status: int, message: str) -> Answer:
    return Answer(status, "text/plain", f"{message}\n".encode())


async def _call(reader: asyncio.StreamReader, connection: h11.Connection) -> Call:
    request: h11.Request | None = None
    body, size = bytearray(), 0
    while True:
        match connection.next_event():
            case h11.NEED_DATA:
                connection.receive_data(await reader.read(65_536))
            case h11.Request() as found:
                request = found
            case h11.Data(data=data):
                size += len(data)
                # The rest is read but not kept: whoever sends it hears the answer.
                body += data[: max(0, _MAX_BYTES - len(body))]
            case h11.EndOfMessage() if size > _MAX_BYTES:
                raise _RefusedError(413, f"a call has at most {_MAX_BYTES} bytes")
            case h11.EndOfMessage() if request is not None:
                headers = {name.decode("latin1"): value.decode("latin1")
                           for name, value in request.headers}  # fmt: skip
                method, target = request.method.decode("ascii"), request.target.decode("latin1")
                return Call(method, target, headers, bytes(body))
            case _:
                raise _RefusedError(400, "the connection was closed")
