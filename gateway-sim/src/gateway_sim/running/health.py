"""The health of one target as an ALB judges it: a pure state machine.

Source: ALB guide, "Health checks for target groups"; states and reasons as in DescribeTargetHealth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from gateway_sim.load_balancing.target_group_settings import HealthCheck, MinimumHealthy


@dataclass(frozen=True)
class CheckResult:
    """How one health check went; a failure has a reason and a description."""

    reason: str = ""
    description: str = ""

    @property
    def passed(self) -> bool:
        return not self.reason

    @classmethod
    def of_status(cls, status: int, check: HealthCheck) -> Self:
        """The target answered; whether that is a success, the matcher says."""
        if check.accepts(status):
            return cls()
        codes = f"Health checks failed with these codes: [{status}]"
        return cls("Target.ResponseCodeMismatch", codes)


TIMED_OUT = CheckResult("Target.Timeout", "Request timed out")
FAILED = CheckResult("Target.FailedHealthChecks", "Health checks failed")


@dataclass(frozen=True)
class TargetHealth:
    """A target's state and why, with the number of checks in a row that passed or failed."""

    state: Literal["initial", "healthy", "unhealthy", "draining"] = "initial"
    reason: str = "Elb.InitialHealthChecking"
    description: str = "Initial health checks in progress"
    passes: int = 0
    failures: int = 0

    def after(self, result: CheckResult, check: HealthCheck) -> "TargetHealth":
        """The health after one more check.

        One success ends `initial`, whatever HealthyThresholdCount is; after that the thresholds
        count checks in a row.
        """
        if result.passed:
            counted = replace(self, passes=self.passes + 1, failures=0)
            needed = 1 if self.state == "initial" else check.healthy_threshold
            if counted.passes >= needed:
                return replace(counted, state="healthy", reason="", description="")
            return counted
        counted = replace(self, passes=0, failures=self.failures + 1)
        if counted.failures >= check.unhealthy_threshold or self.state == "unhealthy":
            return replace(
                counted,
                state="unhealthy",
                reason=result.reason,
                description=result.description,
            )
        return counted

    def describe(self, address: str, check_port: int | None) -> dict[str, Any]:
        """One of the TargetHealthDescriptions of DescribeTargetHealth; None is `traffic-port`."""
        host, _, port = address.partition(":")
        health = {
            "State": self.state,
            **({"Reason": self.reason, "Description": self.description} if self.reason else {}),
        }
        return {
            "Target": {"Id": host, "Port": int(port)},
            "HealthCheckPort": str(check_port or port),
            "TargetHealth": health,
        }


# A target before its first check, and a next hop, which nobody checks.
REGISTERING = TargetHealth(
    reason="Elb.RegistrationInProgress", description="Target registration is in progress"
)
HEALTHY = TargetHealth("healthy", "", "")
# A target that was deregistered, until the delay of its group ends.
DRAINING = TargetHealth(
    "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
)


def in_service(targets: Mapping[str, TargetHealth], minimum: MinimumHealthy) -> list[str]:
    """Who gets requests: the healthy targets, or every registered one when too few are healthy.

    A draining target is not registered any more.

    Failing open is documented for unhealthy targets; for `initial` ones it was observed only.
    """
    healthy = [address for address, health in targets.items() if health.state == "healthy"]
    registered = [address for address, health in targets.items() if health.state != "draining"]
    enough = minimum.holds(len(healthy), len(registered))
    return sorted(healthy if enough else registered)
