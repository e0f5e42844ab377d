"""Target health as DescribeTargetHealth tells it, for every history of checks that matters."""

from functools import reduce

import pytest

from gateway_sim.load_balancing.target_group_settings import HealthCheck, MinimumHealthy
from gateway_sim.running.health import (
    DRAINING,
    FAILED,
    TIMED_OUT,
    CheckResult,
    TargetHealth,
    in_service,
)

_CHECK = HealthCheck(healthy_threshold=3, unhealthy_threshold=2)
_RESULTS = {
    "+": CheckResult(),
    "-": FAILED,
    "t": TIMED_OUT,
    "5": CheckResult.of_status(500, _CHECK),
}


def after(history: str) -> TargetHealth:
    """The health of a target whose checks went so: + passed, - failed, t too slow, 5 status 500."""
    health = TargetHealth()
    return reduce(lambda before, one: before.after(_RESULTS[one], _CHECK), history, health)


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ("", "initial"),
        # The first success is enough, whatever the threshold (ECS guide, load balancer checks).
        ("+", "healthy"),
        ("-+", "healthy"),
        # Until a verdict falls, a target stays what it is.
        ("-", "initial"),
        ("--", "unhealthy"),
        ("+-", "healthy"),
        ("+--", "unhealthy"),
        ("+-+-+-", "healthy"),
        ("+-+--", "unhealthy"),
        # Back to healthy only after as many successes in a row as the threshold says.
        ("--+", "unhealthy"),
        ("--++", "unhealthy"),
        ("--+++", "healthy"),
        ("--++-+++", "healthy"),
        ("--++-++", "unhealthy"),
        ("--+++-", "healthy"),
        ("--+++--", "unhealthy"),
        # Every kind of failure counts.
        ("t5", "unhealthy"),
    ],
)  # fmt: skip
def test_history_leads_to_the_state(history: str, state: str) -> None:
    assert after(history).state == state


@pytest.mark.parametrize(
    ("history", "reason", "description"),
    [
        ("", "Elb.InitialHealthChecking", "Initial health checks in progress"),
        ("-", "Elb.InitialHealthChecking", "Initial health checks in progress"),
        ("--", "Target.FailedHealthChecks", "Health checks failed"),
        ("tt", "Target.Timeout", "Request timed out"),
        ("55", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]"),
        # The last failure is the one that is told, and a success that is not enough tells nothing.
        ("--t", "Target.Timeout", "Request timed out"),
        ("tt-++", "Target.FailedHealthChecks", "Health checks failed"),
    ],
)
def test_reason_and_description_are_those_of_aws(
    history: str, reason: str, description: str
) -> None:
    assert after(history).describe("10.0.0.7:8080", 8080) == {
        "Target": {"Id": "10.0.0.7", "Port": 8080},
        "HealthCheckPort": "8080",
        "TargetHealth": {
            "State": after(history).state,
            "Reason": reason,
            "Description": description,
        },
    }


def test_healthy_target_has_no_reason() -> None:
    assert after("--+++").describe("10.0.0.7:8080", 9090) == {
        "Target": {"Id": "10.0.0.7", "Port": 8080},
        "HealthCheckPort": "9090",
        "TargetHealth": {"State": "healthy"},
    }


@pytest.mark.parametrize(
    ("codes", "status", "passed"),
    [
        ((range(200, 201),), 200, True),
        ((range(200, 201),), 201, False),
        ((range(200, 300),), 299, True),
        ((range(200, 300),), 300, False),
        # A redirect fails unless the matcher has it; it is never followed.
        ((range(200, 300),), 302, False),
        ((range(200, 203), range(302, 303)), 302, True),
        ((range(200, 203), range(404, 405)), 203, False),
        ((range(200, 203), range(404, 405)), 404, True),
        ((range(200, 500),), 500, False),
    ],
)
def test_matcher_decides_what_passes(
    codes: tuple[range, ...],
    status: int,
    passed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    result = CheckResult.of_status(status, HealthCheck(success_codes=codes))
    assert result.passed is passed
    if not passed:
        assert result.description == f"Health checks failed with these codes: [{status}]"


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        ({"a": "+", "b": "--"}, ["a"]),
        ({"b": "+", "a": "+"}, ["a", "b"]),
        ({"a": "+-", "b": "--+"}, ["a"]),
        ({"a": "+", "b": ""}, ["a"]),
        # Nobody is healthy: every registered target gets requests (ALB guide, "fail open").
        ({"b": "--", "a": "tt"}, ["a", "b"]),
        ({"a": "--", "b": ""}, ["a", "b"]),
        ({"a": ""}, ["a"]),
        ({}, []),
    ],
    ids=[
        "healthy-only", "all-healthy", "healthy-that-failed-once", "healthy-before-initial",
        "fail-open", "fail-open-with-initial", "only-initial", "nobody",
    ],
)  # fmt: skip
def test_requests_go_to_the_healthy_or_to_all(
    histories: dict[str, str], expected: list[str]
) -> None:
    targets = {address: after(history) for address, history in histories.items()}
    assert in_service(targets, MinimumHealthy()) == expected


def test_a_draining_target_gets_no_requests_even_when_nobody_is_healthy() -> None:
    assert in_service({"a": DRAINING, "b": after("--")}, MinimumHealthy()) == ["b"]
    assert in_service({"a": DRAINING}, MinimumHealthy()) == []


def test_a_draining_target_is_described_as_aws_does() -> None:
    assert DRAINING.describe("10.0.0.7:8080", 8080)["TargetHealth"] == {
        "State": "draining",
        "Reason": "Target.DeregistrationInProgress",
        "Description": "Target deregistration is in progress",
    }
