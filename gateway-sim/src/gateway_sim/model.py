"""What the definitions say of load balancers, in AWS's words: frozen, validated, free of nginx."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """Where something listens on this network."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class HealthCheck:
    """How a target group asks its targets whether they serve; times are in seconds."""

    path: str = "/"
    port: int | None = None  # None is `traffic-port`
    interval: int = 30
    timeout: int = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    success_codes: tuple[range, ...] = (range(200, 201),)

    def accepts(self, status: int) -> bool:
        """Whether the matcher counts `status` as a success."""
        return any(status in codes for codes in self.success_codes)


@dataclass(frozen=True)
class TargetGroup:
    """Targets are all addresses that `address.host` resolves to."""

    name: str
    arn: str
    address: Address
    health_check: HealthCheck


@dataclass(frozen=True)
class Forward:
    """Send the request to a target of the group with this name."""

    target_group: str


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


Action = Forward | FixedResponse | Redirect


@dataclass(frozen=True)
class Rewrite:
    """A url-rewrite transform: `regex` on path and query, `replace` with $1, $2."""

    regex: str
    replace: str


@dataclass(frozen=True)
class Rule:
    """A listener rule; the values of a condition are alternatives, none are no condition."""

    priority: int
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    methods: tuple[str, ...]
    action: Action
    url_rewrite: Rewrite | None = None


@dataclass(frozen=True)
class ApplicationListener:
    """An HTTP listener; `rules` are in the order of their priority."""

    port: int
    rules: tuple[Rule, ...]
    default: Action


@dataclass(frozen=True)
class ApplicationLoadBalancer:
    """An ALB and the target groups that its rules name."""

    logical_id: str
    name: str
    idle_timeout: int
    listeners: tuple[ApplicationListener, ...]
    target_groups: tuple[TargetGroup, ...]
    port_here: int | None = None  # when the host name was given with a port


@dataclass(frozen=True)
class NetworkListener:
    """A TCP listener and where its connections go."""

    port: int
    target: Address


@dataclass(frozen=True)
class NetworkLoadBalancer:
    """An NLB."""

    logical_id: str
    name: str
    listeners: tuple[NetworkListener, ...]
    port_here: int | None = None
