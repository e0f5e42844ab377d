"""Reads target groups: where their targets are, and how their health is checked."""

import re
from collections.abc import Mapping

from gateway_sim.cloudformation.config import Config
from gateway_sim.cloudformation.problems import DefinitionError, Problem
from gateway_sim.cloudformation.properties import PORTS, number
from gateway_sim.cloudformation.source import as_text
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.model import TargetGroup
from gateway_sim.load_balancing.target_group_attributes import read_target_group_attributes
from gateway_sim.load_balancing.target_group_settings import HealthCheck

_SUCCESS_CODES = range(200, 500)
_PROTOCOLS = ("HTTP", "HTTPS")
_PATH = re.compile(r"/[!-~]{0,1023}")
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
    if resource.get("TargetType") == "lambda":
        raise DefinitionError([resource.problem("TargetType", "functions are not emulated")])
    if (version := resource.get("ProtocolVersion", "HTTP1")) != "HTTP1":
        message = f"'{version}' is not emulated yet; targets speak HTTP/1.1"
        problems.append(resource.problem("ProtocolVersion", message))
    address = config.address(resource.logical_id, number(resource, "Port", PORTS, problems))
    attributes = read_target_group_attributes(resource, problems)
    check = _health_check(resource, problems)
    protocol = _protocol(resource, "Protocol", problems)
    return TargetGroup(resource.name, arn, address, check, *attributes, protocol=protocol)


def _health_check(resource: Resource, problems: list[Problem]) -> HealthCheck:
    interval, timeout, healthy, unhealthy = (
        number(resource, name, allowed, problems, default)
        for name, (allowed, default) in _NUMBERS.items()
    )
    if timeout >= interval:
        message = f"must be less than HealthCheckIntervalSeconds, which is {interval}"
        problems.append(resource.problem("HealthCheckTimeoutSeconds", message))
    path = str(resource.get("HealthCheckPath", "/"))
    if not _PATH.fullmatch(path):
        message = f"'{path}' must start with '/', without spaces, and have at most 1024 characters"
        problems.append(resource.problem("HealthCheckPath", message))
    if as_text(resource.get("HealthCheckEnabled", True)) != "true":
        message = "health checks of instances and addresses are always enabled"
        problems.append(resource.problem("HealthCheckEnabled", message))
    traffic_port = resource.get("HealthCheckPort", "traffic-port") == "traffic-port"
    return HealthCheck(
        path,
        None if traffic_port else number(resource, "HealthCheckPort", PORTS, problems),
        interval,
        timeout,
        healthy,
        unhealthy,
        _matcher(resource, problems),
        _protocol(resource, "HealthCheckProtocol", problems),
    )


def _protocol(resource: Resource, name: str, problems: list[Problem]) -> str:
    protocol = str(resource.get(name, "HTTP"))
    if protocol not in _PROTOCOLS:
        message = f"must be {' or '.join(_PROTOCOLS)}, not '{protocol}'"
        problems.append(resource.problem(name, message))
    return protocol


def _matcher(resource: Resource, problems: list[Problem]) -> tuple[range, ...]:
    matcher = resource.get("Matcher", {})
    if isinstance(matcher, Mapping) and "GrpcCode" in matcher:
        problems.append(resource.problem("Matcher", "GrpcCode is for the protocol version GRPC"))
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
