"""How a deployment that is not as it should be looks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra import stacks, status, tasks
from infra.deployment import Deployment
from infra.stacks import Stack
from infra.templates import PARAMETERS
from tests.unit.infra.conftest import Foretold

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def work(foretold: Foretold) -> Deployment:
    foretold.answer("sts", "get_caller_identity", {"Account": "123456789012"})
    work = Deployment(None, None, None, "shop", PARAMETERS)
    work.aws = foretold.aws
    return work


def there_are(monkeypatch: pytest.MonkeyPatch, **found: Stack) -> None:
    by_name = {f"shop-{layer.replace('_', '-')}": stack for layer, stack in found.items()}
    monkeypatch.setattr(stacks, "find", lambda _aws, name: by_name.get(name))


def resources(monkeypatch: pytest.MonkeyPatch, kind: str, physical_id: str) -> None:
    found = {
        "LogicalResourceId": "It",
        "ResourceType": kind,
        "PhysicalResourceId": physical_id,
    }
    monkeypatch.setattr(stacks, "resources", lambda *_: [found])


def printed(work: Deployment, capsys: Capture) -> str:
    status.status(work)
    return capsys.readouterr().out


def test_nothing_is_told_with_the_next_step(
    work: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    there_are(monkeypatch)
    status.status(work)
    assert "Next: python -m infra deploy" in capsys.readouterr().err


def test_a_service_that_is_being_made_is_a_stack_and_no_service_yet(
    work: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    there_are(monkeypatch, demo1=Stack("id", "CREATE_IN_PROGRESS", {}, {}))
    said = printed(work, capsys)
    assert "  shop-demo1  CREATE_IN_PROGRESS\n" in said
    assert "\nServices\n  none\n" in said


def test_a_service_shows_its_tasks_and_its_last_deployment(
    work: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    outputs = {"ServiceArn": "arn:service", "TaskDefinitionArn": "arn:td/demo1-td:4"}
    there_are(
        monkeypatch,
        platform=Stack("id", "CREATE_COMPLETE", {}, {"ClusterName": "cluster"}),
        demo1=Stack("id", "UPDATE_COMPLETE", {}, outputs),
    )
    newest: dict[str, Any] = {
        "status": "PRIMARY",
        "createdAt": datetime.now(UTC) - timedelta(hours=2, seconds=1),
        "rolloutState": "FAILED",
    }
    running = {
        "taskDefinition": "arn:td/demo1-td:3",
        "runningCount": 1,
        "desiredCount": 2,
        "pendingCount": 1,
        "deployments": [newest],
    }
    monkeypatch.setattr(tasks, "service", lambda *_: running)
    (line,) = [line for line in printed(work, capsys).splitlines() if "  demo1 " in line]
    assert line.split("  ")[1:] == [
        "demo1",
        "1 of 2 run, 1 pending",
        "demo1-td:3 (rolled back)",
        "deployed 2:00:01 ago",
        "FAILED",
    ]


def test_a_target_tells_why_it_gets_no_requests(
    work: Deployment,
    foretold: Foretold,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    there_are(monkeypatch, load_balancer=Stack("id", "CREATE_COMPLETE", {}, {}))
    resources(monkeypatch, "AWS::ElasticLoadBalancingV2::TargetGroup", "arn:group")
    health = {"State": "unhealthy", "Description": "Health checks failed with these codes: [503]"}
    target = {"Target": {"Id": "10.0.2.7"}, "TargetHealth": health}
    answer = {"TargetHealthDescriptions": [target]}
    foretold.answer("elbv2", "describe_target_health", answer, TargetGroupArn="arn:group")
    said = printed(work, capsys)
    assert "  It  10.0.2.7  Health checks failed with these codes: [503]  unhealthy\n" in said


def test_alarms_are_those_that_are_not_ok(
    work: Deployment,
    foretold: Foretold,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    there_are(monkeypatch, monitoring=Stack("id", "CREATE_COMPLETE", {}, {}))
    resources(monkeypatch, "AWS::CloudWatch::Alarm", "shop-latency")
    alarms = [
        {"AlarmName": "shop-latency", "StateValue": "ALARM", "StateReason": "2 s"},
        {"AlarmName": "shop-cpu", "StateValue": "OK"},
    ]
    answer = {"MetricAlarms": alarms}
    foretold.answer("cloudwatch", "describe_alarms", answer, AlarmNames=["shop-latency"])
    said = printed(work, capsys)
    assert "Alarms that are not OK\n  shop-latency  2 s  ALARM\n" in said
    assert "shop-cpu" not in said
