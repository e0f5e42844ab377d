"""Follows a request hop by hop through the resolved templates, as far as it gets.

Each function yields a sentence per hop that passes the request on, and raises `BrokenHopError`
with one sentence at the first that does not. AWS's behaviours are those of the guides named there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.trace import api_gateway, database, routing, tasks
from tests.unit.infra.templates.trace.firewall import ANYWHERE, check_connection, rules
from tests.unit.infra.templates.trace.hops import BrokenHopError
from tests.unit.infra.templates.trace.load_balancing import Request, forward, listener_of
from tests.unit.infra.templates.trace.tasks import Task

# Which service has which path: the first segment, and the layer.
_SERVICE_OF = {"student": "demo1", "subject": "demo2", "demo1": "demo1", "demo2": "demo2"}


def from_internet(deployment: Deployment, method: str, path: str) -> Iterator[str]:
    """A client's request to the stage, as far as the database."""
    integration = api_gateway.integrate(deployment, method, path)
    request, balancer = integration.request, integration.target
    yield f"{deployment['api.Stage'].symbol} sends {request} through {integration.link.symbol}"
    if balancer.get("Type") == "network":
        _check_private_link(deployment, balancer)
        balancer, request = _through_network(deployment, balancer, request)
        yield f"{integration.target.symbol} leads to {balancer.symbol}:{request.port}"
    else:
        groups = integration.link.get("SecurityGroupIds", [])
        _check_at_balancer(deployment, integration.link.symbol, groups, balancer, request.port)
        yield f"{integration.link.symbol} leads to {balancer.symbol}:{request.port}"
    yield from _from_balancer(deployment, balancer, request, path)


def from_service(deployment: Deployment, layer: str, method: str, path: str) -> Iterator[str]:
    """A call that a task of one service makes to the other, through the load balancer."""
    task = tasks.of_service(deployment, deployment[f"{layer}.Service"])
    url = urlsplit(task.environment.get("ALB_URL", ""))
    port = url.port or (443 if url.scheme == "https" else 80)
    balancer = _named(deployment, url.hostname or "")
    _check_at_balancer(deployment, task.name, task.groups, balancer, port)
    request = Request(method, url.scheme.upper(), url.hostname or "", port, path)
    yield f"{task.name} calls {balancer.symbol}:{port} with {request}"
    yield from _from_balancer(deployment, balancer, request, path)


def _from_balancer(
    deployment: Deployment, balancer: Resource, request: Request, path: str
) -> Iterator[str]:
    group, decision = forward(deployment, balancer.symbol, request)
    passed_on, owner = decision.request, decision.owner
    yield f"{owner} forwards {passed_on} to {group.symbol}"
    first = path.split("/")[1]
    expected = path.replace("/demo1", "/student", 1).replace("/demo2", "/subject", 1)
    if passed_on.path != expected:
        raise BrokenHopError(f"{owner} sends {path} on as {passed_on.path}, not {expected}")
    service = service_behind(deployment, group)
    if service.layer != _SERVICE_OF[first]:
        raise BrokenHopError(f"{owner} leads {path} to {service.layer}, not {_SERVICE_OF[first]}")
    task = tasks.of_service(deployment, service)
    yield f"{service.symbol} has its tasks in {group.symbol}"
    _check_vpc(deployment, group, task.groups)
    port = _registered_port(service, task, group)
    groups = balancer.get("SecurityGroups", [])
    check_connection(deployment, (balancer.symbol, groups), (task.name, task.groups), port)
    yield tasks.check_listens(task, port)
    yield database.check_use(deployment, task)


def _check_private_link(deployment: Deployment, balancer: Resource) -> None:
    """A VPC link comes from addresses that nobody can list (API Gateway guide, VPC links V1)."""
    enforced = balancer.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on")
    groups = balancer.get("SecurityGroups", [])
    admits_all = any(
        rule.group in groups and rule.direction == "from" and rule.peer == ANYWHERE
        for rule in rules(deployment)
    )
    if groups and enforced != "off" and not admits_all:
        raise BrokenHopError(f"{balancer.symbol} applies its ingress rules to the VPC link")


def _through_network(
    deployment: Deployment, balancer: Resource, request: Request
) -> tuple[Resource, Request]:
    listener = listener_of(deployment, balancer.symbol, request.port)
    group = deployment[listener.get("DefaultActions")[0]["TargetGroupArn"]]
    if {listener.get("Protocol"), group.get("Protocol")} != {"TCP"}:
        raise BrokenHopError(f"{listener.symbol} or {group.symbol} does not speak TCP")
    target, port = target_of(deployment, group)
    _check_zones(deployment, balancer, target)
    _check_at_balancer(
        deployment, balancer.symbol, balancer.get("SecurityGroups", []), target, port
    )
    return target, replace(request, port=port)


