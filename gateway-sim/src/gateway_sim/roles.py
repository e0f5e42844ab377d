"""What each role runs: which servers, where they listen, whom they follow."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from gateway_sim.model import (
    Address,
    ApplicationLoadBalancer,
    Cloud,
    NetworkLoadBalancer,
    TargetGroup,
)
from gateway_sim.render_apis import api_gateway, next_hop
from gateway_sim.render_load_balancers import application_load_balancer, network_load_balancer
from gateway_sim.rendering import Targets

Role = Literal["api-gateway", "nlb", "alb", "all"]
ROLES: tuple[Role, ...] = get_args(Role)


class RoleError(Exception):
    """Right definitions that cannot be run as this role; the message says what would help."""


@dataclass(frozen=True)
class Server:
    """One part of the nginx configuration.

    `ports` are where it listens here, `render` gives its text for the targets in service.
    """

    title: str
    kind: Literal["http", "stream"]
    ports: tuple[int, ...]
    hops: frozenset[Address]
    groups: tuple[TargetGroup, ...]
    render: Callable[[Targets], str]


def servers_of(cloud: Cloud, role: Role, port: int) -> list[Server]:
    """The servers of a role; API Gateway listens on `port`.

    In one process tree (`all`) the load balancers listen on the loopback address only.

    Raises:
        RoleError: there is nothing to run, or two servers want the same port.
    """
    interface = "127.0.0.1:" if role == "all" else ""
    servers: list[Server] = []
    if role in {"alb", "all"}:
        servers += [_alb(each, interface) for each in cloud.application_load_balancers]
    if role in {"nlb", "all"}:
        servers += [_nlb(each, interface) for each in cloud.network_load_balancers]
    if role in {"api-gateway", "all"} and cloud.rest_apis:
        servers.append(_api_gateway(cloud, port))
    if not servers:
        raise RoleError(f"the definitions have nothing for the role {role}")
    for message in _clashes(servers):
        raise RoleError(message)
    return servers


def _alb(alb: ApplicationLoadBalancer, interface: str) -> Server:
    return Server(
        alb.logical_id,
        "http",
        tuple(alb.port_here or listener.port for listener in alb.listeners),
        frozenset(),
        alb.target_groups,
        partial(application_load_balancer, alb, interface=interface),
    )


def _nlb(nlb: NetworkLoadBalancer, interface: str) -> Server:
    return Server(
        nlb.logical_id,
        "stream",
        tuple(nlb.port_here or listener.port for listener in nlb.listeners),
        frozenset(listener.target for listener in nlb.listeners),
        (),
        partial(network_load_balancer, nlb, interface=interface),
    )


def _api_gateway(cloud: Cloud, port: int) -> Server:
    methods = (method for api in cloud.rest_apis for method in api.methods)
    return Server(
        "API Gateway",
        "http",
        (port,),
        frozenset(next_hop(method.integration) for method in methods),
        (),
        partial(api_gateway, cloud.rest_apis, port=port),
    )


def _clashes(servers: Iterable[Server]) -> Iterator[str]:
    taken: dict[int, str] = {}
    for server in servers:
        for port in server.ports:
            first = taken.setdefault(port, server.title)
            if first != server.title:
                advice = "give one a port of its own under 'hosts', as HOST:PORT"
                yield f"{first} and {server.title} both listen on port {port} here; {advice}"
