"""The only module that knows boto3: one session's clients, and what its errors mean to a person."""

import re
from functools import cached_property
from typing import TYPE_CHECKING

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
ERRORS = (exceptions.ClientError, exceptions.BotoCoreError)


class Aws:
    """One account and region; each client is made when it is first used."""

    def __init__(
        self,
        region: str | None = None,
        profile: str | None = None,
        endpoint_url: str | None = None,
    ) -> None:
        self._session = boto3.session.Session(profile_name=profile, region_name=region)
        self._endpoint_url = endpoint_url
        # Standard retries: throttling and short failures are waited out, with growing pauses.
        self._config = Config(
            retries={"mode": "standard", "total_max_attempts": 5},
            connect_timeout=10,
            user_agent_extra="infra/0.1.0",
        )

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client(
            "cloudformation", endpoint_url=self._endpoint_url, config=self._config
        )

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        return self._session.client(
            "cloudwatch", endpoint_url=self._endpoint_url, config=self._config
        )

    @cached_property
    def ecr(self) -> "ECRClient":
        return self._session.client("ecr", endpoint_url=self._endpoint_url, config=self._config)

    @cached_property
    def ecs(self) -> "ECSClient":
        return self._session.client("ecs", endpoint_url=self._endpoint_url, config=self._config)

    @cached_property
    def elbv2(self) -> "ElasticLoadBalancingv2Client":
        return self._session.client("elbv2", endpoint_url=self._endpoint_url, config=self._config)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return self._session.client("logs", endpoint_url=self._endpoint_url, config=self._config)

    @cached_property
    def rds(self) -> "RDSClient":
        return self._session.client("rds", endpoint_url=self._endpoint_url, config=self._config)

    @cached_property
    def sts(self) -> "STSClient":
        return self._session.client("sts", endpoint_url=self._endpoint_url, config=self._config)

    def place(self) -> str:
        """Where all of this happens: worth a line before anything is changed."""
        account = self.sts.get_caller_identity()["Account"]
        return f"account {account}, region {self.cloudformation.meta.region_name}"


_DEPLOY_ROLE = "use a role that may: infra/templates/deploy-role.yaml makes one"

# What AWS says (code and message), and what to do next. The first that fits.
_NEXT_STEPS = (
    (
        r"ExpiredToken|RequestExpired|token.* expired",
        "log in again (aws sso login), then repeat the command: it goes on where it stopped",
    ),
    (
        r"InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|Signature",
        "check the credentials (aws sts get-caller-identity) and that the region is enabled",
    ),
    (r"AccessDenied|UnauthorizedOperation|not authorized to perform", _DEPLOY_ROLE),
    (
        r"Throttling|TooManyRequests|RequestLimitExceeded|Rate exceeded",
        "wait a minute, then repeat",
    ),
    (
        r"(?i)LimitExceeded|quota|limit exceeded|maximum number of",
        "ask for more in the Service Quotas console, or remove what is not needed, then repeat",
    ),
)


def next_step(text: str) -> str | None:
    """What to do about an error that AWS words like this; None when the words say it all."""
    return next((step for pattern, step in _NEXT_STEPS if re.search(pattern, text)), None)


def explain(error: Exception) -> str:
    """One line for a person: what happened, and the next step."""
    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return "no AWS credentials. Next: aws configure sso, or --profile NAME, or AWS_PROFILE"
        case exceptions.ProfileNotFound():
            return f"{_one_line(error)}. Next: aws configure list-profiles lists the ones there are"
        case exceptions.NoRegionError():
            return "no region chosen. Next: --region NAME, such as eu-central-1, or AWS_REGION"
        case exceptions.SSOError() | exceptions.TokenRetrievalError():
            return f"{_one_line(error)}. Next: aws sso login, then repeat the command"
        case exceptions.HTTPClientError():
            return f"{_one_line(error)}. Next: check --region, --endpoint-url and the network"
        case exceptions.ClientError():
            said = error.response["Error"]
            code, message = said.get("Code", "?"), said.get("Message", "").strip().rstrip(".")
            line = f"{error.operation_name}: {_flat(message)} ({code})"
            step = next_step(f"{code} {message}")
            return f"{line}. Next: {step}" if step else line
    return _one_line(error)


def _one_line(error: Exception) -> str:
    return _flat(str(error)).rstrip(".")


def _flat(text: str) -> str:
    return " ".join(text.split())
