"""The only module that knows boto3: the clients of one account, and what their errors mean."""

import os
import re
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config

ClientError = exceptions.ClientError
WaiterError = exceptions.WaiterError
ERRORS = (exceptions.ClientError, exceptions.BotoCoreError)

# Standard retries wait out throttling and short failures, with growing pauses.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=10,
    user_agent_extra="infra/0.1.0",
)

# What to do about an error, by its code and message: the first that fits. A code comes first; what
# boto3 raises by itself has the name of its class for one.
_NEXT_STEPS = {
    "^(NoCredentials|PartialCredentials)": "aws configure sso, or --profile NAME, or AWS_PROFILE",
    "^ProfileNotFound": "aws configure list-profiles shows the profiles there are",
    "^NoRegion": "--region NAME, such as eu-central-1, or AWS_REGION",
    r"^\w*(SSO|TokenRetrieval)|ExpiredToken|RequestExpired|token.* expired": (
        "log in again, for example by aws sso login, then repeat the command: deploy and destroy"
        " go on where they stopped"
    ),
    r"^\w*(Endpoint|Connect|Timeout|SSL|Region)\w*Error": (
        "check --region, --endpoint-url and the network"
    ),
    "InvalidClientTokenId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch|InvalidSignature": (
        "check the credentials by aws sts get-caller-identity, and that the region is enabled"
    ),
    "nable to assume": "repeat in a minute: AWS does not know a new role at once",
    "CannotPull|ResourceInit": "let the private subnets reach ECR, S3, logs and secrets; repeat",
    "AccessDenied|UnauthorizedOperation|not authorized to perform": (
        "use a role that may: infra/templates/deploy-role.yaml makes one"
    ),
    "deletion protection": "python -m infra destroy turns that off, after asking",
    "InvalidDBInstanceState": "start the database or wait until it is available, then repeat",
    "_IN_PROGRESS state|InvalidChangeSetStatus": "somebody else deploys: repeat when that is done",
    "already exists": "remove it, or take names of your own by --stack-prefix",
    "Throttl|TooManyRequests|RequestLimitExceeded|Rate exceeded": "wait a minute, then repeat",
    "LimitExceeded|QuotaExceeded|quota|limit exceeded|maximum number of": (
        "ask for more in the Service Quotas console or remove what is not needed, then repeat"
    ),
}


class Aws:
    """One account and region.

    Raises one of `ERRORS`, here and in every call of a client; `explain` words them.
    """

    def __init__(self, region: str | None, profile: str | None, endpoint_url: str | None) -> None:
        # The AWS CLI reads AWS_REGION; boto3 alone would not.
        region = region or os.environ.get("AWS_REGION")
        session = boto3.session.Session(profile_name=profile, region_name=region)
        where: Any = {"endpoint_url": endpoint_url, "config": _CONFIG}
        self.cloudformation = session.client("cloudformation", **where)
        self.cloudwatch = session.client("cloudwatch", **where)
        self.ecr = session.client("ecr", **where)
        self.ecs = session.client("ecs", **where)
        self.elbv2 = session.client("elbv2", **where)
        self.logs = session.client("logs", **where)
        self.rds = session.client("rds", **where)
        self.sts = session.client("sts", **where)

    def place(self) -> str:
        """Where everything happens, for a person to see before it does."""
        account = self.sts.get_caller_identity()["Account"]
        return f"account {account}, region {self.sts.meta.region_name}"


def explain(error: Exception) -> str:
    """One line: what was asked, what came back, and the next step."""
    if not isinstance(error, exceptions.ClientError):
        return with_next_step(str(error), type(error).__name__)
    said = error.response["Error"]
    message = f"{error.operation_name}: {said.get('Message', '')}"
    return with_next_step(message, said.get("Code", "unknown error"))


def with_next_step(message: str, code: str = "") -> str:
    """The message of an error in one line, with what to do when its words or its code tell."""
    line = " ".join(message.split()).rstrip(".")
    for pattern, step in _NEXT_STEPS.items():
        if re.search(pattern, f"{code} {line}"):
            return f"{line}. Next: {step}"
    return f"{line} ({code})" if code else line
