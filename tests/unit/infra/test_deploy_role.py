"""What the role that deploys may do, asked as IAM is asked."""

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # no types

from infra.templates import load

_ROOT = Path(__file__).parents[3]
_TEMPLATES = _ROOT / "infra/templates"
_TEMPLATE = load(_TEMPLATES / "deploy-role.yaml")
_POLICIES = {
    name: resource["Properties"]["PolicyDocument"]["Statement"]
    for name, resource in _TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::IAM::ManagedPolicy"
}
_STATEMENTS = [statement for policy in _POLICIES.values() for statement in policy]
_VALUES = {
    "Prefix": "ecs-fargate",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "111122223333",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARN = "arn:aws:{}:eu-central-1:111122223333:"
_ROLE = "arn:aws:iam::111122223333:role/"
_STACK = "aws:ResourceTag/aws:cloudformation:stack-name"
_AWS_POLICY = "arn:aws:iam::aws:policy/"

# What the templates never make AWS do, although their resource types could: see NOT_NEEDED.
_FOREIGN_SERVICES = {"cognito-idp", "firehose", "lambda", "s3", "vpc-lattice", "vpce"}
_SPARED = re.compile(
    "AutomatedBackupsReplication|BearerToken|EncryptionControl|KmsKey"
    "|(Put|Delete)(DataProtection|Index|Resource)Policy|(Create|Delete)(Association|QueryLogging)"
    "|LogDelivery|PermissionsBoundary|PutAccountSetting|ReadReplica|Replica"
    "|Restore|RetireGrant|(Role|RoleTo|RoleFrom)DBInstance"
    "|DeleteServiceLinkedRole|ServiceLinkedRoleDeletion|Volume|VpnGateway|AcceptAddressTransfer"
    "|apigateway:.*Resource"
)


def _resolve(value: Any, values: dict[str, str]) -> Any:
    match value:
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)}", lambda match: values[match[1]], text)
        case {"Fn::If": ["HasDefaultPrefix", default, other]}:
            return _resolve(default if values["Prefix"] == "ecs-fargate" else other, values)
        case dict():
            return {key: _resolve(item, values) for key, item in value.items()}
        case list():
            return [_resolve(item, values) for item in value]
    return value


def _holds(condition: dict[str, dict[str, Any]], context: dict[str, str]) -> bool:
    for operator, tests in condition.items():
        assert operator in {"StringEquals", "StringLike", "ArnEquals"}
        for key, wanted in tests.items():
            allowed = wanted if isinstance(wanted, list) else [wanted]
            if not any(fnmatchcase(context.get(key, ""), each) for each in allowed):
                return False
    return True


def _may(action: str, arn: str, context: dict[str, str] | None = None, **values: str) -> bool:
    return any(
        action in statement["Action"]
        and any(fnmatchcase(arn, pattern) for pattern in statement["Resource"])
        and _holds(statement.get("Condition", {}), context or {})
        for statement in _resolve(_STATEMENTS, _VALUES | values)
    )


