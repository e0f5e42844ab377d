"""What happens around every request: its size is bounded, it is logged, and it has an answer."""

import logging
import time

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import InternalError, TooLarge, answer
from chassis.logs import TRACE_HEADER, new_trace_id, trace_id

# Hundreds of times the largest body that an operation takes, and little for a task of 512 MB.
LARGEST_BODY = 256 * 1024

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


class RequestLog:
    """ASGI middleware: the trace id, the log line, and the last resort of every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(Request(scope), receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, request: Request, receive: Receive, send: Send) -> None:
        status, began = 0, time.perf_counter()
        # Only ASCII may be sent on in a header.
        given = request.headers.get(TRACE_HEADER, "").encode("ascii", "ignore").decode()
        trace_id.set(given or new_trace_id())

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if request.app.state.draining:
                    # So no connection is idle, to be used again, when the server closes all.
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        try:
            await self._app(request.scope, receive, send_and_note)
        except Exception:
            _log.exception("The request failed")
            if status:  # A response that has begun can only be cut off, which raising does.
                raise
            await answer(request, InternalError())(request.scope, receive, send_and_note)
        finally:
            _log_line(request, status, time.perf_counter() - began)


def _log_line(request: Request, status: int, seconds: float) -> None:
    # Load balancers ask for health every few seconds: that all is well is no news.
    is_news = request.url.path != "/health-check" or status != 200  # noqa: PLR2004
    _log.log(
        logging.INFO if is_news else logging.DEBUG,
        "%s %s",
        request.method,
        request.url.path,
        extra={"fields": {"status": status, "milliseconds": round(seconds * 1000, 1)}},
    )
