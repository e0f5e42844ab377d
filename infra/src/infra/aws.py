"""The only module that knows boto3: the clients of one account, and what their errors mean."""

import re
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_ecr import ECRClient
    from types_boto3_ecs import ECSClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_rds import RDSClient
    from types_boto3_sts import STSClient

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
    "AccessDenied|UnauthorizedOperation|not authorized to perform": (
        "use a role that may: infra/templates/deploy-role.yaml makes one"
    ),
    "deletion protection": "python -m infra destroy turns that off, after asking",
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
        session = boto3.session.Session(profile_name=profile, region_name=region)

        def client(name: Any) -> Any:
            return session.client(name, endpoint_url=endpoint_url, config=_CONFIG)

        self.cloudformation: CloudFormationClient = client("cloudformation")
        self.cloudwatch: CloudWatchClient = client("cloudwatch")
        self.ecr: ECRClient = client("ecr")
        self.ecs: ECSClient = client("ecs")
        self.elbv2: ElasticLoadBalancingv2Client = client("elbv2")
        self.logs: CloudWatchLogsClient = client("logs")
        self.rds: RDSClient = client("rds")
        self.sts: STSClient = client("sts")

    def place(self) -> str:
        """Where everything happens, for a person to see before it does."""
        account = self.sts.get_caller_identity()["Account"]
        return f"account {account}, region {self.sts.meta.region_name}"


def explain(error: Exception) -> str:
    """One line: what was asked, what came back, and the next step."""
    if not isinstance(error, exceptions.ClientError):
        return with_next_step(str(error), type(error).__name__)
    said = error.response["Error"]
    return with_next_step(
        f"{error.operation_name}: {said.get('Message', '')}", said.get("Code", "unknown error")
    )


def with_next_step(message: str, code: str = "") -> str:
    """The message of an error in one line, with what to do when its words or its code tell."""
    line = " ".join(message.split()).rstrip(".")
    for pattern, step in _NEXT_STEPS.items():
        if re.search(pattern, f"{code} {line}"):
            return f"{line}. Next: {step}"
    return f"{line} ({code})" if code else line
