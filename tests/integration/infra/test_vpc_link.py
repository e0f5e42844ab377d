"""Changing from the VPC link that needs a network load balancer to the one that needs none."""

from tests.integration.infra.tree import Tree

CHOICES = "infra/parameters.yaml"


def stacks(tree: Tree) -> set[str]:
    found = tree.account.client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"] for stack in found}


def test_what_is_no_longer_wanted_is_planned_and_removed_after_everything_else(
    deployed: Tree,
) -> None:
    assert "ecs-fargate-network-load-balancer" in stacks(deployed)
    with deployed.changed(CHOICES, "VpcLinkVersion: V1", "VpcLinkVersion: V2"):
        plan = deployed.infra("plan").out
        assert "network-load-balancer: no longer wanted" in plan
        assert "  -  NetworkLoadBalancer " in plan
        said = deployed.deploy()
        last = said.index("network-load-balancer: no longer wanted")
        assert last > said.index("monitoring: ")
        assert "ecs-fargate-network-load-balancer" not in stacks(deployed)
        assert deployed.deploy().endswith("Nothing changed.\n")
    # And back.
    assert "network-load-balancer: making" in deployed.deploy()
    assert "ecs-fargate-network-load-balancer" in stacks(deployed)
