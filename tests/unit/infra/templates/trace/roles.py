"""What a role may do, and who may assume it."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource

# What AWS's own policies allow, as far as it is asked here (AWS Managed Policy Reference).
_MANAGED: Mapping[str, tuple[str, ...]] = {
    "service-role/AmazonECSTaskExecutionRolePolicy": (
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ),
    "service-role/AmazonEC2ContainerServiceAutoscaleRole": (
        "ecs:DescribeServices",
        "ecs:UpdateService",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:PutMetricAlarm",
    ),
    "AmazonSSMManagedInstanceCore": (
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ),
}
_MANAGED_PREFIX = "arn:aws:iam::aws:policy/"


def role(deployment: Deployment, arn: object) -> Resource | None:
    """The role that an ARN's symbol stands for."""
    symbol = str(arn).removesuffix(".Arn")
    return deployment[symbol] if symbol in deployment and symbol != arn else None


def allows(of: Resource, action: str, resource: str) -> bool:
    """Whether the policies of a role allow an action on a resource."""
    effects = {
        effect
        for effect, actions, resources in _statements(of)
        if any(fnmatchcase(action, pattern) for pattern in actions)
        and any(fnmatchcase(resource, pattern) for pattern in resources)
    }
    return effects == {"Allow"}  # one Deny is enough


def trusts(of: Resource, service: str) -> bool:
    """Whether a service of AWS may assume a role."""
    return any(
        statement.get("Effect") == "Allow"
        and "sts:AssumeRole" in _list(statement.get("Action"))
        and f"{service}.amazonaws.com" in _list(statement.get("Principal", {}).get("Service"))
        for statement in of.get("AssumeRolePolicyDocument.Statement", [])
    )


def _statements(of: Resource) -> Iterator[tuple[str, list[str], list[str]]]:
    for arn in of.get("ManagedPolicyArns", []):
        yield "Allow", list(_MANAGED.get(str(arn).removeprefix(_MANAGED_PREFIX), ())), ["*"]
    for policy in of.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            actions, resources = (_list(statement.get(key)) for key in ("Action", "Resource"))
            yield statement["Effect"], actions, resources


def _list(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