@pytest.mark.parametrize(
    ("action", "arn", "context"),
    [
        ("cloudformation:CreateChangeSet", _ARN + "stack/ecs-fargate-data/1", {}),
        ("cloudformation:DeleteStack", _ARN + "stack/ecs-fargate-data/1", {}),
        ("cloudformation:ExecuteChangeSet", _ARN + "changeSet/infra-0123456789ab/1", {}),
        ("iam:CreateRole", _ROLE + "ecs-fargate-platform-TaskRole-1", {}),
        (
            "iam:PassRole",
            _ROLE + "ecs-fargate-platform-TaskRole-1",
            {"iam:PassedToService": "ecs-tasks.amazonaws.com"},
        ),
        (
            "iam:AttachRolePolicy",
            _ROLE + "ecs-fargate-platform-ExecutionRole-1",
            {"iam:PolicyARN": _AWS_POLICY + "service-role/AmazonECSTaskExecutionRolePolicy"},
        ),
        ("ec2:CreateVpc", _ARN + "vpc/*", {}),
        ("ec2:DeleteVpc", _ARN + "vpc/vpc-1", {_STACK: "ecs-fargate-network"}),
        ("rds:ModifyDBInstance", _ARN + "db:ecs-fargate-data-database-1", {}),
        ("rds:CreateDBInstance", _ARN + "og:default:mysql-9-7", {}),
        ("rds:DeleteDBSnapshot", _ARN + "snapshot:ecs-fargate-data-snapshot-database-1", {}),
        ("secretsmanager:CreateSecret", _ARN + "secret:StudentsSecret-1", {}),
        ("secretsmanager:CreateSecret", _ARN + "secret:rds!db-1", {}),
        ("elasticloadbalancing:CreateRule", _ARN + "listener/app/ecs-fargate-elb/1/2", {}),
        ("apigateway:POST", "arn:aws:apigateway:eu-central-1::/restapis", {}),
        ("ecr:PutImage", _ARN + "repository/demo1", {}),
        ("ecs:RunTask", _ARN + "task-definition/ecs-fargate-demo1-migration:1", {}),
        ("ecs:UpdateService", _ARN + "service/ecs-fargate-cluster-demo/ecs-fargate-demo1", {}),
        ("logs:FilterLogEvents", _ARN + "log-group:/ecs/ecs-fargate-demo1:log-stream:", {}),
        (
            "cloudwatch:PutMetricAlarm",
            _ARN + "alarm:ECS_Fargate_Container_Scalein_CPU_Utilisation-ecs-fargate-demo1",
            {},
        ),
        ("cloudwatch:PutDashboard", "arn:aws:cloudwatch::111122223333:dashboard/ecs-fargate", {}),
        ("sns:CreateTopic", _ARN + "ecs-fargate-alarms", {}),
        ("events:PutTargets", _ARN + "rule/ecs-fargate-deployment-failed", {}),
    ],
)
def test_may_make_change_and_delete_its_own(action: str, arn: str, context: dict[str, str]) -> None:
    assert _may(action, arn.format(action.partition(":")[0]), context)


@pytest.mark.parametrize(
    ("action", "arn", "context"),
    [
        ("cloudformation:DeleteStack", _ARN + "stack/payroll/1", {}),
        ("iam:CreateUser", "arn:aws:iam::111122223333:user/somebody", {}),
        ("iam:PassRole", _ROLE + "admin", {"iam:PassedToService": "ecs-tasks.amazonaws.com"}),
        (
            "iam:PassRole",
            _ROLE + "ecs-fargate-platform-TaskRole-1",
            {"iam:PassedToService": "lambda.amazonaws.com"},
        ),
        (
            "iam:AttachRolePolicy",
            _ROLE + "ecs-fargate-platform-TaskRole-1",
            {"iam:PolicyARN": _AWS_POLICY + "AdministratorAccess"},
        ),
        ("iam:PutRolePolicy", _ROLE + "deploy-ecs-fargate", {}),
        ("iam:UpdateAssumeRolePolicy", _ROLE + "deploy-ecs-fargate", {}),
        (
            "iam:CreateServiceLinkedRole",
            _ROLE + "aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
            {"iam:AWSServiceName": "guardduty.amazonaws.com"},
        ),
        ("ec2:DeleteVpc", _ARN + "vpc/vpc-1", {}),
        ("ec2:TerminateInstances", _ARN + "instance/i-1", {_STACK: "payroll"}),
        ("rds:DeleteDBInstance", _ARN + "db:payroll", {}),
        ("rds:DeleteDBSnapshot", _ARN + "snapshot:payroll", {}),
        ("secretsmanager:GetSecretValue", _ARN + "secret:payroll-1", {}),
        ("secretsmanager:GetSecretValue", _ARN + "secret:rds!db-1", {_STACK: "ecs-fargate-data"}),
        ("secretsmanager:GetSecretValue", _ARN + "secret:StudentsSecret-1", {_STACK: "test-data"}),
        ("kms:CreateGrant", _ARN + "key/1", {}),
        ("elasticloadbalancing:DeleteLoadBalancer", _ARN + "loadbalancer/app/payroll/1", {}),
        ("ecr:DeleteRepository", _ARN + "repository/payroll", {}),
        ("ecs:DeleteService", _ARN + "service/payroll/payroll", {}),
        ("logs:FilterLogEvents", _ARN + "log-group:/ecs/payroll:log-stream:", {}),
        ("cloudwatch:DeleteAlarms", _ARN + "alarm:payroll", {}),
        ("sns:DeleteTopic", _ARN + "payroll", {}),
    ],
)
def test_may_not_touch_what_is_not_its_own(action: str, arn: str, context: dict[str, str]) -> None:
    assert not _may(action, arn.format(action.partition(":")[0]), context)