def target_of(deployment: Deployment, group: Resource) -> tuple[Resource, int]:
    """The load balancer that is the target of a group, and the port (NLB guide, ALB as target).

    Raises:
        BrokenHopError: there is not exactly one, or it does not listen there.
    """
    targets = group.get("Targets", [])
    if group.get("TargetType") != "alb" or len(targets) != 1:
        raise BrokenHopError(f"{group.symbol} has not one load balancer as its target")
    port = int(targets[0].get("Port", group.get("Port")))
    if port != int(group.get("Port")):
        raise BrokenHopError(
            f"{group.symbol} is for port {group.get('Port')}, its target for {port}"
        )
    target = deployment[targets[0]["Id"]]
    _check_vpc(deployment, group, target.get("SecurityGroups", []))
    listener_of(deployment, target.symbol, port)  # the registration fails without it
    return target, port


def _check_zones(deployment: Deployment, balancer: Resource, target: Resource) -> None:
    """Without crossing zones, a node passes on only within its own."""
    if routing.is_known(deployment):
        here, there = (
            set(routing.zones(deployment, each.get("Subnets"))) for each in (balancer, target)
        )
        if not here <= there:
            raise BrokenHopError(f"{balancer.symbol} is in a zone in which {target.symbol} is not")


def _check_at_balancer(
    deployment: Deployment,
    source: str,
    groups: list[str] | tuple[str, ...],
    target: Resource,
    port: int,
) -> None:
    listener_of(deployment, target.symbol, port)
    its_groups = target.get("SecurityGroups", [])
    check_connection(deployment, (source, groups), (target.symbol, its_groups), port)


def _named(deployment: Deployment, host: str) -> Resource:
    """The load balancer behind a host name: AWS's own for it, or a record in this VPC."""
    # A symbol in a URL is in lower case there.
    for balancer in deployment.of_type("ElasticLoadBalancingV2::LoadBalancer"):
        if host == f"{balancer.symbol}.DNSName".lower():
            return balancer
    for record in deployment.of_type("Route53::RecordSet"):
        if record.get("Name") == host and record.get("Type") == "A":
            balancer = deployment[record.get("AliasTarget.DNSName").removesuffix(".DNSName")]
            _check_zone(deployment, deployment[str(record.get("HostedZoneId"))], host, balancer)
            return balancer
    raise BrokenHopError(f"'{host}' is the name of no load balancer")


def _check_zone(deployment: Deployment, zone: Resource, host: str, balancer: Resource) -> None:
    vpcs = {each["VPCId"] for each in zone.get("VPCs", [])}
    own = {deployment[group].get("VpcId") for group in balancer.get("SecurityGroups", [])}
    if not f".{host}".endswith(f".{zone.get('Name')}") or not own <= vpcs:
        raise BrokenHopError(f"{zone.symbol} does not hold {host} for this VPC")


def service_behind(deployment: Deployment, group: Resource) -> Resource:
    """The service that registers its tasks in a target group.

    Raises:
        BrokenHopError: none does.
    """
    for service in deployment.of_type("ECS::Service"):
        if any(
            each.get("TargetGroupArn") == group.symbol for each in service.get("LoadBalancers", [])
        ):
            return service
    raise BrokenHopError(f"no service registers its tasks in {group.symbol}")


def _check_vpc(deployment: Deployment, group: Resource, targets: Iterable[str]) -> None:
    """Otherwise no target can be registered."""
    if {deployment[each].get("VpcId") for each in targets} - {group.get("VpcId")}:
        raise BrokenHopError(f"{group.symbol} is not in the VPC of its targets")


def _registered_port(service: Resource, task: Task, group: Resource) -> int:
    """The container port that is registered, with what Fargate asks of it (ECS guide)."""
    (entry,) = (
        each for each in service.get("LoadBalancers") if each["TargetGroupArn"] == group.symbol
    )
    if group.get("TargetType") != "ip":
        raise BrokenHopError(f"{group.symbol} takes {group.get('TargetType')}s; a task is an ip")
    if group.get("Protocol") != "HTTP":
        raise BrokenHopError(f"{group.symbol} speaks {group.get('Protocol')}, its tasks HTTP")
    if entry["ContainerName"] != task.container["Name"]:
        raise BrokenHopError(
            f"{task.definition.symbol} has no container '{entry['ContainerName']}'"
        )
    port = int(entry["ContainerPort"])
    mapped = [int(each["ContainerPort"]) for each in task.container.get("PortMappings", [])]
    if port not in mapped:
        raise BrokenHopError(f"the container of {task.name} has no port {port}, only {mapped}")
    return port
