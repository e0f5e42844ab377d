"""Taking everything away again: what is asked, what stays, and that deploying again works."""

import re

import pytest

from tests.fixtures.aws import Account
from tests.integration.infra.tree import Tree


def stacks(account: Account) -> set[str]:
    found = account.client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"].removeprefix("ecs-fargate-") for stack in found}


def snapshots(account: Account) -> list[str]:
    found = account.client("rds").describe_db_snapshots()["DBSnapshots"]
    return [snapshot["DBSnapshotIdentifier"] for snapshot in found]


def left(account: Account) -> dict[str, list[str]]:
    """What costs money or takes a name, by kind."""
    return {
        "databases": account.client("rds").describe_db_instances()["DBInstances"],
        "load balancers": account.client("elbv2").describe_load_balancers()["LoadBalancers"],
        "target groups": account.client("elbv2").describe_target_groups()["TargetGroups"],
        "clusters": account.client("ecs").list_clusters()["clusterArns"],
        "task definitions": account.client("ecs").list_task_definitions()["taskDefinitionArns"],
        "secrets": account.client("secretsmanager").list_secrets()["SecretList"],
        "APIs": account.client("apigateway").get_rest_apis()["items"],
        "alarms": account.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "log groups": account.client("logs").describe_log_groups()["logGroups"],
        "roles": account.client("iam").list_roles()["Roles"],
    }


@pytest.fixture
def deployed(tree: Tree) -> Tree:
    """A tree that is deployed, again when the test before has taken it away."""
    if len(stacks(tree.account)) < 12:
        tree.deploy()
    return tree


@pytest.mark.parametrize("answer", ["", "no\n", "yes\n", "ecs-fargate-registry\n"])
def test_any_answer_but_the_name_deletes_nothing(deployed: Tree, answer: str) -> None:
    before = stacks(deployed.account)
    outcome = deployed.infra("destroy", answer=answer)
    assert outcome.code == 1
    assert "nothing was deleted" in outcome.err
    assert stacks(deployed.account) == before


def test_everything_goes_but_images_and_a_snapshot_and_can_be_deployed_again(
    deployed: Tree,
) -> None:
    # A second version, so that an earlier task definition is kept for a rollback.
    (deployed.path / "services/students/version").write_text("students 2\n")
    deployed.commit()
    deployed.deploy()
    asked = deployed.infra("destroy", answer="ecs-fargate\n")
    assert asked.code == 0, str(asked)
    assert "the database: ecs-fargate-data-" in asked.err
    assert stacks(deployed.account) == {"registry"}
    assert left(deployed.account) == {kind: [] for kind in left(deployed.account)}
    (snapshot,) = snapshots(deployed.account)
    assert re.search(rf"^kept: .*{snapshot}$", asked.err, re.MULTILINE)

    said = deployed.deploy()
    assert "in the registry already" in said
    assert len(stacks(deployed.account)) == 12


def test_a_purge_leaves_nothing(deployed: Tree) -> None:
    before = snapshots(deployed.account)
    outcome = deployed.infra("destroy", "--yes", "--purge")
    assert outcome.code == 0, str(outcome)
    assert stacks(deployed.account) == set()
    assert left(deployed.account) == {kind: [] for kind in left(deployed.account)}
    assert deployed.account.client("ecr").describe_repositories()["repositories"] == []
    assert snapshots(deployed.account) == before


def test_nothing_to_remove_is_no_error(tree: Tree) -> None:
    outcome = tree.infra("destroy", "--yes", "--stack-prefix", "other")
    assert outcome.code == 0, str(outcome)