def test_repositories_are_those_of_the_prefix() -> None:
    demo, shop = (_ARN.format("ecr") + f"repository/{name}" for name in ("demo1", "shop-demo1"))
    assert not _may("ecr:PutImage", shop)
    assert _may("ecr:PutImage", shop, Prefix="shop")
    assert not _may("ecr:PutImage", demo, Prefix="shop")


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_everything_fits_into_what_iam_takes(partition: str) -> None:
    longest = {
        **_VALUES,
        "Prefix": "a" * 20,
        "AWS::Partition": partition,
        "AWS::Region": "us-gov-west-1",
    }
    assert len(_POLICIES) <= 10
    for name, statements in _POLICIES.items():
        text = f'{{"Version":"2012-10-17","Statement":{_resolve(statements, longest)}}}'
        assert len(re.sub(r"\s", "", text)) <= 6144, name


def test_actions_are_named_one_by_one() -> None:
    for statement in _STATEMENTS:
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action or "?" in action]


def test_what_is_allowed_everywhere_reads_or_cannot_be_narrowed() -> None:
    everywhere = {a for s in _STATEMENTS if s["Resource"] == ["*"] for a in s["Action"]}
    changing = {a for a in everywhere if not re.search(":(Describe|Get|List)", a)}
    assert changing == {"ecs:DeregisterTaskDefinition", "route53:CreateHostedZone"}


@pytest.mark.parametrize(
    "action",
    [
        "logs:DescribeIndexPolicies",
        "logs:DescribeResourcePolicies",
        "logs:GetDataProtectionPolicy",
        "route53:ListQueryLoggingConfigs",
        "ssm:DescribeAssociation",
        "ssm:ListAssociations",
    ],
)
def test_a_type_may_look_for_what_no_resource_has(action: str) -> None:
    assert _may(action, "*")


def test_every_permission_that_a_type_asks_for_is_granted_or_spared_by_name() -> None:
    granted = {action for statement in _STATEMENTS for action in statement["Action"]}
    paths = [path for path in _TEMPLATES.glob("*.yaml") if path.stem != "deploy-role"]
    for name in {r["Type"] for path in paths for r in load(path)["Resources"].values()}:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-central-1", name).schema
        asked = {a for handler in schema["handlers"].values() for a in handler["permissions"]}
        missing = {a for a in asked - granted if a.split(":")[0] not in _FOREIGN_SERVICES}
        assert not [action for action in missing if not _SPARED.search(action)], name


def test_only_jobs_of_one_repository_and_environment_become_the_role() -> None:
    (statement,) = _TEMPLATE["Resources"]["DeployRole"]["Properties"]["AssumeRolePolicyDocument"][
        "Statement"
    ]
    values = {"GitHubRepository": "owner@1/name@2", "GitHubEnvironment": "production"}
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert _resolve(statement["Condition"], values) == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": (
                "repo:owner@1/name@2:environment:production"
            ),
        }
    }
