"""What the definitions say of REST APIs, in AWS's words: frozen, validated, free of nginx."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway_sim.load_balancing.model import Address


def address_of(uri: str) -> Address:
    """The host that a uri names, and its port or that of the scheme."""
    scheme, _, authority = uri.split("/")[:3]
    host, _, port = authority.partition(":")
    return Address(host, int(port or {"http:": 80, "https:": 443}[scheme]))


@dataclass(frozen=True)
class HttpIntegration:
    """An HTTP proxy integration or, with `responses`, one whose answers are mapped.

    `uri` still has its {placeholders}; `path` says which method path parameter fills each.
    `headers` and `queries` map names to API Gateway's mapping expressions.
    `connect_to` is the load balancer behind the VPC link, None for the host of the uri; its
    certificate may be known to be for another host. One that is `verified` must come from an
    authority that the public trusts.
    """

    http_method: str  # "ANY" passes the client's method on
    uri: str
    timeout_ms: int
    connect_to: Address | None
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)
    responses: "Responses | None" = None
    is_refused_always: bool = False
    has_endpoint: bool = True  # False when the uri lacks a stage variable and is none without it
    certificate_is_refused: bool = False
    verified: bool = False

    @property
    def title(self) -> str:
        """What a list of routes says of it."""
        return self.uri


@dataclass(frozen=True)
class IntegrationResponse:
    """What the client is answered; `headers` maps names to mapping expressions.

    Without a template there is no body; the template has variables in it.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None
    content_type: str = "application/json"


# By pattern of the integration's status, "" for the default, in the order of the document.
Responses = Mapping[str, IntegrationResponse]


@dataclass(frozen=True)
class MockStatus:
    """What a request template says: a status to choose the response by, and one to answer with."""

    status: int | None
    answered: int | None = None


@dataclass(frozen=True)
class MockIntegration:
    """An integration that answers by itself.

    `statuses` holds what the request template of each Content-Type says, "$default" for all others;
    `strict` refuses the Content-Types that have none.
    """

    statuses: Mapping[str, MockStatus]
    strict: bool
    responses: Responses

    @property
    def title(self) -> str:
        """What a list of routes says of it."""
        return "MOCK"


Integration = HttpIntegration | MockIntegration


@dataclass(frozen=True)
class Method:
    """A method of a resource; `http_method` may be ANY."""

    http_method: str
    resource: str
    integration: Integration

    @property
    def http_integration(self) -> HttpIntegration:
        """The integration of a method that is known to have an HTTP one."""
        assert isinstance(self.integration, HttpIntegration), self.resource  # noqa: S101 - known
        return self.integration


@dataclass(frozen=True)
class GatewayResponse:
    """What an API answers for one kind of error; what is None stays as API Gateway has it."""

    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None
    content_type: str = "application/json"


@dataclass(frozen=True)
class Canary:
    """What a share of the requests to a stage meets instead, in percent."""

    percent: float
    stage_variables: Mapping[str, str]
    methods: tuple[Method, ...]


@dataclass(frozen=True)
class RestApi:
    """A REST API as one stage publishes it; methods are in the order in which they are tried."""

    logical_id: str
    api_id: str
    name: str
    stage: str
    stage_variables: Mapping[str, str]
    methods: tuple[Method, ...]
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)  # by type
    canary: Canary | None = None
    access_log: str | None = None  # the format of a line

    @property
    def releases(self) -> "tuple[RestApi, ...]":
        """The API, and the API as its canary has it."""
        if self.canary is None:
            return (self,)
        variables, methods = self.canary.stage_variables, self.canary.methods
        return self, replace(self, stage_variables=variables, methods=methods)
