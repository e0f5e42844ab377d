"""Looking at what is deployed, and going back to what ran before."""

import json
import re
import signal
import time
from typing import Any

import pytest

from tests.fixtures.gateway import wait_until
from tests.integration.infra.tree import Tree

CLUSTER = "ecs-fargate-cluster-demo"


@pytest.fixture(scope="module")
def deployed(tree: Tree) -> Tree:
    """Two versions of the students service have been deployed, the second one runs."""
    tree.deploy()
    (tree.path / "services/students/version").write_text("students 2\n")
    tree.commit()
    tree.deploy()
    _wait_until_deployed(tree, "demo1")
    return tree


def service(tree: Tree, name: str) -> Any:
    services = tree.account.client("ecs").describe_services(
        cluster=CLUSTER, services=[f"ecs-fargate-{name}-service"]
    )
    return services["services"][0]


def _wait_until_deployed(tree: Tree, name: str) -> None:
    """CloudFormation does not wait for ECS here."""
    wait_until(
        lambda: service(tree, name)["deployments"][0]["rolloutState"] == "COMPLETED",
        f"{name} was deployed",
    )


def answer(tree: Tree, *arguments: str) -> str:
    outcome = tree.infra(*arguments)
    assert outcome.code == 0, str(outcome)
    return outcome.out


def test_outputs_are_json_by_layer_and_hold_the_invoke_url(deployed: Tree) -> None:
    outputs = json.loads(answer(deployed, "outputs", "--json"))
    assert len(outputs) == 12
    assert outputs["api"]["InvokeUrl"].endswith("/Test")
    assert outputs["platform"]["ClusterName"] == CLUSTER


def test_outputs_are_lines_for_a_person(deployed: Tree) -> None:
    assert re.search(
        r"^api\.InvokeUrl: https://\S+/Test$", answer(deployed, "outputs"), re.MULTILINE
    )


def test_the_status_shows_tasks_alarms_and_the_address(deployed: Tree) -> None:
    said = answer(deployed, "status")
    assert re.search(r"demo1 .*\b2 of 2\b.*ecs-fargate-demo1-td:\d+.*COMPLETED", said)
    assert re.search(r"demo2 .*\b2 of 2\b.*ecs-fargate-demo2-td:\d+.*COMPLETED", said)
    assert re.search(r"https://\S+/Test", said)


def test_an_alarm_that_rings_is_in_the_status(deployed: Tree) -> None:
    cloudwatch, name = deployed.account.client("cloudwatch"), "ecs-fargate-database-cpu"
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="90 percent")
    said = answer(deployed, "status")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="10 percent")
    assert re.search(rf"{name}.*90 percent.*ALARM", said)
    assert name not in answer(deployed, "status")


@pytest.mark.parametrize("name", ["demo2", "subjects"])
def test_the_logs_of_a_service_are_asked_for_by_either_name(deployed: Tree, name: str) -> None:
    lines = answer(deployed, "logs", name).splitlines()
    assert len(lines) >= 2
    assert all(line.endswith("serving") for line in lines)


def test_logs_that_are_followed_go_on_until_ctrl_c(deployed: Tree) -> None:
    logs, group = deployed.account.client("logs"), "/ecs/ecs-fargate-demo2"
    logs.create_log_stream(logGroupName=group, logStreamName="subjects/test/1")
    with deployed.running("logs", "demo2", "--follow") as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith("serving\n")
        line = {"timestamp": int(time.time() * 1000), "message": "said later"}
        logs.put_log_events(logGroupName=group, logStreamName="subjects/test/1", logEvents=[line])
        assert any(line.endswith("said later\n") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    logs.delete_log_stream(logGroupName=group, logStreamName="subjects/test/1")
    assert process.returncode == 130
    assert "Traceback" not in err


def test_a_rollback_lets_the_previous_task_definition_run(deployed: Tree) -> None:
    newest = service(deployed, "demo1")["taskDefinition"]
    outcome = deployed.infra("rollback", "demo1")
    assert outcome.code == 0, str(outcome)
    previous = service(deployed, "demo1")["taskDefinition"]
    family, _, revision = newest.rpartition(":")
    assert previous == f"{family}:{int(revision) - 1}"
    assert previous.rpartition("/")[2] in outcome.err
    assert "rolled back" in answer(deployed, "status")
    deployed.account.client("ecs").update_service(
        cluster=CLUSTER, service="ecs-fargate-demo1-service", taskDefinition=newest
    )
    _wait_until_deployed(deployed, "demo1")


def test_there_is_no_way_back_from_the_first_deployment(deployed: Tree) -> None:
    outcome = deployed.infra("rollback", "demo2")
    assert outcome.code == 1
    assert "ecs-fargate-demo2-td:1 " in outcome.err
    assert outcome.err.count("\n") == 1


def test_pushing_alone_prints_what_the_registry_has(deployed: Tree) -> None:
    lines = answer(deployed, "push").splitlines()
    assert [re.sub("[0-9a-f]{64}", "...", line) for line in lines] == [
        f"localhost:{deployed.account.port}/demo1@sha256:...",
        f"localhost:{deployed.account.port}/demo2@sha256:...",
    ]


def test_migrating_alone_runs_both_migrations(deployed: Tree) -> None:
    outcome = deployed.infra("migrate")
    assert outcome.code == 0, str(outcome)
    ran = re.findall(r"^(\w+): migration runs as task", outcome.err, re.MULTILINE)
    assert ran == ["demo1", "demo2"]


def test_what_is_not_deployed_is_said_with_the_way_to_deploy_it(deployed: Tree) -> None:
    outcome = deployed.infra("logs", "demo1", "--stack-prefix", "other")
    assert outcome.code == 1
    assert "other-demo1" in outcome.err
    assert "Next: python -m infra deploy" in outcome.err
    assert outcome.err.count("\n") == 1


def test_the_status_of_nothing_says_how_to_begin(tree: Tree) -> None:
    outcome = tree.infra("status", "--stack-prefix", "other")
    assert outcome.code == 0, str(outcome)
    assert "Next: python -m infra deploy" in outcome.err
