"""The account is what tests/fixtures/aws.py says of it; a row that is not needed fails here."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.templates import TEMPLATES, load
from tests.fixtures.aws import ASKED_OTHERWISE, LEFT_OUT, Account, fitted
from tests.fixtures.gateway import wait_until

STACKS = sorted(path for path in TEMPLATES.glob("*.yaml") if path.stem != "deploy-role")


def created(account: Account, name: str, **template: Any) -> tuple[dict[str, str], list[str]]:
    """The outputs of a stack with this template, and why it failed."""
    cloudformation = account.client("cloudformation")
    stack = cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))

    def now() -> Any:
        return cloudformation.describe_stacks(StackName=stack["StackId"])["Stacks"][0]

    wait_until(lambda: "IN_PROGRESS" not in now()["StackStatus"], f"{name} was at rest")
    events = cloudformation.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in now().get("Outputs", [])}
    return outputs, [e["ResourceStatusReason"] for e in events if "FAILED" in e["ResourceStatus"]]


@pytest.mark.parametrize("type_", LEFT_OUT)
def test_the_account_refuses_what_is_left_out(account: Account, type_: str) -> None:
    with pytest.raises(ClientError, match=f"Unrecognized resource types: .{type_}"):
        created(account, "refused", Resources={"It": {"Type": type_, "Properties": {}}})


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.stem)
def test_nothing_else_is_left_out(path: Path) -> None:
    template = load(path)
    kept = {n: r["Type"] for n, r in template["Resources"].items() if r["Type"] not in LEFT_OUT}
    there = {n: r["Type"] for n, r in fitted(template, 0)["Resources"].items()}
    assert there == kept


def test_every_row_is_about_something_that_a_template_has() -> None:
    types = {r["Type"] for path in STACKS for r in load(path)["Resources"].values()}
    assert types >= LEFT_OUT.keys()
    assert types >= {type_ for type_, _ in ASKED_OTHERWISE}


def test_what_refers_to_something_that_is_left_out_goes_with_it() -> None:
    template = {
        "Resources": {
            "Address": {"Type": "AWS::EC2::EIP"},
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "DependsOn": "Address",
                "Properties": {
                    "DisplayName": {"Fn::Join": ["-", ["a", {"Ref": "Address"}]]},
                    "Tags": [
                        {"Key": "kept", "Value": {"Ref": "Other"}},
                        {"Fn::Sub": "${Address.PublicIp}"},
                    ],
                },
            },
        },
        "Outputs": {"Ip": {"Value": {"Fn::GetAtt": ["Address", "PublicIp"]}}},
    }
    result = fitted(template, 0)
    assert result["Resources"] == {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "DependsOn": [],
            "Properties": {"Tags": [{"Key": "kept", "Value": {"Ref": "Other"}}]},
        }
    }
    assert result["Outputs"] == {}


def test_the_reference_to_a_secret_is_its_name_and_not_its_arn(account: Account) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "x"}}
    outputs, _ = created(
        account, "secret", Resources={"It": secret}, Outputs={"Ref": {"Value": {"Ref": "It"}}}
    )
    assert not outputs["Ref"].startswith("arn:")


def test_a_database_has_no_secret_of_its_own(account: Account) -> None:
    database = {"Engine": "mysql", "DBInstanceClass": "x", "ManageMasterUserPassword": True}
    arn = {"Value": {"Fn::GetAtt": ["It", "MasterUserSecret.SecretArn"]}}
    _, reasons = created(
        account,
        "database",
        Resources={"It": {"Type": "AWS::RDS::DBInstance", "Properties": database}},
        Outputs={"Arn": arn},
    )
    assert any("MasterUserSecret.SecretArn does not exist" in reason for reason in reasons)


def test_a_network_load_balancer_has_the_arn_of_an_application_load_balancer(
    account: Account,
) -> None:
    balancer = {
        "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Properties": {"Type": "network"},
    }
    outputs, _ = created(
        account, "balancer", Resources={"It": balancer}, Outputs={"Arn": {"Value": {"Ref": "It"}}}
    )
    assert "loadbalancer/app/" in outputs["Arn"]


def test_the_images_that_aws_publishes_are_not_there(account: Account) -> None:
    image = {
        "Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
        "Default": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    }
    topic = {"Type": "AWS::SNS::Topic"}
    with pytest.raises(ClientError, match="does not exist"):
        created(account, "image", Parameters={"Image": image}, Resources={"Topic": topic})


def test_a_number_of_tasks_must_be_a_number(account: Account) -> None:
    definition = {"Family": "f", "ContainerDefinitions": [{"Name": "c", "Image": "i"}]}
    service = {"TaskDefinition": {"Ref": "Definition"}, "DesiredCount": "0"}
    _, reasons = created(
        account,
        "service",
        Resources={
            "Definition": {"Type": "AWS::ECS::TaskDefinition", "Properties": definition},
            "It": {"Type": "AWS::ECS::Service", "Properties": service},
        },
    )
    assert any("'str' and 'int'" in reason for reason in reasons)


def test_secrets_of_a_container_are_lost_in_the_spelling_of_cloudformation(
    account: Account,
) -> None:
    secret = {"Name": "N", "ValueFrom": "arn:aws:secretsmanager:eu-central-1:1:secret:x"}
    container = {"Name": "c", "Image": "i", "Secrets": [secret]}
    definition = {"Family": "spelling", "ContainerDefinitions": [container]}
    task_definition = {"Type": "AWS::ECS::TaskDefinition", "Properties": definition}
    created(account, "spelling", Resources={"It": task_definition})
    described = account.client("ecs").describe_task_definition(taskDefinition="spelling")
    assert "name" not in described["taskDefinition"]["containerDefinitions"][0]["secrets"][0]
