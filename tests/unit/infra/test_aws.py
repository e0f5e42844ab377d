"""What an error of AWS is to a person: one line, and the next step."""

from typing import Any

import pytest
from botocore import exceptions

from infra.aws import Aws, explain, with_next_step
from tests.unit.infra.conftest import Foretold


def refused(code: str, message: str, operation: str = "DescribeStacks") -> exceptions.ClientError:
    return exceptions.ClientError({"Error": {"Code": code, "Message": message}}, operation)


# What happened -> what the next step names.
ERRORS = [
    (exceptions.NoCredentialsError(), "aws configure sso"),
    (exceptions.PartialCredentialsError(provider="env", cred_var="secret"), "--profile"),
    (exceptions.ProfileNotFound(profile="work"), "list-profiles"),
    (exceptions.NoRegionError(), "--region"),
    (exceptions.UnauthorizedSSOTokenError(), "aws sso login"),
    (exceptions.TokenRetrievalError(provider="sso", error_msg="expired"), "aws sso login"),
    (exceptions.EndpointConnectionError(endpoint_url="https://x.nowhere-1"), "check --region"),
    (exceptions.ConnectTimeoutError(endpoint_url="https://x.nowhere-1"), "check --region"),
    (exceptions.ReadTimeoutError(endpoint_url="https://x.nowhere-1"), "--endpoint-url"),
    (exceptions.SSLError(endpoint_url="https://x.nowhere-1", error=OSError()), "--endpoint-url"),
    (exceptions.InvalidRegionError(region_name="e u"), "--region"),
    (refused("ExpiredToken", "The security token included in the request is expired"), "log in"),
    (refused("ExpiredTokenException", "The security token is expired"), "log in"),
    (refused("RequestExpired", "Request has expired."), "log in"),
    (refused("InvalidClientTokenId", "The security token is invalid"), "get-caller-identity"),
    (refused("UnrecognizedClientException", "The security token is invalid"), "region is enabled"),
    (refused("SignatureDoesNotMatch", "The signature we calculated differs"), "credentials"),
    (refused("AuthFailure", "AWS was not able to validate the credentials"), "credentials"),
    (refused("AccessDenied", "User x is not authorized to perform: ecs:RunTask"), "deploy-role"),
    (refused("AccessDeniedException", "no identity-based policy allows it"), "deploy-role"),
    (refused("UnauthorizedOperation", "You are not authorized"), "deploy-role"),
    (refused("ClientException", "ECS was unable to assume the role 'arn:x'"), "repeat in a minute"),
    (refused("InvalidParameterException", "Unable to assume the service linked role"), "repeat"),
    (refused("InvalidDBInstanceState", "Database instance is not in available state"), "available"),
    (refused("InvalidChangeSetStatus", "cannot be executed: OBSOLETE"), "somebody else deploys"),
    (refused("Throttling", "Rate exceeded"), "wait a minute"),
    (refused("ThrottlingException", "Too many"), "wait a minute"),
    (refused("LimitExceededException", "Limit for stacks has been exceeded"), "Service Quotas"),
    (refused("ServiceQuotaExceededException", "You have used it up"), "Service Quotas"),
    (refused("VpcLimitExceeded", "The maximum number of VPCs has been reached"), "Service Quotas"),
]


@pytest.mark.parametrize(
    ("error", "step"), ERRORS, ids=[f"{type(error).__name__}-{step}" for error, step in ERRORS]
)
def test_an_error_is_one_line_with_the_next_step(error: Exception, step: str) -> None:
    line = explain(error)
    assert "\n" not in line
    assert line.count("Next: ") == 1
    assert step in line.partition("Next: ")[2]


def test_a_refused_request_is_named_with_what_aws_says() -> None:
    line = explain(refused("AccessDenied", "User x may not", "CreateChangeSet"))
    assert line.startswith("CreateChangeSet: User x may not. Next: ")


def test_an_error_that_nobody_foresaw_keeps_its_code() -> None:
    line = explain(refused("InvalidParameterException", "the subnets\n  differ.", "RunTask"))
    assert line == "RunTask: the subnets differ (InvalidParameterException)"


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("Resource handler returned message: quota exceeded for NLBs", "Service Quotas"),
        ("The maximum number of addresses has been reached.", "Service Quotas"),
        ("User: arn:aws:x is not authorized to perform: rds:CreateDBInstance", "deploy-role"),
        ("Cannot delete, please disable deletion protection and try again", "destroy"),
    ],
)
def test_the_reason_of_a_failed_resource_has_the_same_next_step(reason: str, step: str) -> None:
    assert step in with_next_step(reason).partition("Next: ")[2]


@pytest.mark.parametrize(
    "reason", ["The subnet does not exist", "S3Endpoint: no ConnectTimeoutError", "SSO is off"]
)
def test_other_reasons_stand_as_they_are(reason: str) -> None:
    assert with_next_step(f"{reason}.") == reason


def test_requests_are_told_apart_from_those_of_other_tools(foretold: Foretold) -> None:
    config: Any = foretold.aws.ecs.meta.config
    assert "infra/" in config.user_agent_extra


def test_a_profile_that_is_not_there_is_found_out_at_once() -> None:
    with pytest.raises(exceptions.ProfileNotFound):
        Aws("eu-central-1", "of-nobody", None)


def test_the_place_names_account_and_region(foretold: Foretold) -> None:
    foretold.answer("sts", "get_caller_identity", {"Account": "123456789012"})
    assert foretold.aws.place() == "account 123456789012, region eu-central-1"


def test_the_region_may_come_from_where_the_aws_cli_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert Aws(None, None, None).sts.meta.region_name == "eu-north-1"
    assert Aws("eu-west-1", None, None).sts.meta.region_name == "eu-west-1"


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("CannotPullContainerError: dial tcp: i/o timeout", "private subnets"),
        ("ResourceInitializationError: unable to pull secrets or registry auth", "private subnets"),
        ("Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated", "somebody else"),
        (
            "Resource of type 'AWS::ECR::Repository' with identifier 'demo1' already exists",
            "--stack",
        ),
    ],
)
def test_words_of_stacks_and_tasks_tell_the_next_step_too(said: str, step: str) -> None:
    assert step in with_next_step(said).partition("Next: ")[2]
