"""When requests go to all targets, healthy or not: ALB guide, "Target group health"."""

import pytest

from gateway_sim.load_balancing.target_group_settings import HealthCheck, MinimumHealthy
from gateway_sim.running.health import DRAINING, FAILED, CheckResult, TargetHealth, in_service
from tests.unit.gateway_sim.conftest import Definitions

_CHECK = HealthCheck()
_HEALTHY = TargetHealth().after(CheckResult(), _CHECK)
_SICK = TargetHealth().after(FAILED, _CHECK).after(FAILED, _CHECK)
_ROUTING = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"


@pytest.mark.parametrize(
    ("count", "percentage", "healthy", "sick", "who"),
    [
        (1, 0, 1, 9, "healthy"),
        (2, 0, 2, 8, "healthy"),
        (2, 0, 1, 9, "all"),
        (3, 0, 2, 0, "all"),
        (1, 50, 5, 5, "healthy"),
        (1, 50, 4, 6, "all"),
        (1, 34, 1, 2, "all"),
        (1, 33, 1, 2, "healthy"),
        (1, 100, 10, 0, "healthy"),
        (1, 100, 9, 1, "all"),
        # Either threshold is enough (the guide's considerations).
        (5, 10, 4, 6, "all"),
        (1, 60, 5, 5, "all"),
        (5, 50, 5, 5, "healthy"),
        # The guide's example, with cross-zone load balancing: 14 of 20.
        (1, 50, 14, 6, "healthy"),
    ],
)
def test_below_a_threshold_all_targets_get_requests(
    count: int, percentage: int, healthy: int, sick: int, who: str
) -> None:
    targets = {f"healthy-{number}": _HEALTHY for number in range(healthy)}
    targets |= {f"sick-{number}": _SICK for number in range(sick)}
    found = in_service(targets, MinimumHealthy(count, percentage))
    assert found == sorted(each for each in targets if who == "all" or each.startswith("healthy"))


def test_a_draining_target_neither_counts_nor_gets_requests() -> None:
    targets = {"a": _HEALTHY, "b": _SICK, "c": DRAINING}
    assert in_service(targets, MinimumHealthy(1, 50)) == ["a"]
    assert in_service(targets, MinimumHealthy(2, 0)) == ["a", "b"]


def test_thresholds_are_read(definitions: Definitions) -> None:
    definitions.change(
        "load-balancer.yaml",
        "      Name: small-group",
        f"""      Name: small-group
      TargetGroupAttributes:
        - {{ Key: {_ROUTING}.count, Value: 3 }}
        - {{ Key: {_ROUTING}.percentage, Value: "60" }}
        - {{ Key: slow_start.duration_seconds, Value: 30 }}""",
    )
    (alb,) = definitions.load().application_load_balancers
    (group,) = alb.target_groups
    assert group.minimum_healthy == MinimumHealthy(3, 60)
    assert group.slow_start == 30
