"""What goes wrong is told in one line with what would help, and leaves nothing behind."""

import sys

import pytest
from botocore import exceptions

from tests.fixtures.recorded_account import RecordedAccount, error_of
from tests.unit.gateway_sim.capture.conftest import API_ID, REGION, Capture

Output = pytest.CaptureFixture[str]

_REFUSED = "The security token included in the request is invalid"


def told(capture: Capture, capsys: Output, *arguments: str) -> str:
    """The one line of a capture that fails, and leaves no file."""
    assert capture.run(*arguments) == 2
    assert list(capture.folder.parent.iterdir()) == []
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return line.removeprefix("gateway-sim: ")


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        ("GetRestApi", exceptions.NoCredentialsError(),
         "no credentials; aws configure, --profile NAME or AWS_PROFILE"),
        ("GetStages", error_of("GetStages", "AccessDeniedException", "User: x is not authorized"),
         "is denied; allow the IAM action apigateway:GET (User: x is not authorized)"),
        ("DescribeRules", error_of("DescribeRules", "AccessDenied", "no"),
         "is denied; allow the IAM action elasticloadbalancing:DescribeRules (no)"),
        ("GetRestApi", error_of("GetRestApi", "NotFoundException", "Invalid API identifier"),
         "Invalid API identifier; is the name right, and the region?"),
        ("GetRestApi", error_of("GetRestApi", "UnrecognizedClientException", _REFUSED),
         f"the credentials are refused: {_REFUSED}"),
        ("GetExport", error_of("GetExport", "TooManyRequestsException", "Rate\n exceeded"),
         "Rate exceeded (TooManyRequestsException)"),
        ("DescribeListeners", exceptions.EndpointConnectionError(endpoint_url="https://x.invalid"),
         'Could not connect to the endpoint URL: "https://x.invalid"'),
    ],
)  # fmt: skip
def test_call_that_fails_is_told(  # noqa: PLR0913, PLR0917 - the case, and the fixtures
    operation: str,
    error: Exception,
    message: str,
    capture: Capture,
    recorded_account: RecordedAccount,
    capsys: Output,
) -> None:
    recorded_account.errors[operation] = error
    line = told(capture, capsys, "--api-id", API_ID)
    denied = " " if message.startswith("is denied") else ": "
    assert line == f"{operation} in {REGION}{denied}{message}"


def test_load_balancer_that_is_not_there_is_told(capture: Capture, capsys: Output) -> None:
    line = told(capture, capsys, "--load-balancer", "typo")
    assert line.startswith(f"DescribeLoadBalancers in {REGION}: nothing is recorded")
    assert line.endswith("; is the name right, and the region?")


def test_arn_of_another_region_is_told_before_it_is_asked_for(
    capture: Capture, recorded_account: RecordedAccount, capsys: Output
) -> None:
    arn = "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/shop/1"
    assert told(capture, capsys, "--load-balancer", arn) == (
        f"{arn} is in us-west-2, not in {REGION}"
    )
    assert recorded_account.made == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "capture what? Give --api-id, --load-balancer, or both"),
        (["--api-id", "x", "--profile", "none"], "The config profile (none) could not be found"),
        (["--api-id", "x", "--endpoint-url", "nowhere"], "Invalid endpoint: nowhere"),
    ],
)  # fmt: skip
def test_argument_that_leads_nowhere_is_told(
    arguments: list[str], message: str, capture: Capture, capsys: Output
) -> None:
    assert told(capture, capsys, *arguments) == message


def test_missing_boto3_is_told(
    capture: Capture, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "gateway_sim.capture.account", raising=False)
    monkeypatch.delitem(sys.modules, "gateway_sim.capture.command", raising=False)
    line = told(capture, capsys, "--api-id", API_ID)
    assert line == "capture needs boto3: pip install 'gateway-sim[capture]'"


def test_folder_with_files_in_it_is_kept(capture: Capture, capsys: Output) -> None:
    capture.folder.mkdir()
    (capture.folder / "mine").touch()
    assert capture.run("--api-id", API_ID) == 2
    message = f"gateway-sim: {capture.folder} is there already; name another folder\n"
    assert capsys.readouterr().err == message
    assert [path.name for path in capture.folder.iterdir()] == ["mine"]


def test_empty_folder_is_filled(capture: Capture) -> None:
    capture.folder.mkdir()
    assert capture.run("--api-id", API_ID) == 0
    assert (capture.folder / "template.yaml").is_file()


def test_api_without_a_stage_is_told(
    capture: Capture, recorded_account: RecordedAccount, capsys: Output
) -> None:
    recorded_account.answers["GetStages"] = {}
    line = told(capture, capsys, "--api-id", API_ID)
    assert line == "the API shop has no stage, so there is nothing to serve"


def test_interruption_leaves_nothing(
    capture: Capture, recorded_account: RecordedAccount, capsys: Output
) -> None:
    recorded_account.errors["DescribeTargetHealth"] = KeyboardInterrupt()
    assert capture.run("--api-id", API_ID) == 130
    assert list(capture.folder.parent.iterdir()) == []
    assert capsys.readouterr().err == "gateway-sim: interrupted\n"
