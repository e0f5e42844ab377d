"""Carries calls of the ELBv2 API over HTTP: one call on each connection."""

import asyncio
from collections.abc import Callable

import h11

# Far more than any call has.
_MAX_BYTES = 262_144
_TIMEOUT_SECONDS = 10

Answer = Callable[[str], tuple[int, str]]  # the form of a call; status and XML


class _BadRequestError(Exception):
    """What came is no call."""


async def serve(answer: Answer, host: str, port: int) -> asyncio.Server:
    """Listen until the server is closed.

    Raises:
        OSError: the address cannot be listened on.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                await _talk(reader, writer, answer)
        except (TimeoutError, OSError, h11.LocalProtocolError):
            pass  # the caller is gone, says nothing, or wants an answer without a body
        finally:
            writer.close()

    return await asyncio.start_server(connected, host, port)


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    connection = h11.Connection(h11.SERVER)
    try:
        status, body = answer(await _form(reader, connection))
    except (h11.RemoteProtocolError, _BadRequestError) as error:
        status, body = 400, f"{error}\n"
    content = body.encode()
    headers = [
        ("Content-Type", "text/xml"), ("Content-Length", str(len(content))), ("Connection", "close")
    ]  # fmt: skip
    if connection.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
        for event in (
            h11.Response(status_code=status, headers=headers), h11.Data(content), h11.EndOfMessage()
        ):  # fmt: skip
            writer.write(connection.send(event) or b"")
        await writer.drain()


async def _form(reader: asyncio.StreamReader, connection: h11.Connection) -> str:
    """The parameters of a call: the body of a POST, or the query string of a GET."""
    query, body = b"", b""
    while True:
        match connection.next_event():
            case h11.NEED_DATA:
                connection.receive_data(await reader.read(65_536))
            case h11.Request(target=target):
                query = target.partition(b"?")[2]
            case h11.Data(data=data):
                body += data
                if len(body) > _MAX_BYTES:
                    raise _BadRequestError("the body is too long")
            case h11.EndOfMessage():
                return (body or query).decode("utf-8", "replace")
            case _:
                raise _BadRequestError("the connection was closed")
