"""What an application load balancer does with a request: listener, rule, rewrite, target group."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway_sim.match import choose_rule
from gateway_sim.model import (
    Action,
    ApplicationListener,
    FixedResponse,
    Forward,
    Redirect,
    Rewrite,
    Rule,
)
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


def listener_of(deployment: Deployment, load_balancer: str, port: int) -> Resource:
    """The listener of a load balancer on a port.

    Raises:
        BrokenHopError: there is none.
    """
    for listener in deployment.of_type("ElasticLoadBalancingV2::Listener"):
        if listener.get("LoadBalancerArn") == load_balancer and int(listener.get("Port")) == port:
            return listener
    raise BrokenHopError(f"{load_balancer} has no listener on port {port}")


def route(
    deployment: Deployment, load_balancer: str, request: Request
) -> tuple[Action, Request, str]:
    """What the load balancer does with a request: the action, the rewritten request, whose it is.

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
    found, owners = _listener(deployment, listener)
    rule = choose_rule(found, request.method, request.host, request.path)
    if rule is None:
        return found.default, request, f"the default action of {listener.symbol}"
    rewrite = rule.url_rewrite
    path = (
        re.sub(rewrite.regex, _python(rewrite.replace), request.path) if rewrite else request.path
    )
    return rule.action, replace(request, path=path), owners[rule.priority]


def forward(
    deployment: Deployment, load_balancer: str, request: Request
) -> tuple[Resource, Request, str]:
    """The target group that a request is forwarded to, the request it gets, and which rule says so.

    Raises:
        BrokenHopError: the load balancer answers by itself.
    """
    action, passed_on, owner = route(deployment, load_balancer, request)
    if not isinstance(action, Forward):
        what = f"with {action.status}" if isinstance(action, FixedResponse) else "with a redirect"
        raise BrokenHopError(f"{request} is answered by {owner} {what}: no rule forwards it")
    return deployment[action.target_group], passed_on, owner


def _listener(
    deployment: Deployment, listener: Resource
) -> tuple[ApplicationListener, dict[int, str]]:
    resources = [
        rule
        for rule in deployment.of_type("ElasticLoadBalancingV2::ListenerRule")
        if rule.get("ListenerArn") == listener.symbol
    ]
    owners: dict[int, str] = {}
    for resource in resources:
        priority = int(resource.get("Priority"))
        if priority in owners:
            message = f"{resource.symbol} and {owners[priority]} both have priority {priority}"
            raise BrokenHopError(message)
        owners[priority] = resource.symbol
    in_order = sorted(map(_rule, resources), key=lambda rule: rule.priority)
    default = _action(listener.get("DefaultActions")[0])
    return ApplicationListener(int(listener.get("Port")), tuple(in_order), default), owners


def _rule(resource: Resource) -> Rule:
    conditions = {each["Field"]: each for each in resource.get("Conditions")}

    def values(field: str, config: str) -> tuple[str, ...]:
        condition = conditions.pop(field, {})
        return tuple(condition.get(config, condition).get("Values", ()))

    paths = values("path-pattern", "PathPatternConfig")
    hosts = values("host-header", "HostHeaderConfig")
    methods = values("http-request-method", "HttpRequestMethodConfig")
    if conditions:
        message = f"{resource.symbol} has a condition that is not traced: {', '.join(conditions)}"
        raise BrokenHopError(message)
    action = _action(resource.get("Actions")[-1])
    return Rule(int(resource.get("Priority")), paths, hosts, methods, action, _rewrite(resource))


def _rewrite(resource: Resource) -> Rewrite | None:
    for transform in resource.get("Transforms", []):
        if transform["Type"] == "url-rewrite":
            (rewrite,) = transform["UrlRewriteConfig"]["Rewrites"]
            return Rewrite(rewrite["Regex"], rewrite["Replace"])
    return None


def _python(replacement: str) -> str:
    """An ALB's $1 as Python's \\1."""
    return re.sub(r"\$(\d)", r"\\\1", replacement)


def _action(action: Mapping[str, Any]) -> Action:
    match action["Type"]:
        case "forward":
            return Forward(_forwarded_to(action))
        case "redirect":
            redirect = action["RedirectConfig"]
            return Redirect(int(redirect["StatusCode"].split("_")[-1]), str(redirect))
        case _:
            fixed = action["FixedResponseConfig"]
            return FixedResponse(
                int(fixed["StatusCode"]), fixed.get("ContentType", ""), fixed.get("MessageBody", "")
            )


def _forwarded_to(action: Mapping[str, Any]) -> str:
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    return str(action.get("TargetGroupArn") or groups[0]["TargetGroupArn"])


def health_checked_path(group: Resource) -> str:
    """The path that a group's health check asks for."""
    return str(group.get("HealthCheckPath", "/"))


def success_codes(group: Resource) -> Iterator[range]:
    """The statuses that a group's health check takes as success."""
    for codes in str(group.get("Matcher.HttpCode", "200")).split(","):
        first, _, last = codes.partition("-")
        yield range(int(first), int(last or first) + 1)
