"""What every service's application has: lifespan, errors, logs, health."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

import httpx
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI

from chassis import errors, health
from chassis.db import WORKERS, Database
from chassis.middleware import Admission, BodyLimit, RequestLog
from chassis.peer import Peer, open_client
from chassis.settings import ServiceSettings


class State(TypedDict):
    """What the process opens once; a request finds it in `request.state`."""

    database: Database
    peer: Peer


def build_app(
    settings: ServiceSettings,
    router: APIRouter,
    *,
    title: str,
    description: str,
    transport: httpx.BaseTransport | None = None,
) -> FastAPI:
    """Build the application of one service; nothing is opened before it starts."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        current_default_thread_limiter().total_tokens = WORKERS
        database = Database(settings)
        with open_client(settings, transport) as client:
            yield {"database": database, "peer": Peer(client)}
        database.engine.dispose()

    app = _Application(
        title=title,
        description=description,
        lifespan=lifespan,
        redirect_slashes=False,  # a load balancer's rules know one spelling of a path
        redoc_url=None,
    )
    app.state.draining = False
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Admission)
    app.add_middleware(RequestLog)  # the last one added is the outermost
    app.include_router(router)  # first, because routes are tried one after the other
    app.include_router(health.router)
    return app


class _Application(FastAPI):
    """FastAPI, whose document has the schema of problems too."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        problem = errors.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(problem.pop("$defs"), Problem=problem)
        return document
