"""Deploying, and deploying again: what a person reads, and what is there afterwards."""

import re
from contextlib import closing
from typing import Any

import docker
import pytest
from docker.errors import ContainerError

from tests.fixtures.aws import Account
from tests.fixtures.gateway import wait_until
from tests.integration.infra.tree import Outcome, Tree

CLUSTER = "ecs-fargate-cluster-demo"
LAYERS = [
    "registry", "network", "data", "load-balancer", "network-load-balancer", "platform",
    "demo1-migration", "demo2-migration", "demo1", "demo2", "api", "monitoring",
]  # fmt: skip


@pytest.fixture(scope="module")
def first(tree: Tree) -> Outcome:
    """The first deployment, to an empty account."""
    outcome = tree.infra("deploy")
    assert outcome.code == 0, str(outcome)
    return outcome


@pytest.fixture(scope="module")
def deployed(first: Outcome, tree: Tree) -> Tree:  # noqa: ARG001  it has happened
    return tree


def service(account: Account, name: str) -> Any:
    services = account.client("ecs").describe_services(
        cluster=CLUSTER, services=[f"ecs-fargate-{name}-service"]
    )
    return services["services"][0]


def definition(account: Account, task_definition: str) -> Any:
    """The one container of a task definition."""
    described = account.client("ecs").describe_task_definition(taskDefinition=task_definition)
    (container,) = described["taskDefinition"]["containerDefinitions"]
    return container


def _all_run(account: Account, name: str) -> bool:
    now = service(account, name)
    return bool(now["runningCount"] == now["desiredCount"] >= 2)


def updated(tree: Tree) -> dict[str, Any]:
    """When something last happened to each layer's stack."""
    found = tree.account.client("cloudformation").describe_stacks()["Stacks"]
    return {s["StackName"].removeprefix("ecs-fargate-"): s["LastUpdatedTime"] for s in found}


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [layer for layer in LAYERS if before[layer] != after[layer]]


def migrated(said: str) -> list[str]:
    return re.findall(r"^(\w+): migration runs as task", said, re.MULTILINE)


def new_version(tree: Tree, module: str) -> str:
    """Commit a change of a service; its commit."""
    path = tree.path / "services" / module / "version"
    path.write_text(f"{path.read_text()}and another\n")
    return tree.commit()


def test_everything_is_made_in_the_order_of_its_layers(first: Outcome, tree: Tree) -> None:
    assert re.findall(r"^([\w-]+): making", first.err, re.MULTILINE) == LAYERS
    assert list(updated(tree)) == LAYERS


def test_the_invoke_url_is_all_that_goes_to_standard_output(first: Outcome) -> None:
    url = r"https://\w+\.execute-api\.eu-central-1\.amazonaws\.com/Test\n"
    assert re.fullmatch(url, first.out)


def test_it_is_said_first_where_all_of_this_happens(first: Outcome) -> None:
    assert first.err.startswith("account 123456789012, region eu-central-1\n")


@pytest.mark.parametrize("name", ["demo1", "demo2"])
def test_the_services_run_what_was_pushed(deployed: Tree, name: str) -> None:
    running = service(deployed.account, name)
    repository, digest = definition(deployed.account, running["taskDefinition"])["image"].split("@")
    assert repository == f"localhost:{deployed.account.port}/{name}"
    pushed = deployed.account.client("ecr").describe_images(
        repositoryName=name, imageIds=[{"imageDigest": digest}]
    )
    assert len(pushed["imageDetails"]) == 1
    wait_until(lambda: _all_run(deployed.account, name), f"all tasks of {name} run")


@pytest.mark.parametrize("module", ["students", "subjects"])
def test_each_migration_shows_what_it_says_and_was_given_its_own_user(
    first: Outcome, module: str
) -> None:
    said = rf"{module}_migration brings {module} at \S+\.rds\.amazonaws\.com up to date"
    assert len(re.findall(said, first.err)) == 1


@pytest.mark.parametrize(("name", "module"), [("demo1", "students"), ("demo2", "subjects")])
def test_the_real_image_understands_what_its_migration_is_given(
    deployed: Tree, name: str, module: str
) -> None:
    container = definition(deployed.account, f"ecs-fargate-{name}-migration")
    environment = {pair["name"]: pair["value"] for pair in container["environment"]}
    secrets = {secret["name"]: "given" for secret in container["secrets"]}
    with closing(docker.from_env()) as engine, pytest.raises(ContainerError) as ended:
        engine.containers.run(
            f"{module}:local", container["command"], environment=environment | secrets, remove=True
        )
    # It goes as far as to the database, which is only described here.
    assert "connect to MySQL server on" in str(ended.value)
    assert environment["DATABASE_HOST"] in str(ended.value)


