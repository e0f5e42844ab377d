"""Checked values of properties: numbers, and the attributes of load balancers and target groups.

An attribute that would change an answer is refused unless it has its default; the others (deletion
protection, logs, deregistration delay, …) change nothing that can be seen here.
"""

from collections.abc import Mapping

from gateway_sim.problems import FORM_ERRORS, WRONG_FORM, Problem
from gateway_sim.stacks import Resource

# Defaults: elasticloadbalancing API, LoadBalancerAttribute and its like for groups and listeners.
_NOT_EMULATED = {
    "LoadBalancerAttributes": {
        "client_keep_alive.seconds": "3600",
        "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.xff_header_processing.mode": "append",
    },
    "TargetGroupAttributes": {
        "load_balancing.algorithm.type": "round_robin",
        "slow_start.duration_seconds": "0",
        "stickiness.enabled": "false",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
    },
    "ListenerAttributes": {"routing.http.response.server.enabled": "true"},
}


PORTS = range(1, 65_536)


def number(
    resource: Resource,
    name: str,
    allowed: range,
    problems: list[Problem],
    default: int | None = None,
) -> int:
    """The whole number in a property; when it is none, or not allowed, that goes to `problems`."""
    value = str(resource.get(name, "" if default is None else default))
    if value.isdecimal() and int(value) in allowed:
        return int(value)
    message = f"must be {allowed[0]} to {allowed[-1]}, not '{value}'"
    problems.append(resource.problem(name, message))
    return default or allowed[0]


def attributes(resource: Resource, name: str, problems: list[Problem]) -> Mapping[str, str]:
    """The attributes in the property `name`, by key; mistakes go to `problems`.

    A mistake is also every attribute that asks for something the emulator does not do.
    """
    try:
        found = {str(each["Key"]): str(each["Value"]) for each in resource.get(name, [])}
    except FORM_ERRORS:
        problems.append(resource.problem(name, WRONG_FORM))
        return {}
    for key, value in found.items():
        default = _NOT_EMULATED[name].get(key, value)
        if value != default:
            message = f"'{key}' other than '{default}' is not emulated yet"
            problems.append(resource.problem(name, message))
    return found
