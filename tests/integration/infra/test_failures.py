"""What goes wrong on the way, and how it goes on afterwards."""

import signal
from typing import Any

from tests.integration.infra.tree import Tree

# CloudFormation refuses this alarm when its turn comes, after the service.
ALARM = "      MetricName: CPUUtilization\n"
NO_ALARM = "      MetricName: ''\n"


def events(tree: Tree, stack: str) -> list[Any]:
    cloudformation = tree.account.client("cloudformation")
    return list(cloudformation.describe_stack_events(StackName=stack)["StackEvents"])


def status(tree: Tree, stack: str) -> str:
    (found,) = tree.account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(found["StackStatus"])


def test_a_failed_layer_stops_the_deployment_and_the_next_one_goes_on_there(tree: Tree) -> None:
    prefix = ["--stack-prefix", "half"]
    with tree.changed("infra/templates/service.yaml", ALARM, NO_ALARM):
        failed = tree.infra("deploy", *prefix)
    assert failed.code == 1
    assert failed.out == ""
    cause = failed.err.splitlines()[-1]
    assert "half-demo1" in cause
    assert "Scale" in cause
    assert "MetricName and Namespace are required" in cause
    assert status(tree, "half-demo1") == "ROLLBACK_COMPLETE"

    finished = {
        stack: events(tree, stack) for stack in ("half-network", "half-data", "half-platform")
    }
    assert "demo1: ROLLBACK_COMPLETE" in tree.deploy(*prefix)
    assert status(tree, "half-demo1") == status(tree, "half-monitoring") == "CREATE_COMPLETE"
    assert {stack: events(tree, stack) for stack in finished} == finished


def test_a_failed_update_says_why_and_leaves_what_was_there(deployed: Tree) -> None:
    with deployed.changed("infra/templates/monitoring.yaml", ALARM, NO_ALARM):
        failed = deployed.infra("deploy")
    assert failed.code == 1
    assert "MetricName and Namespace are required" in failed.err.splitlines()[-1]
    assert status(deployed, "ecs-fargate-monitoring") == "UPDATE_ROLLBACK_COMPLETE"
    deployed.deploy()


def test_a_failed_migration_is_shown_and_its_service_is_not_deployed(deployed: Tree) -> None:
    services = ("ecs-fargate-demo1", "ecs-fargate-demo2")
    before = [events(deployed, stack) for stack in services]
    broken = deployed.path / "services/students/broken"
    broken.touch()
    deployed.commit()
    for _ in range(2):  # trying again does not get past it either
        failed = deployed.infra("deploy")
        assert failed.code == 1
        assert "Table 'student' already exists\n" in failed.err
        assert failed.err.splitlines()[-1].startswith("migration of demo1 ended with 1")
        assert [events(deployed, stack) for stack in services] == before

    broken.unlink()
    (deployed.path / "services/students/version").write_text("repaired\n")
    deployed.commit()
    assert "demo1: migration runs as task" in deployed.deploy()
    assert events(deployed, "ecs-fargate-demo1") != before[0]


def test_ctrl_c_stops_the_watching_only_and_the_next_deployment_goes_on(deployed: Tree) -> None:
    (deployed.path / "services/subjects/slow").touch()
    deployed.commit()
    with deployed.running("deploy") as process:
        assert process.stderr is not None
        said = iter(process.stderr)
        assert any(line.startswith("demo2: migration runs as task") for line in said)
        next(said)  # it is being watched
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "goes on, unwatched" in rest
    assert "Traceback" not in rest
    again = deployed.deploy()
    assert "demo2-migration: unchanged" in again
    assert "demo2: migration runs as task" in again
