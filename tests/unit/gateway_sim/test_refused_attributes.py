"""What of attributes is refused; each row adds one attribute, or two, to what is right."""

import pytest

from gateway_sim.cloudformation.problems import WRONG_FORM
from tests.unit.gateway_sim.conftest import Definitions, Mistake, mistake_in

_ALB, _LISTENER, _GROUP = "      Name: small-alb", "      Protocol: HTTP", "      Name: small-group"
_OWNERS = {
    _ALB: ("Alb", "LoadBalancerAttributes"),
    _LISTENER: ("Listener", "ListenerAttributes"),
    _GROUP: ("Group", "TargetGroupAttributes"),
}


def _attribute(on: str, values: dict[str, str], message: str) -> Mistake:
    """Attributes on the resource that has the line `on`; the last one is in the row's name."""
    logical_id, name = _OWNERS[on]
    rows = "".join(f'\n        - {{ Key: {key}, Value: "{values[key]}" }}' for key in values)
    id_ = " ".join(f"{key}={value}"[-60:] for key, value in values.items())
    return mistake_in(id_, on, f"{on}\n      {name}:{rows}", f"{logical_id}.{name}", message)


def _key(on: str, key: str, value: str, message: str) -> Mistake:
    return _attribute(on, {key: value}, f"{key} {message}")


def _not_emulated(on: str, key: str, value: str, default: str) -> Mistake:
    message = f"'{key}' other than '{default}' is not emulated yet"
    return _attribute(on, {key: value}, message)


_MINIMUM = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
_DNS = "target_group_health.dns_failover.minimum_healthy_targets"
_MITIGATION = "load_balancing.algorithm.anomaly_mitigation"
_ALGORITHM, _SLOW = "load_balancing.algorithm.type", "slow_start.duration_seconds"
_FRAME = "routing.http.response.x_frame_options.header_value"
_VALUE = r"[A-Za-z0-9 _:;.,\\/'?!(){}\[\]@<>=\-+*#&`|~^%]{0,1024}"
_COOKIE = "stickiness.app_cookie.cookie_name"
_STICKY = {"stickiness.enabled": "true"}

_TABLE = (
    _key(_ALB, "idle_timeout.timeout_seconds", "0", "must be 1 to 4000, not '0'"),
    _key(_ALB, "idle_timeout.timeout_seconds", "long", "must be 1 to 4000, not 'long'"),
    _key(_ALB, "client_keep_alive.seconds", "59", "must be 60 to 604800, not '59'"),
    _key(_ALB, "routing.http.xff_header_processing.mode", "drop",
         "must be append, preserve, remove, not 'drop'"),
    _key(_ALB, "routing.http.xff_client_port.enabled", "yes", "must be false, true, not 'yes'"),
    _key(_ALB, "routing.http.desync_mitigation_mode", "lax",
         "must be defensive, monitor, strictest, not 'lax'"),
    _attribute(_ALB, {"access_logs.s3.enabled": "true"},
               "access_logs.s3.enabled needs access_logs.s3.bucket, the bucket's name"),
    _attribute(_ALB, {"idle_timeout": "1"}, "there is no attribute 'idle_timeout' here"),
    _key(_LISTENER, "routing.http.response.server.enabled", "no", "must be true, false, not 'no'"),
    _key(_LISTENER, _FRAME, "$host", f"'$host' is refused: must match {_VALUE}"),
    _attribute(_LISTENER, {"tcp.idle_timeout.seconds": "60"},
               "there is no attribute 'tcp.idle_timeout.seconds' here"),
    _key(_GROUP, "load_balancing.algorithm.type", "fastest",
         "must be round_robin, least_outstanding_requests, weighted_random, not 'fastest'"),
    _key(_GROUP, "deregistration_delay.timeout_seconds", "3601", "must be 0 to 3600, not '3601'"),
    _key(_GROUP, "stickiness.type", "source_ip", "must be lb_cookie, app_cookie, not 'source_ip'"),
    _key(_GROUP, "stickiness.lb_cookie.duration_seconds", "0", "must be 1 to 604800, not '0'"),
    *(
        _key(_GROUP, _SLOW, value, f"must be 0 or 30 to 900, not '{value}'")
        for value in ("29", "901", "off")
    ),
    *(
        _attribute(_GROUP, {_ALGORITHM: algorithm, _SLOW: "30"},
                   f"{_SLOW} does not go with {algorithm}")
        for algorithm in ("least_outstanding_requests", "weighted_random")
    ),
    _key(_GROUP, _MITIGATION, "true", "must be off, on, not 'true'"),
    *(
        _attribute(_GROUP, {_ALGORITHM: algorithm, _MITIGATION: "on"},
                   f"{_MITIGATION} goes with weighted_random only")
        for algorithm in ("round_robin", "least_outstanding_requests")
    ),
    *(
        _key(_GROUP, f"{_MINIMUM}.count", value, f"must be 1 to 1000, not '{value}'")
        for value in ("0", "off", "1001")
    ),
    *(
        _key(_GROUP, key, value, f"must be off or 1 to 100, not '{value}'")
        for key in (f"{_MINIMUM}.percentage", f"{_DNS}.percentage")
        for value in ("0", "101", "on")
    ),
    _key(_GROUP, f"{_DNS}.count", "0", "must be off or 1 to 1000, not '0'"),
    *(
        _attribute(_GROUP, {f"{_DNS}.{kind}": "2", f"{_MINIMUM}.{kind}": "3"},
                   f"{_DNS}.{kind} must not be less than {_MINIMUM}.{kind}, which is 3")
        for kind in ("count", "percentage")
    ),
    _attribute(_GROUP, {**_STICKY, "stickiness.type": "app_cookie"},
               "stickiness.app_cookie.cookie_name must name the application's cookie"),
    *(
        _key(_GROUP, _COOKIE, name,
             f"'{name}' is refused: must match (?!AWSALB)[A-Za-z0-9!#$%&'*+\\-.^_`|~]+|")
        for name in ("AWSALBTG", "AWSALBAPP-0", "AWSALB", "a b", "a=b")
    ),
    _attribute(_GROUP, {**_STICKY, "load_balancing.algorithm.type": "weighted_random"},
               "stickiness.enabled does not go with weighted_random"),
    _attribute(_GROUP, {**_STICKY, "load_balancing.cross_zone.enabled": "false"},
               "stickiness.enabled does not go without load_balancing.cross_zone.enabled"),
    mistake_in("attributes-are-text", _ALB, f"{_ALB}\n      LoadBalancerAttributes: [text]",
               "Alb.LoadBalancerAttributes", WRONG_FORM),
)  # fmt: skip


