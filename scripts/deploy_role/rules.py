"""Where each action is allowed: on what this project makes, as narrowly as AWS lets one say it."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from cfnlint.data import AdditionalSpecs  # type: ignore[import-untyped]  # it ships no types
from cfnlint.helpers import load_resource  # type: ignore[import-untyped]  # it ships no types

Resources = list[tuple[str, Any]]
REFERENCE = load_resource(AdditionalSpecs, "Policies.json")

# Names and settings may be read everywhere; what is in a secret, an image or a log may not.
READS = ("*:Describe*", "*:Get*", "*:List*")
CONTENT = {
    "ecr:GetDownloadUrlForLayer",
    "logs:GetLogEvents",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameters",
}

# AWS makes a role for each of them when an account first uses it.
SERVICE_LINKED = [
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ops.apigateway.amazonaws.com",
    "rds.amazonaws.com",
]


class Sub(str):
    """Text in which CloudFormation replaces `${...}`."""

    __slots__ = ()


class Rule(NamedTuple):
    """Where the actions of these patterns are allowed, and on what condition."""

    patterns: str
    resources: list[Any]
    condition: dict[str, Any] | None = None


EVERYWHERE = Rule("", ["*"])
REGION_AND_ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
REGION = "${AWS::Region}:"
ACCOUNT = ":${AWS::AccountId}"
OURS = "${Prefix}-*"
# CloudFormation marks what it makes, where the service lets it.
OF_OUR_STACKS = {"StringLike": {"aws:ResourceTag/aws:cloudformation:stack-name": Sub(OURS)}}


def arns(service: str, *names: str, place: str = REGION_AND_ACCOUNT) -> list[Any]:
    """Make the ARNs of resources of one service, in this account and region."""
    return [Sub(f"arn:${{AWS::Partition}}:{service}:{place}:{name}") for name in names]


def rule_of(action: str, rules: Iterable[Rule]) -> Rule:
    """Find the first rule that fits; what AWS cannot narrow, and reading, is allowed everywhere.

    Raises:
        LookupError: no rule fits, as for a service that is new here, or there is no such action.
    """
    service, _, name = action.partition(":")
    known = REFERENCE.get(service, {}).get("Actions", {}).get(name.lower())
    if known is None:
        raise LookupError(f"{action}: IAM knows no such action. Say why it is not needed")
    reads = action not in CONTENT and any(fnmatchcase(action, pattern) for pattern in READS)
    if reads or "Resources" not in known:  # AWS cannot narrow it
        return EVERYWHERE
    for rule in rules:
        if any(fnmatchcase(action, pattern) for pattern in rule.patterns.split()):
            return rule
    raise LookupError(f"{action}: no rule says where. Add one, or say why it is not needed")


def rules_for(resources: Resources) -> list[Rule]:
    """Make the rules for these resources, the closest first."""
    roles = [r["Properties"] for _, r in resources if r["Type"] == "AWS::IAM::Role"]
    secrets = [name for name, r in resources if r["Type"] == "AWS::SecretsManager::Secret"]
    return [*_identity(roles), *_network(), *_data(secrets), *_traffic(), *_running()]


def _identity(roles: list[Any]) -> list[Rule]:
    """What a role may be given is what the templates give one, except for inline policies."""
    ours = arns("iam", f"role/{OURS}", place=ACCOUNT)
    trusted = {
        statement["Principal"]["Service"]
        for role in roles
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
    }
    attached = {arn["Fn::Sub"] for role in roles for arn in role.get("ManagedPolicyArns", ())}
    return [
        Rule("iam:PassRole", ours, {"StringEquals": {"iam:PassedToService": sorted(trusted)}}),
        Rule(
            "iam:AttachRolePolicy",
            ours,
            {"ArnEquals": {"iam:PolicyARN": [Sub(arn) for arn in sorted(attached)]}},
        ),
        Rule(
            "iam:CreateServiceLinkedRole",
            arns("iam", "role/aws-service-role/*", place=ACCOUNT),
            {"StringEquals": {"iam:AWSServiceName": SERVICE_LINKED}},
        ),
        Rule("iam:*InstanceProfile", arns("iam", f"instance-profile/{OURS}", place=ACCOUNT)),
        Rule("iam:*", ours),
        # A change set is asked for by its own ARN, which does not say of which stack it is.
        Rule("cloudformation:*", arns("cloudformation", f"stack/{OURS}/*", "changeSet/infra-*")),
        # Under these names AWS keeps the ids of its images.
        Rule("ssm:GetParameters", arns("ssm", "parameter/aws/service/*", place=REGION)),
    ]


def _network() -> list[Rule]:
    everything = arns("ec2", "*")
    return [
        # A VPC link V1 makes one, in the name of who deploys.
        Rule("ec2:*VpcEndpointService*", arns("ec2", "vpc-endpoint-service/*")),
        Rule("ec2:*Tags", everything),
        Rule(
            "ec2:Delete* ec2:Detach* ec2:Release* ec2:Revoke* ec2:Stop* ec2:Terminate*",
            everything,
            OF_OUR_STACKS,
        ),
        Rule("ec2:*", [*everything, *arns("ec2", "image/*", place=REGION)]),
    ]


def _data(secrets: list[str]) -> list[Rule]:
    # CloudFormation makes up names that begin with the stack's, but those of secrets do not.
    ours = arns("secretsmanager", *(f"secret:{name}-*" for name in secrets))
    hosts = [
        Sub(f"{name}.${{AWS::Region}}.${{AWS::URLSuffix}}") for name in ("rds", "secretsmanager")
    ]
    databases = [f"{kind}:{OURS}" for kind in ("db", "pg", "snapshot", "subgrp")]
    return [
        # A database without an option group of its own has the default one, and AWS asks for both.
        Rule("rds:*", arns("rds", *databases, "og:default*")),
        # RDS makes the administrator's secret in the name of who deploys.
        Rule(
            "secretsmanager:CreateSecret secretsmanager:TagResource",
            [*ours, *arns("secretsmanager", "secret:rds!*")],
        ),
        Rule("secretsmanager:*", ours, OF_OUR_STACKS),
        Rule("kms:*", arns("kms", "key/*"), {"StringEquals": {"kms:ViaService": hosts}}),
    ]


def _traffic() -> list[Rule]:
    balancing = (
        "listener-rule/app",
        "listener/app",
        "listener/net",
        "loadbalancer/app",
        "loadbalancer/net",
    )
    names = [f"{kind}/{OURS}" for kind in (*balancing, "targetgroup")]
    # An API and a link have a number and no name in their ARNs, and a hosted zone has too.
    paths = ("/restapis", "/restapis/*", "/tags/*", "/vpclinks", "/vpclinks/*")
    return [
        Rule("elasticloadbalancing:*", arns("elasticloadbalancing", *names)),
        Rule("apigateway:*", arns("apigateway", *paths, place=REGION)),
        Rule("route53:*", arns("route53", "hostedzone/*", place=":")),
    ]


def _running() -> list[Rule]:
    kinds = ("cluster", "service", "service-deployment", "task", "task-definition")
    repositories = arns("ecr", "repository/demo?", "repository/${Prefix}-demo?")
    alarms = (f"alarm:{OURS}", "alarm:ECS_Fargate_Container_Scale*-${Prefix}-demo?")
    dashboard = arns("cloudwatch", "dashboard/${Prefix}", place=ACCOUNT)
    return [
        Rule("ecr:*", [{"Fn::If": ["HasDefaultPrefix", *repositories]}]),
        Rule("ecs:*", arns("ecs", *(f"{kind}/{OURS}" for kind in kinds))),
        Rule("application-autoscaling:*", arns("application-autoscaling", "scalable-target/*")),
        Rule("logs:*", arns("logs", f"log-group:/ecs/{OURS}")),
        Rule("cloudwatch:*", [*arns("cloudwatch", *alarms), *dashboard]),
        Rule("events:*", arns("events", f"rule/{OURS}")),
        Rule("sns:*", arns("sns", OURS)),
    ]
