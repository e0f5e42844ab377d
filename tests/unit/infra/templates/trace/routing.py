"""Subnets, route tables and what lies behind them."""

from collections.abc import Iterable

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.trace.hops import BrokenHopError

ANYWHERE = "0.0.0.0/0"


def is_known(deployment: Deployment) -> bool:
    """Whether the network is made here; an existing VPC is its owner's."""
    return bool(deployment.of_type("EC2::VPC"))


def route_table(deployment: Deployment, subnet: str) -> str:
    """The table that a subnet follows.

    Raises:
        BrokenHopError: none is associated, so that the VPC's main table leads nowhere.
    """
    for association in deployment.of_type("EC2::SubnetRouteTableAssociation"):
        if association.get("SubnetId") == subnet:
            return str(association.get("RouteTableId"))
    raise BrokenHopError(f"{subnet} follows no route table of these templates")


def way_out(deployment: Deployment, subnet: str) -> Resource:
    """The gateway behind the default route of a subnet.

    Raises:
        BrokenHopError: there is none, or it leads nowhere.
    """
    gateway = _behind_default_route(deployment, subnet)
    if gateway.type != "AWS::EC2::NatGateway":
        _check_attached(deployment, gateway)
        return gateway
    stands_in = str(gateway.get("SubnetId"))
    beyond = _behind_default_route(deployment, stands_in)
    if beyond.type != "AWS::EC2::InternetGateway":
        raise BrokenHopError(f"{gateway.symbol} stands in {stands_in}, which is not public")
    _check_attached(deployment, beyond)
    if not gateway.get("AllocationId"):
        raise BrokenHopError(f"{gateway.symbol} has no public address")
    return gateway


def zones(deployment: Deployment, subnets: Iterable[str]) -> list[str]:
    """The availability zones of the subnets, in their order."""
    return [str(deployment[subnet].get("AvailabilityZone")) for subnet in subnets]


def _behind_default_route(deployment: Deployment, subnet: str) -> Resource:
    table = route_table(deployment, subnet)
    for route in deployment.of_type("EC2::Route"):
        if route.get("RouteTableId") == table and route.get("DestinationCidrBlock") == ANYWHERE:
            return deployment[str(route.get("NatGatewayId") or route.get("GatewayId"))]
    raise BrokenHopError(f"{subnet} has no route to the internet: {table} has no default route")


def _check_attached(deployment: Deployment, gateway: Resource) -> None:
    attachments = deployment.of_type("EC2::VPCGatewayAttachment")
    if not any(each.get("InternetGatewayId") == gateway.symbol for each in attachments):
        raise BrokenHopError(f"{gateway.symbol} is attached to no VPC")
