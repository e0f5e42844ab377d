"""What can be typed, and the exit codes."""

from collections.abc import Callable

import httpx
import pytest
from botocore.exceptions import NoCredentialsError

from infra import cli, journey, plan
from infra.deployment import Deployment
from infra.stacks import StackError
from infra.templates import PARAMETERS

Capture = pytest.CaptureFixture[str]
Ways = list[list[str]]


def raising(error: BaseException) -> Callable[[Deployment], None]:
    def run(_work: Deployment) -> None:
        raise error

    return run


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Deployment]:
    """The deployments that `plan` was called with."""
    seen: list[Deployment] = []
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(plan, "plan", seen.append)
    return seen


@pytest.mark.parametrize(
    "arguments",
    [
        ["--region", "eu-west-1", "--stack-prefix", "shop", "plan"],
        ["plan", "--region", "eu-west-1", "--stack-prefix", "shop"],
        ["--region", "eu-west-1", "plan", "--stack-prefix", "shop"],
    ],
)
def test_options_may_stand_before_and_after_the_verb(
    planned: list[Deployment], arguments: list[str]
) -> None:
    assert cli.main(arguments) == 0
    (work,) = planned
    assert work.aws.ecs.meta.region_name == "eu-west-1"
    assert work.prefix == "shop"


def test_what_is_left_out_is_as_the_walkthrough_has_it(planned: list[Deployment]) -> None:
    assert cli.main(["plan"]) == 0
    (work,) = planned
    assert work.prefix == "ecs-fargate"
    assert work.file == PARAMETERS


def test_all_requests_go_to_the_endpoint(planned: list[Deployment]) -> None:
    cli.main(["plan", "--endpoint-url", "http://localhost:4566"])
    assert planned[0].aws.sts.meta.endpoint_url == "http://localhost:4566"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["shrink"],
        ["logs"],
        ["logs", "demo3"],
        ["plan", "--purge"],
        ["plan", "--endpoint-url", "http://"],
        ["smoke", "--url", "localhost:8080/Test"],
    ],
)
def test_what_is_not_understood_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (StackError("ecs-fargate-data failed: no space"), "ecs-fargate-data failed: no space"),
        (NoCredentialsError(), "Unable to locate credentials. Next: aws configure sso"),
    ],
)
def test_a_failure_is_1_and_one_line_on_stderr(
    planned: list[Deployment],  # noqa: ARG001  names a region
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    error: Exception,
    line: str,
) -> None:
    monkeypatch.setattr(plan, "plan", raising(error))
    assert cli.main(["plan"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_a_region_is_asked_for_when_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    assert cli.main(["status"]) == 1
    assert "Next: --region NAME" in capsys.readouterr().err


def test_ctrl_c_is_130(planned: list[Deployment], monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setattr(plan, "plan", raising(KeyboardInterrupt()))
    assert cli.main(["plan"]) == 130


class TestSmoke:
    def test_needs_no_account_for_an_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []
        monkeypatch.setattr(journey, "travel", seen.append)
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
        assert cli.main(["smoke", "--url", "http://localhost:8080/Test"]) == 0
        assert seen == ["http://localhost:8080/Test"]

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (httpx.ConnectError("Connection refused"), "does not answer: Connection refused"),
            (httpx.DecodingError("text/html came"), "does not answer: text/html came"),
            (
                httpx.HTTPStatusError("503", request=None, response=httpx.Response(503)),  # type: ignore[arg-type]  # set below
                "was refused",
            ),
        ],
    )
    def test_says_what_failed(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: Capture,
        error: httpx.HTTPError,
        said: str,
    ) -> None:
        error.request = httpx.Request("GET", "http://api.example/Test/student")

        def travel(_url: str) -> None:
            raise error

        monkeypatch.setattr(journey, "travel", travel)
        assert cli.main(["smoke", "--url", "http://api.example/Test"]) == 1
        err = capsys.readouterr().err
        assert f"http://api.example/Test/student {said}" in err
        assert "Next: python -m infra status" in err


def test_the_help_names_every_verb_and_shows_the_way(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    for verb in (
        *("plan", "deploy", "push", "migrate", "status", "outputs"),
        *("logs", "smoke", "rollback", "destroy"),
    ):
        assert f"\n    {verb} " in said
    assert "from nothing to an invoke URL" in said
