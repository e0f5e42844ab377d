"""What an application load balancer does with a request: listener, rule, rewrite, target group."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.trace.hops import BrokenHopError


@dataclass(frozen=True)
class Request:
    """A request as the next hop sees it."""

    method: str
    protocol: str  # "HTTP" or "HTTPS"
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Decision:
    """What becomes of a request: the action, the request as it is passed on, and who says so."""

    action: Mapping[str, Any]
    request: Request
    owner: str

    @property
    def status(self) -> int:
        """Of an answer that the load balancer gives by itself, 0 when a target gives it."""
        config = {"fixed-response": "FixedResponseConfig", "redirect": "RedirectConfig"}
        answer = self.action.get(config.get(self.action["Type"], ""), {})
        return int(str(answer.get("StatusCode", 0)).removeprefix("HTTP_"))


def listener_of(deployment: Deployment, load_balancer: str, port: int) -> Resource:
    """The listener of a load balancer on a port.

    Raises:
        BrokenHopError: there is none.
    """
    for listener in deployment.of_type("ElasticLoadBalancingV2::Listener"):
        if listener.get("LoadBalancerArn") == load_balancer and int(listener.get("Port")) == port:
            return listener
    raise BrokenHopError(f"{load_balancer} has no listener on port {port}")


def decide(deployment: Deployment, load_balancer: str, request: Request) -> Decision:
    """What the load balancer does with a request: the first rule by priority, or the default.

    Raises:
        BrokenHopError: nothing listens, or it speaks another protocol.
    """
    listener = listener_of(deployment, load_balancer, request.port)
    if listener.get("Protocol") != request.protocol:
        raise BrokenHopError(
            f"{listener.symbol} speaks {listener.get('Protocol')}, {request} is {request.protocol}"
        )
    if request.protocol == "HTTPS" and not listener.get("Certificates"):
        raise BrokenHopError(f"{listener.symbol} has no certificate")
    for rule in _rules(deployment, listener):
        if all(_holds(rule, condition, request) for condition in rule.get("Conditions")):
            passed_on = replace(request, path=_rewritten(rule, request.path))
            return Decision(rule.get("Actions")[-1], passed_on, rule.symbol)
    default = listener.get("DefaultActions")[0]
    return Decision(default, request, f"the default action of {listener.symbol}")


def forward(
    deployment: Deployment, load_balancer: str, request: Request
) -> tuple[Resource, Decision]:
    """The target group that a request is forwarded to.

    Raises:
        BrokenHopError: the load balancer answers by itself.
    """
    decision = decide(deployment, load_balancer, request)
    if status := decision.status:
        raise BrokenHopError(f"{request} is answered by {decision.owner} with {status}, no service")
    return deployment[str(decision.action.get("TargetGroupArn"))], decision


def success_codes(group: Resource) -> Iterator[range]:
    """The statuses that a group's health check takes as success."""
    for codes in str(group.get("Matcher.HttpCode", "200")).split(","):
        first, _, last = codes.partition("-")
        yield range(int(first), int(last or first) + 1)


def _rules(deployment: Deployment, listener: Resource) -> list[Resource]:
    rules = [
        rule
        for rule in deployment.of_type("ElasticLoadBalancingV2::ListenerRule")
        if rule.get("ListenerArn") == listener.symbol
    ]
    by_priority: dict[int, Resource] = {}
    for rule in rules:
        other = by_priority.setdefault(int(rule.get("Priority")), rule)
        if other is not rule:
            priority = rule.get("Priority")
            raise BrokenHopError(f"{rule.symbol} and {other.symbol} both have priority {priority}")
    return [by_priority[priority] for priority in sorted(by_priority)]


def _holds(rule: Resource, condition: Mapping[str, Any], request: Request) -> bool:
    """Whether one of a condition's values matches (elasticloadbalancing API, RuleCondition)."""
    match condition["Field"]:
        case "path-pattern":
            return _any(condition.get("PathPatternConfig", condition), request.path)
        case "host-header":
            return _any(condition.get("HostHeaderConfig", condition), request.host.lower())
        case "http-request-method":
            return request.method in condition["HttpRequestMethodConfig"]["Values"]
        case other:
            raise BrokenHopError(f"{rule.symbol} has a condition that is not traced: {other}")


def _any(config: Mapping[str, Any], text: str) -> bool:
    """`*` is any characters, the slash too, and `?` is one."""
    return any(
        re.fullmatch(re.escape(value).replace(r"\*", ".*").replace(r"\?", "."), text)
        for value in config["Values"]
    )


def _rewritten(rule: Resource, path: str) -> str:
    for transform in rule.get("Transforms", []):
        if transform["Type"] == "url-rewrite":
            (rewrite,) = transform["UrlRewriteConfig"]["Rewrites"]
            path = re.sub(rewrite["Regex"], re.sub(r"\$(\d)", r"\\\1", rewrite["Replace"]), path)
    return path
