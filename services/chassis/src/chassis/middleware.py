"""What happens around every request: it waits its turn, is bounded, logged, and has an answer."""

import asyncio
import logging
import time

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.db import WORKERS
from chassis.errors import InternalError, TooLarge, Unavailable, answer
from chassis.logs import TRACE_HEADER, new_trace_id, trace_id, write

# Hundreds of times the largest body that an operation takes, and little for a task of 512 MB.
LARGEST_BODY = 256 * 1024
HEALTH_CHECK = "/health-check"
# A burst is over by then; whoever is refused after that has still time to try again.
QUEUE_SECONDS = 1
_TRACE_HEADER = TRACE_HEADER.lower().encode()

_log = logging.getLogger(__name__)


class BodyLimit:
    """ASGI middleware: no more of a body is read than any operation takes, whatever its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def receive_at_most() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                raise HTTPException(TooLarge.status, str(TooLarge()))
            return message

        await self._app(scope, receive_at_most, send)


class Overloaded(Unavailable):
    """All workers were busy for as long as a request may wait for one."""

    def __init__(self) -> None:
        super().__init__("There is more to do than can be done now. Nothing was written.")


class Admission:
    """ASGI middleware: as many requests at once as there are workers; the others wait their turn.

    To refuse them at once would make this task, which has the least to do then, the one that a
    load balancer prefers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._free = asyncio.Semaphore(WORKERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == HEALTH_CHECK:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(QUEUE_SECONDS if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError:
            await answer(Request(scope), Overloaded())(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._free.release()


class RequestLog:
    """ASGI middleware: the trace id, the log line, and the last resort of every request.

    It reads the scope itself: to build a Request and its URL takes as long as all the rest here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()
        trace_id.set(_given_trace_id(scope) or new_trace_id())

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["app"].state.draining:
                    # So no connection is idle, to be used again, when the server closes all.
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            _log.exception("The request failed")
            if status:  # A response that has begun can only be cut off, which raising does.
                raise
            await answer(Request(scope), InternalError())(scope, receive, send_and_note)
        finally:
            _log_line(scope, status, time.perf_counter() - began)


def _given_trace_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _TRACE_HEADER:
            # Only ASCII may be sent on in a header.
            return str(value.decode("ascii", "ignore"))
    return ""


def _log_line(scope: Scope, status: int, seconds: float) -> None:
    # Load balancers ask for health every few seconds: that all is well is no news.
    if scope["path"] == HEALTH_CHECK and status == 200:  # noqa: PLR2004
        return
    path = scope["raw_path"].decode("ascii", "backslashreplace")
    fields = {"status": status, "milliseconds": round(seconds * 1000, 1)}
    write(_log, f"{scope['method']} {path}", fields)
