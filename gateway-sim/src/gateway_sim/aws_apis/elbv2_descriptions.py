"""Load balancers, listeners, rules and target groups as the ELBv2 API describes them.

The properties of templates have the names and forms of the API (elasticloadbalancing API,
Describe*), so they are told as they stand; what only AWS can know is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway_sim.aws_apis.elbv2_attributes import (
    listener_attributes,
    load_balancer_attributes,
    target_group_attributes,
)
from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.ssl_policies import DEFAULT_SSL_POLICY

_PREFIX = "AWS::ElasticLoadBalancingV2::"
# Property and default (elasticloadbalancing API, CreateTargetGroup)
_TARGET_GROUP = {
    "Protocol": "HTTP",
    "Port": None,
    "VpcId": None,
    "HealthCheckProtocol": "HTTP",
    "HealthCheckPort": "traffic-port",
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "HealthCheckPath": "/",
    "Matcher": {"HttpCode": "200"},
    "TargetType": "instance",
    "ProtocolVersion": "HTTP1",
    "IpAddressType": "ipv4",
}

Description = Mapping[str, Any]


@dataclass(frozen=True)
class LoadBalancing:
    """What DescribeLoadBalancers, -Listeners, -Rules and -TargetGroups tell of everything.

    Attributes, tags and the certificates of listeners are found by the ARN of what has them.
    """

    load_balancers: tuple[Description, ...] = ()
    listeners: tuple[Description, ...] = ()
    rules: tuple[Description, ...] = ()
    target_groups: tuple[Description, ...] = ()
    attributes: Mapping[str, Sequence[Description]] = field(default_factory=dict)
    tags: Mapping[str, Sequence[Description]] = field(default_factory=dict)
    certificates: Mapping[str, Sequence[Description]] = field(default_factory=dict)


def describe_resources(resources: Iterable[Resource]) -> LoadBalancing:
    """Describe what is of load balancing among the resources of all stacks; they are valid."""
    known = list(resources)

    def of_type(kind: str) -> list[Resource]:
        return [each for each in known if each.type == _PREFIX + kind]

    balancers, listeners, groups = map(of_type, ("LoadBalancer", "Listener", "TargetGroup"))
    rules = [_rule(each) for each in of_type("ListenerRule")]
    rules.sort(key=lambda each: (str(each["ListenerArn"]), int(each["Priority"])))
    rules += [_default_rule(each) for each in listeners]
    users = _users(listeners, rules)
    return LoadBalancing(
        tuple(_load_balancer(each) for each in balancers),
        tuple(_listener(each) for each in listeners),
        tuple(rules),
        tuple(_target_group(each, users) for each in groups),
        {each.reference: _attributes(each) for each in [*balancers, *listeners, *groups]},
        {str(each["RuleArn"]): [] for each in rules}
        | {each.reference: _list(each, "Tags") for each in [*balancers, *listeners, *groups]},
        {each.reference: _certificates(each, of_type("ListenerCertificate"))
         for each in listeners},
    )  # fmt: skip


def _load_balancer(resource: Resource) -> Description:
    return _known(
        LoadBalancerArn=resource.reference,
        DNSName=resource.stack.attribute(resource.logical_id, "DNSName"),
        LoadBalancerName=resource.name,
        Scheme=_get(resource, "Scheme", "internet-facing"),
        State={"Code": "active"},
        Type=_get(resource, "Type", "application"),
        AvailabilityZones=[{"SubnetId": each} for each in _list(resource, "Subnets")],
        SecurityGroups=_get(resource, "SecurityGroups"),
        IpAddressType=_get(resource, "IpAddressType", "ipv4"),
    )


def _listener(resource: Resource) -> Description:
    is_secure = _get(resource, "Protocol") in {"HTTPS", "TLS"}
    return _known(
        ListenerArn=resource.reference,
        LoadBalancerArn=_get(resource, "LoadBalancerArn"),
        Port=_get(resource, "Port"),
        Protocol=_get(resource, "Protocol"),
        Certificates=_list(resource, "Certificates") if is_secure else None,
        SslPolicy=_get(resource, "SslPolicy", DEFAULT_SSL_POLICY) if is_secure else None,
        DefaultActions=_list(resource, "DefaultActions"),
    )


def _certificates(listener: Resource, more: Iterable[Resource]) -> list[Description]:
    """The default certificate, and those of ListenerCertificate resources."""
    found: list[Description] = [
        {**each, "IsDefault": True} for each in _list(listener, "Certificates")
    ]
    for each in more:
        if _get(each, "ListenerArn") == listener.reference:
            found += [{**one, "IsDefault": False} for one in _list(each, "Certificates")]
    return found


def _attributes(resource: Resource) -> Sequence[Description]:
    protocol = str(_get(resource, "Protocol", "HTTP"))
    match resource.type.removeprefix(_PREFIX):
        case "LoadBalancer":
            return load_balancer_attributes(
                _list(resource, "LoadBalancerAttributes"),
                is_network=_get(resource, "Type") == "network",
                is_internal=_get(resource, "Scheme") == "internal",
            )
        case "Listener":
            return listener_attributes(_list(resource, "ListenerAttributes"), protocol)
        case _:
            return target_group_attributes(_list(resource, "TargetGroupAttributes"), protocol)


def _rule(resource: Resource) -> Description:
    listener = str(_get(resource, "ListenerArn"))
    return {
        "ListenerArn": listener,
        "RuleArn": _rule_arn(listener, resource.reference),
        "Priority": str(_get(resource, "Priority", 0)),
        "Conditions": _list(resource, "Conditions"),
        "Actions": _list(resource, "Actions"),
        "Transforms": _list(resource, "Transforms"),
        "IsDefault": False,
    }


def _default_rule(listener: Resource) -> Description:
    return {
        "ListenerArn": listener.reference,
        "RuleArn": _rule_arn(listener.reference, "default"),
        "Priority": "default",
        "Conditions": [],
        "Actions": _list(listener, "DefaultActions"),
        "IsDefault": True,
    }


def _rule_arn(listener: str, name: str) -> str:
    return f"{listener.replace(':listener/', ':listener-rule/')}/{name}"


def _target_group(resource: Resource, users: Mapping[str, set[str]]) -> Description:
    properties = {name: _get(resource, name, other) for name, other in _TARGET_GROUP.items()}
    return _known(
        TargetGroupArn=resource.reference,
        TargetGroupName=resource.name,
        **properties,
        LoadBalancerArns=sorted(users.get(resource.reference, ())),
    )


def _users(listeners: Iterable[Resource], rules: Iterable[Description]) -> dict[str, set[str]]:
    """The ARNs of the load balancers that send to a target group, by its ARN."""
    owners = {each.reference: str(_get(each, "LoadBalancerArn")) for each in listeners}
    found: dict[str, set[str]] = {}
    for rule in rules:
        for action in rule["Actions"]:
            groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
            arns = [group.get("TargetGroupArn") for group in groups]
            for arn in [*arns, action.get("TargetGroupArn")]:
                if arn and rule["ListenerArn"] in owners:
                    found.setdefault(str(arn), set()).add(owners[rule["ListenerArn"]])
    return found


def _known(**description: Any) -> Description:
    return {name: value for name, value in description.items() if value is not None}


def _get(resource: Resource, name: str, default: Any = None) -> Any:
    try:
        return resource.get(name, default)
    except DefinitionError:
        return default


def _list(resource: Resource, name: str) -> list[Any]:
    found = _get(resource, name, [])
    return found if isinstance(found, list) else []
