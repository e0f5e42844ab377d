"""Reads the attributes of target groups.

Keys, defaults and what is allowed: elasticloadbalancing API, TargetGroupAttribute; what goes with
what: ALB guide, "Edit target group attributes".
"""

import re

from gateway_sim.model import Stickiness
from gateway_sim.problems import Problem
from gateway_sim.properties import Attributes
from gateway_sim.stacks import Resource

_NAME = "TargetGroupAttributes"
_STICKY_SECONDS, _DEFAULT_STICKY_SECONDS = range(1, 604_801), 86_400
# A cookie's name (RFC 6265), or none.
_COOKIE_NAME = re.compile(r"(?!AWSALB)[A-Za-z0-9!#$%&'*+\-.^_`|~]+|")
_DELAY_SECONDS, _DEFAULT_DELAY_SECONDS = range(3601), 300
_MINIMUM = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
# What changes no answer that can be seen here.
_WITHOUT_EFFECT = re.compile(
    r"target_group_health\.dns_failover\.minimum_healthy_targets\.(count|percentage)"
    r"|waf\.http2\.traffic_inspection_behavior"
)


def read_target_group_attributes(
    resource: Resource, problems: list[Problem]
) -> tuple[str, Stickiness | None, int]:
    """Algorithm, stickiness and deregistration delay (seconds); mistakes go to `problems`."""
    with Attributes(resource, _NAME, problems).all_read() as found:
        found.ignore(_WITHOUT_EFFECT)
        found.only("slow_start.duration_seconds", "0")
        found.only("load_balancing.algorithm.anomaly_mitigation", "off")
        found.only(f"{_MINIMUM}.count", "1")
        found.only(f"{_MINIMUM}.percentage", "off")
        delay = found.number(
            "deregistration_delay.timeout_seconds", _DELAY_SECONDS, _DEFAULT_DELAY_SECONDS
        )
        cross_zone = found.choice(
            "load_balancing.cross_zone.enabled", "use_load_balancer_configuration", "true", "false"
        )
        algorithm = found.choice(
            "load_balancing.algorithm.type",
            "round_robin", "least_outstanding_requests", "weighted_random",
        )  # fmt: skip
        stickiness = _stickiness(found)
        if stickiness and algorithm == "weighted_random":
            found.refuse("stickiness.enabled does not go with weighted_random")
        if stickiness and cross_zone == "false":
            found.refuse("stickiness.enabled does not go without load_balancing.cross_zone.enabled")
        return algorithm, stickiness, delay


def stickiness_type(resource: Resource) -> str:
    """lb_cookie or app_cookie, "" for a group without stickiness."""
    found = Attributes(resource, _NAME, [])
    enabled = found.switch("stickiness.enabled")
    kind = found.choice("stickiness.type", "lb_cookie", "app_cookie")
    return kind if enabled else ""


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
