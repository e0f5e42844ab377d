"""What each role runs: which servers, where they listen, whom they follow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from gateway_sim.api_gateway.model import RestApi
from gateway_sim.cloud import Cloud
from gateway_sim.load_balancing.model import (
    Address,
    ApplicationLoadBalancer,
    NetworkLoadBalancer,
    TargetGroup,
)
from gateway_sim.load_balancing.tls_model import Certificate
from gateway_sim.rendering.apis import api_gateway
from gateway_sim.rendering.integrations import next_hops
from gateway_sim.rendering.load_balancers import application_load_balancers, network_load_balancers
from gateway_sim.rendering.nginx_text import Targets

Role = Literal["api-gateway", "nlb", "alb", "all"]
ROLES: tuple[Role, ...] = get_args(Role)


class RoleError(Exception):
    """Right definitions that cannot be run as this role; the message says what would help."""


@dataclass(frozen=True)
class Server:
    """One part of the nginx configuration.

    `listens` pairs each port here with who wants it; `render` gives the text for the targets in
    service.
    """

    kind: Literal["http", "stream"]
    listens: tuple[tuple[int, str], ...]
    hops: frozenset[Address]
    groups: tuple[TargetGroup, ...]
    render: Callable[[Targets], str]
    certificates: tuple[Certificate, ...] = ()


def servers_of(cloud: Cloud, role: Role, port: int) -> list[Server]:
    """The servers of a role; API Gateway listens on `port`.

    In one process tree (`all`) the load balancers listen on the loopback address only.

    Raises:
        RoleError: there is nothing to run, or two servers want the same port.
    """
    interface = "127.0.0.1:" if role == "all" else ""
    servers: list[Server] = []
    if role in {"alb", "all"} and cloud.application_load_balancers:
        servers.append(_application(cloud.application_load_balancers, interface))
    if role in {"nlb", "all"} and cloud.network_load_balancers:
        servers.append(_network(cloud.network_load_balancers, interface))
    if role in {"api-gateway", "all"} and cloud.rest_apis:
        servers.append(_api_gateway(cloud.rest_apis, port))
    if not servers:
        raise RoleError(f"the definitions have nothing for the role {role}")
    _check_ports(servers)
    return servers


def check_api_address(servers: Iterable[Server], api: Address) -> None:
    """Refuse an address for AWS's APIs that nginx will want.

    Raises:
        RoleError: a server of the role has the port.
    """
    for port, who in (each for server in servers for each in server.listens):
        if port == api.port:
            clash = f"{who} and AWS's APIs ({api}) both listen on port {port} here"
            raise RoleError(f"{clash}; give another address as --api")


def _application(albs: tuple[ApplicationLoadBalancer, ...], interface: str) -> Server:
    return Server(
        "http",
        tuple((each.port_here, alb.logical_id) for alb in albs for each in alb.listeners),
        frozenset(),
        tuple(group for alb in albs for group in alb.target_groups),
        partial(application_load_balancers, albs, interface=interface),
        tuple(
            certificate
            for alb in albs
            for each in alb.listeners
            if each.tls
            for certificate in each.tls.certificates
        ),
    )


def _network(nlbs: tuple[NetworkLoadBalancer, ...], interface: str) -> Server:
    return Server(
        "stream",
        tuple((each.port_here, nlb.logical_id) for nlb in nlbs for each in nlb.listeners),
        frozenset(each.target for nlb in nlbs for each in nlb.listeners),
        (),
        partial(network_load_balancers, nlbs, interface=interface),
    )


def _api_gateway(apis: tuple[RestApi, ...], port: int) -> Server:
    return Server(
        "http",
        ((port, "API Gateway"),),
        next_hops(apis),
        (),
        partial(api_gateway, apis, port=port),
    )


def _check_ports(servers: Iterable[Server]) -> None:
    taken: dict[int, str] = {}
    for port, who in (each for server in servers for each in server.listens):
        if port in taken:
            clash = f"{taken[port]} and {who} both listen on port {port} here"
            how = "as HOST:PORT, or as HOST:PORT=HERE for one of several ports"
            raise RoleError(f"{clash}; give one a port of its own under 'hosts', {how}")
        taken[port] = who
