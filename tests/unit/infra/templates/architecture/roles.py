"""Roles: who may assume each, and exactly what it allows."""

from collections.abc import Sequence
from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended

_EXECUTION = "service-role/AmazonECSTaskExecutionRolePolicy"


def role(
    service: str, *, managed: Sequence[str] = (), secrets: tuple[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """A role that one service of AWS assumes, with managed policies and secrets it may read."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    found: dict[str, Any] = {
        "is": "IAM::Role",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
    }
    if managed:
        found["ManagedPolicyArns"] = [f"arn:aws:iam::aws:policy/{name}" for name in managed]
    if secrets:
        name, arns = secrets
        statement = {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": list(arns),
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        found["Policies"] = [{"PolicyName": name, "PolicyDocument": document}]
    return found


def task_roles(_: Choices) -> Intended:
    """The walkthrough's three: a task may do nothing, ECS starts it, auto scaling counts."""
    task = role("ecs-tasks")
    account = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    task["AssumeRolePolicyDocument"]["Statement"][0]["Condition"] = account
    secrets = ["data.StudentsSecret", "data.SubjectsSecret"]
    return {
        "platform.TaskRole": task,
        "platform.ExecutionRole": role(
            "ecs-tasks", managed=[_EXECUTION], secrets=("read-service-secrets", secrets)
        ),
        "platform.AutoScalingRole": role(
            "application-autoscaling",
            managed=["service-role/AmazonEC2ContainerServiceAutoscaleRole"],
        ),
    }


def migration_role(owner: str) -> dict[str, Any]:
    """What starts a migration: it alone reads what an administrator logs in with."""
    secrets = [
        "data.Database.MasterUserSecret.SecretArn",
        f"data.{owner}Secret",
        f"data.{owner}MigrationSecret",
    ]
    return role("ecs-tasks", managed=[_EXECUTION], secrets=("read-migration-secrets", secrets))
