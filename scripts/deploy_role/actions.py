"""Which actions deploying needs: what the templates' types ask for, and what the scripts call."""

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from botocore import xform_name
from botocore.session import Session
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # no types

REGION = "us-east-1"  # has every resource type; what they need is the same elsewhere

# What resource types ask for on behalf of properties that no template here has. To say that a
# property is not there a type must have looked, so what reads it stays.
NOT_NEEDED = {
    "apigateway:TagResource": "IAM does not know it: tags of an API are paths below /tags",
    "apigateway:unTagResource": "the same",
    "cognito-idp:*": "no listener asks people to log in",
    "ec2:*EncryptionControl": "the VPC has none",
    "ec2:*Volume": "the bastion has no disk but its own",
    "ec2:*VpnGateway": "there is no VPN",
    "ec2:AcceptAddressTransfer": "the address comes from no other account",
    "ecs:PutAccountSetting*": "these are settings of the whole account",
    "firehose:*": "no log group delivers anything",
    "iam:*PermissionsBoundary": "no role has one",
    "iam:*ServiceLinkedRoleDeletionStatus": "others in the account may use such a role",
    "iam:DeleteServiceLinkedRole": "the same",
    "kms:RetireGrant": "the repositories have no key of their own",
    "lambda:*": "what is scaled is a service of ECS",
    "logs:*KmsKey": "no log group has one",
    "logs:CreateLogDelivery": "no log group delivers anything",
    "logs:DeleteDataProtectionPolicy": "no log group has one",
    "logs:DeleteIndexPolicy": "no log group has one",
    "logs:DeleteResourcePolicy": "no log group has one",
    "logs:PutBearerTokenAuthentication": "who writes logs has credentials of AWS",
    "logs:PutDataProtectionPolicy": "no log group has one",
    "logs:PutIndexPolicy": "no log group has one",
    "logs:PutResourcePolicy": "no log group has one",
    "rds:*AutomatedBackupsReplication": "backups stay in their region",
    "rds:*ReadReplica": "there is none",
    "rds:*Role*DBInstance": "the database calls no service of AWS",
    "rds:Restore*": "people restore a backup, with rights of their own",
    "route53:*QueryLoggingConfig": "queries are not logged",
    "s3:*": "templates and the document of the API are sent, not fetched",
    "secretsmanager:*Replicat*": "secrets stay in their region",
    "sns:PutDataProtectionPolicy": "the topic has none",
    "ssm:CreateAssociation": "the bastion has none",
    "ssm:DeleteAssociation": "the bastion has none",
    "vpc-lattice:*": "endpoints lead to AWS",
    "vpce:*": "endpoints lead to AWS in their own region",
}

# What `docker push` does, and what CloudFormation does with a parameter that is a name in SSM.
BESIDES = frozenset(
    {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
        "ssm:GetParameters",
    }
)


def of_types(types: Iterable[str]) -> set[str]:
    """Name what CloudFormation does with these resource types, in the name of who deploys.

    Raises:
        LookupError: a line of NOT_NEEDED is about nothing that these types ask for.
    """
    schemas = [PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, each).schema for each in types]
    handlers = [handler for schema in schemas for handler in schema["handlers"].values()]
    asked = {action for handler in handlers for action in handler["permissions"]}
    spared = {p: {a for a in asked if fnmatchcase(a, p)} for p in NOT_NEEDED}
    if idle := [pattern for pattern, actions in spared.items() if not actions]:
        raise LookupError(f"NOT_NEEDED has what no resource type asks for: {', '.join(idle)}")
    return asked.difference(*spared.values())


def of_scripts(folder: Path) -> set[str]:
    """Name the operations of AWS whose names occur in the scripts, as a method's or paginator's."""
    words = {path.stem: set(_words(path)) for path in folder.glob("*.py")}
    session = Session()
    return {
        f"{'elasticloadbalancing' if client == 'elbv2' else client}:{operation}"
        for client in words["aws"].intersection(session.get_available_services())
        for operation in session.get_service_model(client).operation_names
        if any(xform_name(operation) in each for each in words.values())
    }


def _words(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Attribute(attr=word) | ast.Constant(value=str(word)):
                yield word
