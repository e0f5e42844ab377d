"""Who may reach whom on which port: the complete list, and nothing more."""

from collections.abc import Iterator
from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended
from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.trace.firewall import rules

_BALANCER = "load-balancer.LoadBalancerSecurityGroup"
_NETWORK_BALANCER = "network-load-balancer.NetworkLoadBalancerSecurityGroup"
_LINK = "api.VpcLinkSecurityGroup"
_TASKS = "platform.TaskSecurityGroup"
_DATABASE = "data.DatabaseSecurityGroup"
_BASTION = "network.BastionSecurityGroup"
_ENDPOINTS = "network.EndpointSecurityGroup"


def security_groups(choices: Choices) -> Intended:
    """The groups themselves."""
    found = {
        _BALANCER: _group(choices, f"{choices.prefix}-elb-grp"),
        _TASKS: _group(choices, f"{choices.prefix}-container-sg"),
        _DATABASE: _group(choices),
    }
    if choices.link == "V1":
        found[_NETWORK_BALANCER] = _group(choices, f"{choices.prefix}-nlb-grp")
    else:
        found[_LINK] = _group(choices, f"{choices.prefix}-vpc-link-grp")
    if choices.access:
        found[_BASTION] = _group(choices)
    if choices.access == "endpoints":
        found[_ENDPOINTS] = _group(choices)
    return found


def differing_rules(deployment: Deployment, choices: Choices) -> Iterator[str]:
    """One sentence for each rule that is missing, or more than is intended."""
    found = {str(rule) for rule in rules(deployment)}
    intended = _who_reaches_whom(choices)
    for rule in sorted(intended - found):
        yield f"no rule says: {rule}"
    for rule in sorted(found - intended):
        yield f"a rule too many says: {rule}"


def _who_reaches_whom(choices: Choices) -> set[str]:
    """Each connection is two rules, one at either end."""
    port = choices.port
    found = {
        # API Gateway, by way of the NLB or of a VPC link V2, to the ALB
        *_connection(_NETWORK_BALANCER if choices.link == "V1" else _LINK, _BALANCER, port),
        *_connection(_BALANCER, _TASKS, 80),
        *_connection(_TASKS, _BALANCER, port),  # service to service
        *_connection(_TASKS, _DATABASE, 3306),
        f"{_TASKS} to 0.0.0.0/0 on 443",  # ECR, logs, secrets
        # CloudFormation would allow everything where nothing is said, so these say: nobody.
        f"{_BALANCER} to 127.0.0.1/32 on all",
        f"{_DATABASE} to 127.0.0.1/32 on all",
    }
    if choices.access:
        found |= {f"{_BASTION} to 0.0.0.0/0 on 443", f"{_BASTION} to 10.0.0.0/16 on 3306"}
    if choices.has_bastion:
        found |= {f"{_DATABASE} from {_BASTION} on 3306"}
    if choices.access == "endpoints":
        found |= {
            f"{_ENDPOINTS} from 10.0.0.0/16 on 443",
            f"{_ENDPOINTS} to 127.0.0.1/32 on all",
        }
    return found


def _connection(source: str, target: str, port: int) -> set[str]:
    return {f"{source} to {target} on {port}", f"{target} from {source} on {port}"}


def _group(choices: Choices, name: str = "") -> dict[str, Any]:
    named = {"GroupName": name} if name else {}
    return {"is": "EC2::SecurityGroup", "VpcId": choices.vpc, **named}
