"""Reads target groups: where their targets are, and how their health is checked."""

from collections.abc import Mapping

from gateway_sim.config import Config
from gateway_sim.model import HealthCheck, TargetGroup
from gateway_sim.problems import Problem
from gateway_sim.properties import PORTS, number
from gateway_sim.stacks import Resource
from gateway_sim.target_group_attributes import read_target_group_attributes

_SUCCESS_CODES = range(200, 500)
# Allowed and default (elasticloadbalancing API, CreateTargetGroup)
_NUMBERS = {
    "HealthCheckIntervalSeconds": (range(5, 301), 30),
    "HealthCheckTimeoutSeconds": (range(2, 121), 5),
    "HealthyThresholdCount": (range(2, 11), 5),
    "UnhealthyThresholdCount": (range(2, 11), 2),
}


def read_target_group(
    arn: str, resource: Resource, config: Config, problems: list[Problem]
) -> TargetGroup:
    """The target group of an HTTP load balancer; mistakes go to `problems`."""
    if resource.get("Protocol", "HTTP") != "HTTP":
        problems.append(resource.problem("Protocol", "only HTTP to targets is emulated yet"))
    address = config.address(resource.logical_id, number(resource, "Port", PORTS, problems))
    attributes = read_target_group_attributes(resource, problems)
    check = _health_check(resource, problems)
    return TargetGroup(resource.name, arn, address, check, *attributes)


def _health_check(resource: Resource, problems: list[Problem]) -> HealthCheck:
    interval, timeout, healthy, unhealthy = (
        number(resource, name, allowed, problems, default)
        for name, (allowed, default) in _NUMBERS.items()
    )
    if timeout >= interval:
        message = f"must be less than HealthCheckIntervalSeconds, which is {interval}"
        problems.append(resource.problem("HealthCheckTimeoutSeconds", message))
    path = str(resource.get("HealthCheckPath", "/"))
    if not path.startswith("/"):
        problems.append(resource.problem("HealthCheckPath", f"'{path}' must start with '/'"))
    traffic_port = resource.get("HealthCheckPort", "traffic-port") == "traffic-port"
    return HealthCheck(
        path,
        None if traffic_port else number(resource, "HealthCheckPort", PORTS, problems),
        interval,
        timeout,
        healthy,
        unhealthy,
        _matcher(resource, problems),
    )


def _matcher(resource: Resource, problems: list[Problem]) -> tuple[range, ...]:
    matcher = resource.get("Matcher", {})
    codes = str(matcher.get("HttpCode", "200")) if isinstance(matcher, Mapping) else ""
    ranges = []
    for part in codes.split(","):
        low, _, high = part.strip().partition("-")
        high = high or low
        if not (low.isdecimal() and high.isdecimal()) or not (
            int(low) in _SUCCESS_CODES and int(high) in _SUCCESS_CODES and int(low) <= int(high)
        ):
            message = f"HttpCode '{codes}' must be codes or ranges from 200 to 499"
            problems.append(resource.problem("Matcher", message))
            return ()
        ranges.append(range(int(low), int(high) + 1))
    return tuple(ranges)
