"""The ELBv2 API of the running load balancers: five calls that read, two that change targets.

Names, filters and error codes: elasticloadbalancing API, 2015-12-01.
"""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from gateway_sim.aws_api_server import Answer, Call
from gateway_sim.elbv2_answers import ApiError, Parameters, error_answer, result_answer
from gateway_sim.elbv2_descriptions import Description, LoadBalancing
from gateway_sim.properties import PORTS
from gateway_sim.targets import Targets

Result = Mapping[str, Any]


class Elbv2Api:
    """Answers calls about what runs now; `current` gives the definitions that are in force."""

    def __init__(self, current: Callable[[], LoadBalancing], targets: Targets) -> None:
        self._current, self._targets = current, targets
        self._calls: dict[str, Callable[[Parameters], Result]] = {
            "DescribeLoadBalancers": self._load_balancers,
            "DescribeListeners": self._listeners,
            "DescribeRules": self._rules,
            "DescribeTargetGroups": self._target_groups,
            "DescribeTargetHealth": self._target_health,
            "RegisterTargets": self._register,
            "DeregisterTargets": self._deregister,
        }

    def answer(self, call: Call) -> Answer:
        """The answer to a call: the body of a POST, or the query string of a GET."""
        parameters = Parameters((call.body or call.query.encode()).decode("utf-8", "replace"))
        action = parameters.text("Action")
        try:
            return result_answer(action, self._calls.get(action, _unknown)(parameters))
        except ApiError as error:
            return error_answer(error)

    def _load_balancers(self, parameters: Parameters) -> Result:
        found = self._current().load_balancers
        what = "LoadBalancerNotFound", "One or more load balancers not found"
        found = _chosen(found, "LoadBalancerArn", parameters.texts("LoadBalancerArns"), what)
        found = _chosen(found, "LoadBalancerName", parameters.texts("Names"), what)
        return {"LoadBalancers": found}

    def _listeners(self, parameters: Parameters) -> Result:
        balancer, arns = parameters.text("LoadBalancerArn"), parameters.texts("ListenerArns")
        if bool(balancer) == bool(arns):
            message = "You must specify either listener ARNs or a load balancer ARN"
            raise ApiError("ValidationError", message)
        found = self._current().listeners
        what = "ListenerNotFound", "One or more listeners not found"
        found = _chosen(found, "ListenerArn", arns, what)
        return {"Listeners": self._of_load_balancer(found, balancer)}

    def _rules(self, parameters: Parameters) -> Result:
        listener, arns = parameters.text("ListenerArn"), parameters.texts("RuleArns")
        if bool(listener) == bool(arns):
            message = "You must specify either listener rule ARNs or a listener ARN"
            raise ApiError("ValidationError", message)
        current = self._current()
        if listener and listener not in {each["ListenerArn"] for each in current.listeners}:
            raise ApiError("ListenerNotFound", "One or more listeners not found")
        what = "RuleNotFound", "One or more rules not found"
        found = [
            {name: value for name, value in each.items() if name != "ListenerArn"}
            for each in _chosen(current.rules, "RuleArn", arns, what)
            if not listener or each["ListenerArn"] == listener
        ]
        return {"Rules": found}

    def _target_groups(self, parameters: Parameters) -> Result:
        found = self._current().target_groups
        what = "TargetGroupNotFound", "One or more target groups not found"
        found = _chosen(found, "TargetGroupArn", parameters.texts("TargetGroupArns"), what)
        found = _chosen(found, "TargetGroupName", parameters.texts("Names"), what)
        balancer = parameters.text("LoadBalancerArn")
        return {"TargetGroups": self._of_load_balancer(found, balancer)}

    def _of_load_balancer(
        self, described: Iterable[Description], balancer: str
    ) -> tuple[Description, ...]:
        """Those that belong to a load balancer; without one, "", all."""
        if not balancer:
            return tuple(described)
        if balancer not in {each["LoadBalancerArn"] for each in self._current().load_balancers}:
            raise ApiError("LoadBalancerNotFound", "One or more load balancers not found")
        return tuple(
            each
            for each in described
            if balancer in {each.get("LoadBalancerArn"), *each.get("LoadBalancerArns", ())}
        )

    def _target_health(self, parameters: Parameters) -> Result:
        group = self._group(parameters)
        targets = self._targets.describe().get(group["TargetGroupName"])
        if not parameters.structures("Targets"):
            return {"TargetHealthDescriptions": targets or []}
        known = {_address(each["Target"]): each for each in targets or []}
        reason = _NOT_IN_USE if targets is None else _NOT_REGISTERED
        return {
            "TargetHealthDescriptions": [
                known.get(_address(target), {"Target": target, "TargetHealth": reason})
                for target in self._asked(parameters, group)
            ]
        }

    def _register(self, parameters: Parameters) -> Result:
        group = self._group(parameters)
        name = group["TargetGroupName"]
        addresses = [_address(target) for target in self._asked(parameters, group)]
        draining = {
            _address(each["Target"])
            for each in self._targets.describe().get(name, [])
            if each["TargetHealth"]["State"] == "draining"
        }
        for address in addresses:
            # The delay has to end first (ALB guide, "Register targets").
            if address in draining:
                raise ApiError("InvalidTarget", f"The target {address} is still draining")
        for address in addresses:
            self._targets.register(name, address)
        return {}

    def _deregister(self, parameters: Parameters) -> Result:
        group = self._group(parameters)
        for target in self._asked(parameters, group):
            self._targets.deregister(group["TargetGroupName"], _address(target))
        return {}

    def _group(self, parameters: Parameters) -> Description:
        arn = parameters.text("TargetGroupArn")
        if not arn:
            raise ApiError("ValidationError", "A target group ARN must be specified")
        for group in self._current().target_groups:
            if group["TargetGroupArn"] == arn:
                return group
        raise ApiError("TargetGroupNotFound", "One or more target groups not found")

    def _asked(self, parameters: Parameters, group: Description) -> list[dict[str, Any]]:
        """The targets of a call, with the port of the group where they have none."""
        targets = parameters.structures("Targets")
        if not targets:
            raise ApiError("ValidationError", "At least one target must be specified")
        default = self._targets.port(group["TargetGroupName"]) or group.get("Port", "")
        return [_target(each, str(default)) for each in targets]


