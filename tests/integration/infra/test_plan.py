"""What is said before anything is done, and that saying it does nothing."""

from pathlib import Path

import yaml

from infra.templates import choices
from tests.integration.infra.tree import Tree


def stacks(tree: Tree) -> list[tuple[str, str]]:
    found = tree.account.client("cloudformation").describe_stacks()["Stacks"]
    return [(stack["StackName"], str(stack["LastUpdatedTime"])) for stack in found]


def change_sets(tree: Tree) -> list[str]:
    cloudformation = tree.account.client("cloudformation")
    return [
        change_set["ChangeSetName"]
        for name, _ in stacks(tree)
        for change_set in cloudformation.list_change_sets(StackName=name)["Summaries"]
        if change_set["ExecutionStatus"] != "EXECUTE_COMPLETE"
    ]


def plan(tree: Tree, *arguments: str) -> str:
    """What `plan` answers; it leaves everything as it was."""
    before = stacks(tree)
    outcome = tree.infra("plan", *arguments)
    assert outcome.code == 0, str(outcome)
    assert stacks(tree) == before
    assert change_sets(tree) == []
    return outcome.out


def test_before_the_first_deployment_everything_is_new(tree: Tree) -> None:
    said = plan(tree, "--stack-prefix", "other")
    assert "  +  Demo1Repository" in said
    assert "AWS::RDS::DBInstance" in said
    assert "AWS::ApiGateway::Stage" in said
    assert {line.split()[0] for line in said.splitlines() if line.startswith("  ")} == {"+"}


def test_when_all_is_deployed_nothing_would_change(deployed: Tree) -> None:
    deployed.deploy()  # a commit since then has a name of its own for the same images
    assert plan(deployed).endswith("\nNothing would change.\n")


def test_a_change_is_named_by_resource_and_property(deployed: Tree, tmp_path: Path) -> None:
    chosen = choices(deployed.path / "infra/parameters.yaml")
    other = tmp_path / "parameters.yaml"
    other.write_text(yaml.safe_dump(chosen | {"DatabaseInstanceClass": "db.r8g.xlarge"}))
    said = plan(deployed, "--parameters", str(other))
    (line,) = [line for line in said.splitlines() if "AWS::RDS::DBInstance" in line]
    assert line.split() == ["~", "Database", "AWS::RDS::DBInstance", "DBInstanceClass"]


def test_what_would_replace_the_database_is_shouted(deployed: Tree) -> None:
    template, property_ = "infra/templates/data.yaml", "StorageEncrypted: "
    with deployed.changed(template, f"{property_}true", f"{property_}false"):
        said = plan(deployed)
    (line,) = [line for line in said.splitlines() if "AWS::RDS::DBInstance" in line]
    assert line.split()[:4] == ["!", "Database", "AWS::RDS::DBInstance", "StorageEncrypted"]
    assert line.endswith("REPLACES THE DATABASE")


def test_an_image_that_is_not_pushed_yet_is_named(deployed: Tree) -> None:
    tag = deployed.commit()
    outcome = deployed.infra("plan")
    assert f"students: image {tag} is not pushed" in outcome.err, str(outcome)
    assert f"subjects: image {tag} is not pushed" in outcome.err
