"""Reads the attributes of target groups.

Keys, defaults and what is allowed: elasticloadbalancing API, TargetGroupAttribute; what goes with
what: ALB guide, "Edit target group attributes".
"""

import re

from gateway_sim.cloudformation.problems import Problem
from gateway_sim.cloudformation.properties import Attributes
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.target_group_settings import MinimumHealthy, Stickiness

_NAME = "TargetGroupAttributes"
_STICKY_SECONDS, _DEFAULT_STICKY_SECONDS = range(1, 604_801), 86_400
# A cookie's name (RFC 6265), or none.
_COOKIE_NAME = re.compile(r"(?!AWSALB)[A-Za-z0-9!#$%&'*+\-.^_`|~]+|")
_DELAY_SECONDS, _DEFAULT_DELAY_SECONDS = range(3601), 300
_SLOW_SECONDS = range(30, 901)
# A group has at most 1000 targets (ALB quotas).
_MINIMUMS = {"count": range(1, 1001), "percentage": range(1, 101)}
# What changes no answer that can be seen here.
_WITHOUT_EFFECT = re.compile(r"waf\.http2\.traffic_inspection_behavior")


def read_target_group_attributes(
    resource: Resource, problems: list[Problem]
) -> tuple[str, Stickiness | None, int, int, MinimumHealthy]:
    """What stands in a TargetGroup from its algorithm on; mistakes go to `problems`."""
    with Attributes(resource, _NAME, problems).all_read() as found:
        found.ignore(_WITHOUT_EFFECT)
        delay = found.number(
            "deregistration_delay.timeout_seconds", _DELAY_SECONDS, _DEFAULT_DELAY_SECONDS
        )
        cross_zone = found.choice(
            "load_balancing.cross_zone.enabled", "use_load_balancer_configuration", "true", "false"
        )
        algorithm = _algorithm(found)
        stickiness = _stickiness(found)
        if stickiness and algorithm == "weighted_random":
            found.refuse("stickiness.enabled does not go with weighted_random")
        if stickiness and cross_zone == "false":
            found.refuse("stickiness.enabled does not go without load_balancing.cross_zone.enabled")
        slow_start = found.number_or("0", "slow_start.duration_seconds", _SLOW_SECONDS)
        if slow_start and algorithm != "round_robin":
            found.refuse(f"slow_start.duration_seconds does not go with {algorithm}")
        return algorithm, stickiness, delay, slow_start or 0, _minimum_healthy(found)


def stickiness_type(resource: Resource) -> str:
    """lb_cookie or app_cookie, "" for a group without stickiness."""
    found = Attributes(resource, _NAME, [])
    enabled = found.switch("stickiness.enabled")
    kind = found.choice("stickiness.type", "lb_cookie", "app_cookie")
    return kind if enabled else ""


def _algorithm(found: Attributes) -> str:
    algorithm = found.choice(
        "load_balancing.algorithm.type",
        "round_robin", "least_outstanding_requests", "weighted_random",
    )  # fmt: skip
    mitigation = "load_balancing.algorithm.anomaly_mitigation"
    # Told as not emulated: targets that answer with errors get no fewer requests.
    if found.choice(mitigation, "off", "on") == "on" and algorithm != "weighted_random":
        found.refuse(f"{mitigation} goes with weighted_random only")
    return algorithm


def _minimum_healthy(found: Attributes) -> MinimumHealthy:
    """When requests go to all targets.

    There is one zone here, and one address: DNS failover never leads anywhere else (ALB guide,
    "Target group health"), so its thresholds are only checked.
    """
    routing = {}
    for kind, allowed in _MINIMUMS.items():
        key = f"target_group_health.{{}}.minimum_healthy_targets.{kind}"
        route, dns = key.format("unhealthy_state_routing"), key.format("dns_failover")
        if kind == "count":
            routing[kind] = found.number(route, allowed, 1)
        else:
            routing[kind] = found.number_or("off", route, allowed) or 0
        threshold = found.number_or("off", dns, allowed)
        if threshold is not None and threshold < routing[kind]:
            found.refuse(f"{dns} must not be less than {route}, which is {routing[kind]}")
    return MinimumHealthy(**routing)


def _stickiness(found: Attributes) -> Stickiness | None:
    enabled = found.switch("stickiness.enabled")
    kind = found.choice("stickiness.type", "lb_cookie", "app_cookie")
    seconds = {
        each: found.number(
            f"stickiness.{each}.duration_seconds", _STICKY_SECONDS, _DEFAULT_STICKY_SECONDS
        )
        for each in ("lb_cookie", "app_cookie")
    }
    cookie = found.text("stickiness.app_cookie.cookie_name", _COOKIE_NAME)
    if not enabled:
        return None
    if kind == "app_cookie" and not cookie:
        found.refuse("stickiness.app_cookie.cookie_name must name the application's cookie")
    return Stickiness(seconds[kind], cookie if kind == "app_cookie" else "")
