"""The process: uvicorn, and how it stops without losing a request."""

import time
from types import FrameType

import uvicorn
from fastapi import FastAPI

from chassis import logs
from chassis.settings import ServiceSettings

# An ALB keeps an idle connection for 60 s; the target must keep it longer, or the ALB sends a
# request into a connection that is being closed, and answers 502.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
KEEP_ALIVE_SECONDS = 75
# With 12 s of draining this is within the 30 s that ECS and compose wait before they kill.
FINISH_SECONDS = 15


class DrainingServer(uvicorn.Server):
    """A server that, told to stop, goes on serving while the load balancer takes notice.

    uvicorn raises the signal again when it has stopped, which ends the process with an error
    status; a stop that was asked for is no error, so here the signal is not kept.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin to drain; a second signal of any kind stops at once, a third one hard."""
        if self._stop_at is None:
            self._app.state.draining = True
            self._stop_at = time.monotonic() + self._drain_seconds
        else:
            self.force_exit = self.should_exit
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Stop once the time for draining is over; uvicorn asks ten times a second."""
        drained = self._stop_at is not None and time.monotonic() >= self._stop_at
        return await super().on_tick(counter) or drained


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve `app` until SIGTERM or Ctrl-C, then drain and return."""
    logs.configure()
    config = uvicorn.Config(
        app,
        host="0.0.0.0",  # noqa: S104  the network namespace of a task is its own
        port=settings.port,
        log_config=None,
        access_log=False,  # chassis.logs writes one line per request, with the trace id
        server_header=False,
        proxy_headers=False,  # nothing here asks who the client is
        http="httptools",
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    DrainingServer(config, app, settings.drain_seconds).run()
