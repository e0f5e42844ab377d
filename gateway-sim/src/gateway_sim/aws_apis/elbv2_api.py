"""The ELBv2 API of the running load balancers: every call that describes them, and their targets.

Names, filters and error codes: elasticloadbalancing API, 2015-12-01.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from gateway_sim.aws_apis.elbv2_answers import (
    ApiError,
    Parameters,
    error_answer,
    kind_of,
    not_found,
    one_page,
    result_answer,
)
from gateway_sim.aws_apis.elbv2_descriptions import Description, LoadBalancing
from gateway_sim.aws_apis.elbv2_targets import TargetCalls
from gateway_sim.aws_apis.server import Answer, Call
from gateway_sim.running.targets import Targets

Result = Mapping[str, Any]


class Elbv2Api:
    """Answers calls about what runs now; `current` gives the definitions that are in force."""

    def __init__(self, current: Callable[[], LoadBalancing], targets: Targets) -> None:
        self._current, calls = current, TargetCalls(current, targets)
        self._calls: dict[str, Callable[[Parameters], Result]] = {
            "DescribeLoadBalancers": self._load_balancers,
            "DescribeListeners": self._listeners,
            "DescribeRules": self._rules,
            "DescribeTargetGroups": self._target_groups,
            "DescribeLoadBalancerAttributes": partial(self._attributes, "LoadBalancerArn"),
            "DescribeListenerAttributes": partial(self._attributes, "ListenerArn"),
            "DescribeTargetGroupAttributes": partial(self._attributes, "TargetGroupArn"),
            "DescribeListenerCertificates": self._certificates,
            "DescribeTags": self._tags,
            "DescribeTargetHealth": calls.health,
            "RegisterTargets": calls.register,
            "DeregisterTargets": calls.deregister,
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
        found = _chosen(found, "LoadBalancerArn", parameters.texts("LoadBalancerArns"))
        found = _chosen(found, "LoadBalancerName", parameters.texts("Names"))
        return one_page("LoadBalancers", found, parameters)

    def _listeners(self, parameters: Parameters) -> Result:
        balancer, arns = parameters.text("LoadBalancerArn"), parameters.texts("ListenerArns")
        if bool(balancer) == bool(arns):
            message = "You must specify either listener ARNs or a load balancer ARN"
            raise ApiError("ValidationError", message)
        found = self._current().listeners
        found = _chosen(found, "ListenerArn", arns)
        return one_page("Listeners", self._of_load_balancer(found, balancer), parameters)

    def _rules(self, parameters: Parameters) -> Result:
        listener, arns = parameters.text("ListenerArn"), parameters.texts("RuleArns")
        if bool(listener) == bool(arns):
            message = "You must specify either listener rule ARNs or a listener ARN"
            raise ApiError("ValidationError", message)
        current = self._current()
        if listener and listener not in {each["ListenerArn"] for each in current.listeners}:
            raise not_found("Listener")
        found = [
            {name: value for name, value in each.items() if name != "ListenerArn"}
            for each in _chosen(current.rules, "RuleArn", arns)
            if not listener or each["ListenerArn"] == listener
        ]
        return one_page("Rules", found, parameters)

    def _target_groups(self, parameters: Parameters) -> Result:
        found = self._current().target_groups
        found = _chosen(found, "TargetGroupArn", parameters.texts("TargetGroupArns"))
        found = _chosen(found, "TargetGroupName", parameters.texts("Names"))
        balancer = parameters.text("LoadBalancerArn")
        return one_page("TargetGroups", self._of_load_balancer(found, balancer), parameters)

    def _attributes(self, name: str, parameters: Parameters) -> Result:
        return {"Attributes": _of_arn(self._current().attributes, name, parameters)}

    def _certificates(self, parameters: Parameters) -> Result:
        found = _of_arn(self._current().certificates, "ListenerArn", parameters)
        return one_page("Certificates", found, parameters)

    def _tags(self, parameters: Parameters) -> Result:
        known, arns = self._current().tags, parameters.texts("ResourceArns")
        if not arns:
            raise ApiError("ValidationError", "At least one resource ARN must be specified")
        for arn in arns:
            if arn not in known:
                raise not_found(kind_of(arn))
        return {"TagDescriptions": [{"ResourceArn": arn, "Tags": known[arn]} for arn in arns]}

    def _of_load_balancer(
        self, described: Iterable[Description], balancer: str
    ) -> tuple[Description, ...]:
        """Those that belong to a load balancer; without one, "", all."""
        if not balancer:
            return tuple(described)
        if balancer not in {each["LoadBalancerArn"] for each in self._current().load_balancers}:
            raise not_found("LoadBalancer")
        return tuple(
            each
            for each in described
            if balancer in {each.get("LoadBalancerArn"), *each.get("LoadBalancerArns", ())}
        )


def _of_arn(
    known: Mapping[str, Sequence[Description]], name: str, parameters: Parameters
) -> Sequence[Description]:
    """What belongs to the ARN in the parameter `name`."""
    arn = parameters.text(name)
    if not arn:
        raise ApiError("ValidationError", f"{name} must be specified")
    if arn not in known or kind_of(arn) != name.removesuffix("Arn"):
        raise not_found(name.removesuffix("Arn"))
    return known[arn]


def _unknown(parameters: Parameters) -> Result:
    action = parameters.text("Action")
    raise ApiError("InvalidAction", f"Could not find operation {action} for version 2015-12-01")


def _chosen(
    described: Iterable[Description], key: str, wanted: list[str]
) -> tuple[Description, ...]:
    """Those whose `key` is wanted, or all; one that is not there is an error."""
    known = tuple(described)
    if not wanted:
        return known
    if set(wanted) - {each[key] for each in known}:
        raise not_found(key.removesuffix("Arn").removesuffix("Name"))
    return tuple(each for each in known if each[key] in wanted)
