"""The calls of the ELBv2 API about targets: their health, and who is one.

Names, forms and error codes: elasticloadbalancing API, 2015-12-01.
"""

from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from gateway_sim.aws_apis.elbv2_answers import ApiError, Parameters, not_found
from gateway_sim.aws_apis.elbv2_descriptions import Description, LoadBalancing
from gateway_sim.cloudformation.properties import PORTS
from gateway_sim.running.targets import Targets

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


class TargetCalls:
    """Answers calls about targets of the groups that `current` describes."""

    def __init__(self, current: Callable[[], LoadBalancing], targets: Targets) -> None:
        self._current, self._targets = current, targets

    def health(self, parameters: Parameters) -> Description:
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

    def register(self, parameters: Parameters) -> Description:
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

    def deregister(self, parameters: Parameters) -> Description:
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
        raise not_found("TargetGroup")

    def _asked(self, parameters: Parameters, group: Description) -> list[dict[str, Any]]:
        """The targets of a call, with the port of the group where they have none."""
        targets = parameters.structures("Targets")
        if not targets:
            raise ApiError("ValidationError", "At least one target must be specified")
        default = self._targets.port(group["TargetGroupName"]) or group.get("Port", "")
        return [_target(each, str(default)) for each in targets]


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
