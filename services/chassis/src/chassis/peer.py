"""Calls to the other service, always through the load balancer."""
# ruff: noqa: N818  (a refusal's name says what happened)

from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from chassis.db import WORKERS
from chassis.errors import Unavailable
from chassis.logs import TRACE_HEADER, trace_id
from chassis.settings import ServiceSettings

Answer = TypeVar("Answer", bound=BaseModel)
Params = dict[str, str | int | list[int]]

# Together shorter than what a caller waits: 29 s at an API Gateway.
TIMEOUT = httpx.Timeout(connect=2, write=2, read=5, pool=1)
LIMITS = httpx.Limits(
    max_connections=WORKERS,
    max_keepalive_connections=WORKERS,
    # Shorter than a load balancer keeps a connection while it reloads: none is used that it
    # is about to close, which would look like a failed call.
    keepalive_expiry=4,
)


class PeerUnavailable(Unavailable):
    """The other service is down, slow, or says what cannot be understood."""

    def __init__(self) -> None:
        super().__init__("Another service, which is needed here, does not answer.")


class PeerRefused(Exception):
    """The other service found the request invalid (422)."""


class Peer:
    """The pooled HTTP client of the process."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, params: Params, answer: type[Answer]) -> Answer:
        """Read `path` as an `answer`.

        Raises:
            PeerRefused: the other service answered 422.
            PeerUnavailable: anything else but a 200 with the fields of `answer`.
        """
        try:
            response = self._client.get(path, params=params, headers=_trace())
            if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                raise PeerRefused
            response.raise_for_status()
            return answer.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise PeerUnavailable from error


def open_client(
    settings: ServiceSettings, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """Open the client; `transport` replaces the network in tests.

    A retry happens only when no connection could be made, so nothing can have been sent.
    Proxies of the environment are not for calls inside the network.
    """
    url = str(settings.alb_url)
    network = httpx.HTTPTransport(
        verify=url.startswith("https:"), limits=LIMITS, retries=1, trust_env=False
    )
    return httpx.Client(
        base_url=url, timeout=TIMEOUT, transport=transport or network, trust_env=False
    )


def _trace() -> dict[str, str]:
    current = trace_id.get()
    return {TRACE_HEADER: current} if current else {}
