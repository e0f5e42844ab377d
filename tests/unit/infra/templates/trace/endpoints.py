"""How something in a subnet reaches a service of AWS: by an endpoint, or by a NAT gateway."""

from collections.abc import Iterable

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.resolved.intrinsics import REGION
from tests.unit.infra.templates.trace import routing
from tests.unit.infra.templates.trace.firewall import check_connection, check_way_out
from tests.unit.infra.templates.trace.hops import BrokenHopError

_HTTPS = 443


def check_reach(
    deployment: Deployment, name: str, subnets: Iterable[str], groups: Iterable[str], service: str
) -> str:
    """By what `name`, in these subnets and security groups, reaches a service such as `ecr.api`.

    Raises:
        BrokenHopError: by nothing, from one of the subnets at least.
    """
    groups = tuple(groups)
    if not routing.is_known(deployment):
        check_way_out(deployment, name, groups, _HTTPS)
        return "what the existing VPC has"
    try:
        return " and ".join(
            sorted({_way(deployment, name, subnet, groups, service) for subnet in subnets})
        )
    except BrokenHopError as error:
        raise BrokenHopError(f"{name} does not reach {service}: {error}") from error


def _way(
    deployment: Deployment, name: str, subnet: str, groups: tuple[str, ...], service: str
) -> str:
    for endpoint in deployment.of_type("EC2::VPCEndpoint"):
        if endpoint.get("ServiceName") != f"com.amazonaws.{REGION}.{service}":
            continue
        if endpoint.get("VpcEndpointType") == "Interface":
            _check_interface(deployment, name, groups, endpoint)
            return endpoint.symbol
        if routing.route_table(deployment, subnet) in endpoint.get("RouteTableIds", []):
            check_way_out(deployment, name, groups, _HTTPS)
            return endpoint.symbol
    gateway = routing.way_out(deployment, subnet)
    if gateway.type != "AWS::EC2::NatGateway":
        raise BrokenHopError(f"{gateway.symbol} carries only what has a public address")
    check_way_out(deployment, name, groups, _HTTPS)
    return gateway.symbol


def _check_interface(
    deployment: Deployment, name: str, groups: tuple[str, ...], endpoint: Resource
) -> None:
    vpc = deployment[str(endpoint.get("VpcId"))]
    has_names = all(
        str(vpc.get(setting)).lower() == "true"
        for setting in ("EnableDnsSupport", "EnableDnsHostnames")
    )
    if not has_names or str(endpoint.get("PrivateDnsEnabled")).lower() != "true":
        raise BrokenHopError(f"{endpoint.symbol} is not found by AWS's name: no private DNS")
    if not endpoint.get("SubnetIds"):
        raise BrokenHopError(f"{endpoint.symbol} is in no subnet")
    its_groups = endpoint.get("SecurityGroupIds", [])
    check_connection(deployment, (name, groups), (endpoint.symbol, its_groups), _HTTPS)