@pytest.mark.parametrize("mistake", _TABLE, ids=lambda mistake: mistake.id)
def test_mistake_is_told_with_its_line(mistake: Mistake, definitions: Definitions) -> None:
    mistake.check(definitions)


_TWO_GROUPS = """
          ForwardConfig:
            TargetGroups:
              - { TargetGroupArn: !Ref Group, Weight: 1 }
              - { TargetGroupArn: !Ref Second, Weight: 1 }
  Second:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  RewrittenRule:"""


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            "lb_cookie",
            "small-group is sticky, so TargetGroupStickinessConfig must be enabled as well",
        ),
        ("app_cookie", "small-group has app_cookie stickiness, and weights do not"),
    ],
)
def test_weights_go_with_stickiness_only_as_aws_says(
    kind: str, message: str, definitions: Definitions
) -> None:
    one_group = "\n          TargetGroupArn: !Ref Group\n  RewrittenRule:"
    definitions.change("load-balancer.yaml", one_group, _TWO_GROUPS)
    attributes = f"""
      TargetGroupAttributes:
        - {{ Key: stickiness.enabled, Value: true }}
        - {{ Key: stickiness.type, Value: {kind} }}
        - {{ Key: {_COOKIE}, Value: a }}"""
    definitions.change("load-balancer.yaml", _GROUP, _GROUP + attributes)
    (mistake,) = definitions.mistakes()
    assert mistake.endswith(f"ThingsRule.Actions: {message}")


@pytest.mark.parametrize(
    ("on", "key", "value"),
    [
        (_ALB, "deletion_protection.enabled", "true"),
        (_ALB, "access_logs.s3.bucket", "logs"),
        (_GROUP, f"{_DNS}.count", "off"),
        (_GROUP, f"{_DNS}.count", "3"),
        (_GROUP, f"{_DNS}.percentage", "100"),
        (_GROUP, _SLOW, "0"),
        (_GROUP, _MITIGATION, "off"),
        (_GROUP, "load_balancing.cross_zone.enabled", "true"),
    ],
)
def test_attribute_that_changes_nothing_here_is_taken(
    on: str, key: str, value: str, definitions: Definitions
) -> None:
    attribute = f'{on}\n      {_OWNERS[on][1]}: [{{ Key: {key}, Value: "{value}" }}]'
    before = definitions.load().application_load_balancers
    definitions.change("load-balancer.yaml", on, attribute)
    assert definitions.load().application_load_balancers == before
