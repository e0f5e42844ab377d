"""What the definitions say of REST APIs, in AWS's words: frozen, validated, free of nginx."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway_sim.model import Address


@dataclass(frozen=True)
class Integration:
    """An HTTP proxy integration.

    `uri` still has its {placeholders}; `path` says which method path parameter fills each.
    `headers` and `queries` map names to API Gateway's mapping expressions.
    `connect_to` is the load balancer behind the VPC link, None for the host of the uri.
    """

    http_method: str  # "ANY" passes the client's method on
    uri: str
    timeout_ms: int
    connect_to: Address | None
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """A method of a resource; `http_method` may be ANY."""

    http_method: str
    resource: str
    integration: Integration


@dataclass(frozen=True)
class RestApi:
    """A REST API as one stage publishes it; methods are in the order in which they are tried."""

    logical_id: str
    api_id: str
    name: str
    stage: str
    stage_variables: Mapping[str, str]
    methods: tuple[Method, ...]
