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
    table = route_table(deployment, subnet)
    for route in deployment.of_type("EC2::Route"):
        if route.get("RouteTableId") == table and route.get("DestinationCidrBlock") == ANYWHERE:
            gateway = deployment[route.get("NatGatewayId") or route.get("GatewayId")]
            _check_gateway(deployment, gateway)
            return gateway
    raise BrokenHopError(f"{subnet} has no route to the internet: {table} has no default route")


def is_public(deployment: Deployment, subnet: str) -> bool:
    """Whether the default route of a subnet is an internet gateway."""
    try:
        return way_out(deployment, subnet).type == "AWS::EC2::InternetGateway"
    except BrokenHopError:
        return False


def zones(deployment: Deployment, subnets: Iterable[str]) -> list[str]:
    """The availability zones of the subnets, in their order."""
    return [str(deployment[subnet].get("AvailabilityZone")) for subnet in subnets]


def _check_gateway(deployment: Deployment, gateway: Resource) -> None:
    if gateway.type == "AWS::EC2::NatGateway":
        subnet = str(gateway.get("SubnetId"))
        if not is_public(deployment, subnet):
            raise BrokenHopError(f"{gateway.symbol} stands in {subnet}, which is not public")
        if gateway.get("ConnectivityType", "public") != "public" or not gateway.get("AllocationId"):
            raise BrokenHopError(f"{gateway.symbol} has no public address")
    elif not any(
        attachment.get("InternetGatewayId") == gateway.symbol
        for attachment in deployment.of_type("EC2::VPCGatewayAttachment")
    ):
        raise BrokenHopError(f"{gateway.symbol} is attached to no VPC")