_NOT_REGISTERED = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}
_NOT_IN_USE = {
    "State": "unused",
    "Reason": "Target.NotInUse",
    "Description": "Target group is not configured to receive traffic from the load balancer",
}


def _unknown(parameters: Parameters) -> Result:
    action = parameters.text("Action")
    raise ApiError("InvalidAction", f"Could not find operation {action} for version 2015-12-01")


def _target(member: Mapping[str, str], default_port: str) -> dict[str, Any]:
    host, port = member.get("Id", ""), member.get("Port", default_port)
    try:
        IPv4Address(host)
    except AddressValueError:
        message = f"The IP address '{host}' is not a valid IPv4 address"
        raise ApiError("ValidationError", message) from None
    if not port.isdecimal() or int(port) not in PORTS:
        raise ApiError("ValidationError", f"Port '{port}' must be between 1 and 65535")
    return {"Id": host, "Port": int(port)}


def _address(target: Mapping[str, Any]) -> str:
    return f"{target['Id']}:{target['Port']}"


def _chosen(
    described: Iterable[Description], key: str, wanted: list[str], missing: tuple[str, str]
) -> tuple[Description, ...]:
    """Those whose `key` is wanted, or all; one that is not there is the error `missing`."""
    known = tuple(described)
    if not wanted:
        return known
    if set(wanted) - {each[key] for each in known}:
        raise ApiError(*missing)
    return tuple(each for each in known if each[key] in wanted)
