"""Security groups as a set of rules, and the question whether they let a connection through."""

import functools
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.trace.hops import BrokenHopError

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, order=True)
class Rule:
    """One direction of one group; `peer` is a group's symbol or a range of addresses."""

    group: str
    direction: str  # "from" for ingress, "to" for egress
    peer: str
    ports: str  # "80", "80-81", "all"

    def __str__(self) -> str:
        return f"{self.group} {self.direction} {self.peer} on {self.ports}"


@functools.lru_cache(maxsize=1)
def rules(deployment: Deployment) -> frozenset[Rule]:
    """All rules, whether they stand in their group or by themselves.

    A group that names no egress gets AWS's: everything to anywhere (EC2 API, SecurityGroup).
    """
    found: set[Rule] = set()
    for group in deployment.of_type("EC2::SecurityGroup"):
        found |= {
            _rule(group.symbol, "from", each) for each in group.get("SecurityGroupIngress", [])
        }
        egress = group.get("SecurityGroupEgress", [{"IpProtocol": "-1", "CidrIp": ANYWHERE}])
        found |= {_rule(group.symbol, "to", each) for each in egress}
    for resource in deployment.of_type("EC2::SecurityGroupIngress"):
        found.add(_rule(resource.get("GroupId"), "from", resource.properties))
    for resource in deployment.of_type("EC2::SecurityGroupEgress"):
        found.add(_rule(resource.get("GroupId"), "to", resource.properties))
    return frozenset(found)


def check_connection(
    deployment: Deployment,
    source: tuple[str, Iterable[str]],
    target: tuple[str, Iterable[str]],
    port: int,
) -> None:
    """Both ends are a name and its groups; both must have a rule, because groups are checked twice.

    Raises:
        BrokenHopError: names the end that lets no connection through.
    """
    (source_name, source_groups), (target_name, target_groups) = (
        (name, sorted(groups)) for name, groups in (source, target)
    )
    networks = {str(deployment[group].get("VpcId")) for group in [*source_groups, *target_groups]}
    if len(networks) > 1:
        raise BrokenHopError(
            f"{source_name} and {target_name} are not in one VPC: {sorted(networks)}"
        )
    if not _passes(deployment, source_groups, "to", target_groups, port):
        raise BrokenHopError(
            f"{source_name} may not send to {target_name} on port {port}: "
            f"no egress rule of {' or '.join(source_groups) or 'a security group'}"
        )
    if not _passes(deployment, target_groups, "from", source_groups, port):
        raise BrokenHopError(
            f"{target_name} does not admit {source_name} on port {port}: "
            f"no ingress rule of {' or '.join(target_groups) or 'a security group'}"
        )


def check_way_out(deployment: Deployment, source: str, groups: Iterable[str], port: int) -> None:
    """Whether the groups let a connection out to any address.

    Raises:
        BrokenHopError: they do not.
    """
    if not any(
        rule.group in groups
        and rule.direction == "to"
        and rule.peer == ANYWHERE
        and _covers(rule, port)
        for rule in rules(deployment)
    ):
        raise BrokenHopError(f"{source} may not send to any address on port {port}: no egress rule")


def _passes(
    deployment: Deployment, groups: list[str], direction: str, peers: list[str], port: int
) -> bool:
    return any(
        rule.group in groups
        and rule.direction == direction
        and _covers(rule, port)
        and (rule.peer in peers or _holds_vpc(deployment, rule.peer))
        for rule in rules(deployment)
    )


def _holds_vpc(deployment: Deployment, peer: str) -> bool:
    """Whether a range of addresses holds the whole VPC, so that its groups need no name."""
    if peer == ANYWHERE or "/" not in peer or ":" in peer:
        return peer == ANYWHERE
    vpcs = [ipaddress.IPv4Network(vpc.get("CidrBlock")) for vpc in deployment.of_type("EC2::VPC")]
    return any(vpc.subnet_of(ipaddress.IPv4Network(peer)) for vpc in vpcs)


def _covers(rule: Rule, port: int) -> bool:
    """Whether a rule is for a TCP port; `udp 80` and the like are for none."""
    if rule.ports == "all":
        return True
    first, _, last = rule.ports.partition("-")
    return first.isdecimal() and int(first) <= port <= int(last or first)


def _rule(group: str, direction: str, properties: Mapping[str, Any]) -> Rule:
    end = "Source" if direction == "from" else "Destination"
    peer = (
        properties.get(f"{end}SecurityGroupId")
        or properties.get("CidrIp")
        or properties.get("CidrIpv6")
        or properties.get(f"{end}PrefixListId")
    )
    return Rule(str(group), direction, str(peer), _ports(properties))


def _ports(properties: Mapping[str, Any]) -> str:
    protocol = str(properties.get("IpProtocol"))
    if protocol == "-1":
        return "all"
    first, last = str(properties.get("FromPort")), str(properties.get("ToPort"))
    ports = first if first == last else f"{first}-{last}"
    return ports if protocol in {"tcp", "6"} else f"{protocol} {ports}"
