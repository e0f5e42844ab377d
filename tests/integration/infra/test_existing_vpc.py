"""Deploying into a network that somebody else has made, with the VPC link that needs no NLB."""

import pytest
import yaml

from tests.fixtures.aws import Account
from tests.integration.infra.tree import Tree


@pytest.fixture(scope="module")
def network(account: Account) -> dict[str, str]:
    """A VPC with two subnets of each kind, made by hand; as parameters."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24")["Subnet"]["SubnetId"]
        for number in range(4)
    ]
    return {
        "VpcId": vpc,
        "PublicSubnetIds": ",".join(subnets[:2]),
        "PrivateSubnetIds": ",".join(subnets[2:]),
    }


def test_an_existing_vpc_is_used_and_no_network_is_made(
    tree: Tree, network: dict[str, str]
) -> None:
    parameters = tree.path.parent / "parameters.yaml"
    parameters.write_text(yaml.safe_dump(network | {"VpcLinkVersion": "V2"}))
    outcome = tree.infra("deploy", "--parameters", str(parameters))
    assert outcome.code == 0, str(outcome)
    found = tree.account.client("cloudformation").describe_stacks()["Stacks"]
    stacks = {stack["StackName"] for stack in found}
    assert "ecs-fargate-network" not in stacks
    assert "ecs-fargate-network-load-balancer" not in stacks
    assert "ecs-fargate-api" in stacks
    groups = tree.account.client("elbv2").describe_target_groups()["TargetGroups"]
    assert {group["VpcId"] for group in groups} == {network["VpcId"]}
    services = tree.account.client("ecs").describe_services(
        cluster="ecs-fargate-cluster-demo", services=["ecs-fargate-demo1-service"]
    )
    subnets = services["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    assert ",".join(subnets) == network["PrivateSubnetIds"]
