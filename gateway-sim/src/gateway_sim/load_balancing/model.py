"""What the definitions say of load balancers, in AWS's words: frozen, validated, free of nginx."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from gateway_sim.load_balancing.target_group_settings import HealthCheck, MinimumHealthy, Stickiness
from gateway_sim.load_balancing.tls_model import Tls


@dataclass(frozen=True)
class Address:
    """Where something listens on this network."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class TargetGroup:
    """Targets are all addresses that `address.host` resolves to; times are in seconds."""

    name: str
    arn: str
    address: Address
    health_check: HealthCheck
    algorithm: str = "round_robin"  # or least_outstanding_requests, or weighted_random
    stickiness: Stickiness | None = None
    deregistration_delay: int = 300
    slow_start: int = 0
    minimum_healthy: MinimumHealthy = field(default_factory=MinimumHealthy)
    protocol: str = "HTTP"  # or HTTPS, to its targets


@dataclass(frozen=True)
class Forward:
    """Send the request to a target of the group with this name."""

    target_group: str


@dataclass(frozen=True)
class WeightedForward:
    """Send each request to one of several groups, by weight; 0 gets none.

    `sticky_seconds` is how long a client stays with its group, None without stickiness.
    """

    weights: tuple[tuple[str, int], ...]  # target group, weight
    sticky_seconds: int | None = None


@dataclass(frozen=True)
class FixedResponse:
    """Answer without asking a target."""

    status: int
    content_type: str
    body: str


@dataclass(frozen=True)
class Redirect:
    """Send the client elsewhere; `url` holds the placeholders #{protocol}, #{host} and so on."""

    status: int
    url: str


Action = Forward | WeightedForward | FixedResponse | Redirect


def target_groups_of(action: Action) -> tuple[str, ...]:
    """The names of the target groups that an action may send to."""
    match action:
        case Forward(group):
            return (group,)
        case WeightedForward(weights):
            return tuple(group for group, _ in weights)
        case _:
            return ()


@dataclass(frozen=True)
class Rewrite:
    """A transform: where `regex` matches, `replace` stands instead, with groups as $1, $2."""

    regex: str
    replace: str


@dataclass(frozen=True)
class HttpHeader:
    """An http-header condition: wildcard patterns, or regular expressions, for one header."""

    name: str
    values: tuple[str, ...] = ()
    regex_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueryString:
    """A query-string condition: pairs of key and value; without a key, None, any key will do."""

    values: tuple[tuple[str | None, str], ...]


@dataclass(frozen=True)
class SourceIp:
    """A source-ip condition: who the client is for TCP, whatever X-Forwarded-For says."""

    values: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True)
class HostRegex:
    """A host-header condition of regular expressions."""

    regex_values: tuple[str, ...]


@dataclass(frozen=True)
class PathRegex:
    """A path-pattern condition of regular expressions."""

    regex_values: tuple[str, ...]


Condition = HttpHeader | QueryString | SourceIp | HostRegex | PathRegex


@dataclass(frozen=True)
class Rule:
    """A listener rule: all its conditions must hold, one of the values of each.

    `paths`, `hosts` and `methods` are values of the conditions path-pattern, host-header and
    http-request-method, `conditions` all others; none are no condition. The rewrites are of path
    and query, and of the host header.
    """

    priority: int
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    methods: tuple[str, ...]
    action: Action
    url_rewrite: Rewrite | None = None
    conditions: tuple[Condition, ...] = ()
    host_rewrite: Rewrite | None = None


@dataclass(frozen=True)
class ListenerAttributes:
    """Whether the load balancer names itself, and what it adds to every response.

    The last two are the headers that tell targets how TLS was spoken, if they are told.
    """

    server: bool = True
    response_headers: tuple[tuple[str, str], ...] = ()
    tls_version_header: str = "X-Amzn-Tls-Version"
    tls_cipher_header: str = "X-Amzn-Tls-Cipher-Suite"


@dataclass(frozen=True)
class ApplicationListener:
    """An HTTP listener, or with `tls` an HTTPS one; `rules` are in the order of their priority.

    `port` is the definition's, `port_here` where it listens on this network.
    """

    port: int
    port_here: int
    rules: tuple[Rule, ...]
    default: Action
    attributes: ListenerAttributes = ListenerAttributes()
    tls: Tls | None = None


@dataclass(frozen=True)
class LoadBalancerAttributes:
    """The attributes of an ALB that change what it does; times are in seconds."""

    idle_timeout: int = 60
    client_keep_alive: int = 3600
    access_logs: bool = False
    desync_mitigation_mode: str = "defensive"  # or monitor, or strictest
    xff_mode: str = "append"  # or preserve, or remove
    xff_client_port: bool = False
    preserve_host_header: bool = False
    drop_invalid_header_fields: bool = False
    http2: bool = True  # of HTTPS listeners
    tls_headers: bool = False  # what was negotiated is told to targets


@dataclass(frozen=True)
class ApplicationLoadBalancer:
    """An ALB and the target groups that its rules name."""

    logical_id: str
    name: str
    arn: str
    attributes: LoadBalancerAttributes
    listeners: tuple[ApplicationListener, ...]
    target_groups: tuple[TargetGroup, ...]


@dataclass(frozen=True)
class NetworkListener:
    """A TCP listener, where it listens here, and where its connections go."""

    port: int
    port_here: int
    target: Address


@dataclass(frozen=True)
class NetworkLoadBalancer:
    """An NLB."""

    logical_id: str
    name: str
    listeners: tuple[NetworkListener, ...]