def test_the_api_has_the_methods_of_the_document(deployed: Tree) -> None:
    apigateway = deployed.account.client("apigateway")
    (api,) = apigateway.get_rest_apis()["items"]
    resources = apigateway.get_resources(restApiId=api["id"], limit=500)["items"]
    methods = {(r["path"], m) for r in resources for m in r.get("resourceMethods", {})}
    assert ("/student/{student_id}/subject", "GET") in methods
    assert ("/subject/{subject_id}/student/{student_id}", "PUT") in methods


def test_a_second_deployment_says_that_nothing_changed_and_touches_nothing(
    deployed: Tree,
) -> None:
    before = updated(deployed)
    said = deployed.deploy()
    assert re.findall(r"^([\w-]+): unchanged", said, re.MULTILINE) == LAYERS
    assert said.endswith("\nNothing changed.\n")
    assert migrated(said) == []
    assert updated(deployed) == before


def test_a_new_image_changes_what_carries_it_and_nothing_else(deployed: Tree) -> None:
    before = updated(deployed)
    other = service(deployed.account, "demo2")["taskDefinition"]
    commit = new_version(deployed, "students")
    said = deployed.deploy()
    assert changed(before, updated(deployed)) == ["demo1-migration", "demo1"]
    assert migrated(said) == ["demo1"]
    pushed = deployed.account.client("ecr").describe_images(
        repositoryName="demo1", imageIds=[{"imageTag": commit}]
    )
    running = definition(deployed.account, service(deployed.account, "demo1")["taskDefinition"])
    assert running["image"].endswith(pushed["imageDetails"][0]["imageDigest"])
    assert service(deployed.account, "demo2")["taskDefinition"] == other


def test_a_commit_that_changes_no_image_deploys_nothing(deployed: Tree) -> None:
    (deployed.path / "NOTES").write_text("not in any image\n")
    deployed.commit()
    assert deployed.deploy().endswith("\nNothing changed.\n")


def test_files_that_are_not_committed_are_refused_by_name_before_anything_is_touched(
    deployed: Tree,
) -> None:
    draft = deployed.path / "services/students/draft"
    draft.touch()
    outcome = deployed.infra("deploy")
    draft.unlink()
    assert outcome.code == 1
    assert "services/students/draft" in outcome.err
    assert "--allow-dirty" in outcome.err
    assert outcome.err.count("\n") == 1


def test_files_that_are_not_committed_are_deployed_when_that_is_asked_for(deployed: Tree) -> None:
    version = deployed.path / "services/subjects/version"
    version.write_text(f"{version.read_text()}in haste\n")
    deployed.deploy("--allow-dirty")
    tags = deployed.account.client("ecr").list_images(repositoryName="demo2")["imageIds"]
    deployed.commit()
    assert any("-dirty-" in tag["imageTag"] for tag in tags)


def shown_by_the_stage(account: Account) -> tuple[str, str]:
    """The deployment that stage Test shows, and the name that its stack knows it by.

    The API is looked up each time: here CloudFormation makes a new one for a new body, while AWS
    keeps it.
    """
    apigateway = account.client("apigateway")
    (api,) = apigateway.get_rest_apis()["items"]
    stage = apigateway.get_stage(restApiId=api["id"], stageName="Test")
    resources = account.client("cloudformation").list_stack_resources(StackName="ecs-fargate-api")
    names = {
        resource["PhysicalResourceId"]: resource["LogicalResourceId"]
        for resource in resources["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::ApiGateway::Deployment"
    }
    return stage["deploymentId"], names[stage["deploymentId"]]


def test_a_changed_api_document_is_deployed_anew_and_the_stage_shows_it(deployed: Tree) -> None:
    before, stacks = shown_by_the_stage(deployed.account), updated(deployed)
    document = "infra/api/openapi.yaml"
    with deployed.changed(document, "operationId: listStudents", "operationId: allStudents"):
        deployed.deploy()
        after = shown_by_the_stage(deployed.account)
    assert changed(stacks, updated(deployed)) == ["api"]
    deployed.deploy()
    assert after[0] != before[0]
    assert after[1] != before[1]


def test_a_deployment_leaves_the_number_of_tasks_to_the_autoscaling(deployed: Tree) -> None:
    deployed.account.client("ecs").update_service(
        cluster=CLUSTER, service="ecs-fargate-demo2-service", desiredCount=3
    )
    new_version(deployed, "subjects")
    deployed.deploy()
    assert service(deployed.account, "demo2")["desiredCount"] == 3
    # ECS is told only what has changed here, so ask also what CloudFormation was told.
    cloudformation = deployed.account.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName="ecs-fargate-demo2")["Stacks"]
    assert {"ParameterKey": "DesiredCount", "ParameterValue": "3"} in stack["Parameters"]
