"""Attributes of load balancers, target groups and listeners, with the defaults of those not set.

Keys and defaults: elasticloadbalancing API, LoadBalancerAttribute, TargetGroupAttribute and
ListenerAttribute.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway_sim.cloudformation.source import as_text

_LOGS = {"enabled": "false", "bucket": "", "prefix": ""}
_APPLICATION = {
    **{f"access_logs.s3.{name}": value for name, value in _LOGS.items()},
    **{f"connection_logs.s3.{name}": value for name, value in _LOGS.items()},
    **{f"health_check_logs.s3.{name}": value for name, value in _LOGS.items()},
    "client_keep_alive.seconds": "3600",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
_NETWORK = {
    **{f"access_logs.s3.{name}": value for name, value in _LOGS.items()},
    "deletion_protection.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "load_balancing.cross_zone.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
    "zonal_shift.config.enabled": "false",
}
_TARGET_GROUP = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "stickiness.enabled": "false",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
_HTTP_TARGET_GROUP = {
    **_TARGET_GROUP,
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.algorithm.type": "round_robin",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
}
_TCP_TARGET_GROUP = {
    **_TARGET_GROUP,
    "deregistration_delay.connection_termination.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
    "stickiness.type": "source_ip",
    "target_health_state.unhealthy.connection_termination.enabled": "true",
    "target_health_state.unhealthy.draining_interval_seconds": "0",
}
_HTTP_LISTENER = {"routing.http.response.server.enabled": "true"}
_TCP_LISTENER = {"tcp.idle_timeout.seconds": "350"}


Pairs = Sequence[Mapping[str, Any]]  # of Key and Value


def load_balancer_attributes(own: Pairs, *, is_network: bool, is_internal: bool) -> Pairs:
    """What DescribeLoadBalancerAttributes tells, when `own` are those that are set."""
    if is_network:
        return _told(own, _NETWORK)
    # Internet gateways are kept away from internal load balancers.
    return _told(own, {**_APPLICATION, "ipv6.deny_all_igw_traffic": as_text(is_internal)})


def target_group_attributes(own: Pairs, protocol: str) -> Pairs:
    """What DescribeTargetGroupAttributes tells, when `own` are those that are set."""
    return _told(own, _HTTP_TARGET_GROUP if protocol.startswith("HTTP") else _TCP_TARGET_GROUP)


def listener_attributes(own: Pairs, protocol: str) -> Pairs:
    """What DescribeListenerAttributes tells, when `own` are those that are set."""
    return _told(own, _HTTP_LISTENER if protocol.startswith("HTTP") else _TCP_LISTENER)


def _told(own: Pairs, defaults: Mapping[str, str]) -> Pairs:
    values = {**defaults, **{str(each["Key"]): as_text(each["Value"]) for each in own}}
    return [{"Key": key, "Value": values[key]} for key in sorted(values)]
