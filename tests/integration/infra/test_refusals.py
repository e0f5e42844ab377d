"""What is wrong before anything is done: one line each, with what would be right."""

from typing import Any

import boto3
import pytest
import yaml
from botocore.config import Config

from tests.fixtures.aws import CREDENTIALS, REGION, Account
from tests.fixtures.gateway import wait_until
from tests.integration.infra.tree import Outcome, Tree

# Nothing listens on port 1.
NOBODY = "http://localhost:1"


def one_line(outcome: Outcome) -> str:
    assert outcome.code == 1, str(outcome)
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1, str(outcome)
    return outcome.err


def environment(key: Any) -> dict[str, str]:
    """A key as environment variables, from what IAM or STS answered."""
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_SESSION_TOKEN": key.get("SessionToken", ""),
    }


def test_no_credentials(tree: Tree) -> None:
    nothing = dict.fromkeys(CREDENTIALS, "") | {"AWS_EC2_METADATA_DISABLED": "true"}
    assert "Next: aws configure sso, or --profile NAME" in one_line(tree.infra("plan", **nothing))


def test_a_profile_that_is_not_there(tree: Tree) -> None:
    line = one_line(tree.infra("plan", "--profile", "nobody"))
    assert "profile (nobody)" in line
    assert "Next: aws configure list-profiles" in line


def test_a_key_that_nobody_has(tree: Tree) -> None:
    line = one_line(tree.infra("plan", AWS_ACCESS_KEY_ID="AKIAOFSOMEBODYELSE00"))
    assert "security token included in the request is invalid" in line
    assert "Next: check the credentials" in line


def test_a_token_that_has_expired(tree: Tree, account: Account) -> None:
    # The shortest time that AWS grants is 15 minutes, which boto3 checks and the account does not.
    sts = boto3.client(
        "sts",
        endpoint_url=account.url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(parameter_validation=False),
    )
    key = environment(sts.get_session_token(DurationSeconds=1)["Credentials"])

    def has_expired() -> bool:
        return "expired" in tree.infra("status", **key).err

    wait_until(has_expired, "the token had expired")
    line = one_line(tree.infra("plan", **key))
    assert "Next: log in again" in line


def test_a_user_who_may_not(tree: Tree, account: Account) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="visitor")
    key = environment(iam.create_access_key(UserName="visitor")["AccessKey"])
    outcome = tree.infra("deploy", **key)
    assert outcome.code == 1
    line = outcome.err.splitlines()[-1]
    assert "user/visitor is not authorized to perform: cloudformation:" in line
    assert "infra/templates/deploy-role.yaml" in line


def test_nobody_at_the_endpoint(tree: Tree) -> None:
    line = one_line(tree.infra("plan", "--endpoint-url", NOBODY))
    assert NOBODY in line
    assert "Next: check --region, --endpoint-url and the network" in line


def test_a_region_that_cannot_be(tree: Tree) -> None:
    assert "no region" in one_line(tree.infra("plan", "--region", "no region"))


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"DatabaseInstanceKlass": "x"}, "no template has a parameter 'DatabaseInstanceKlass'"),
        ({"DatabaseBackupDays": "seven"}, "DatabaseBackupDays is 'seven', but 1 to 35"),
        ({"DatabaseBackupDays": 36}, "DatabaseBackupDays is '36', but 1 to 35"),
        ({"VpcLinkVersion": "V3"}, "VpcLinkVersion is 'V3', but it must be V1 or V2"),
        ({"Bastion": "perhaps"}, "Bastion is 'perhaps', but true or false"),
        ({"VpcId": "vpc-0123456789abcdef0"}, "PublicSubnetIds"),
        (["VpcId"], "must be a mapping"),
    ],
    ids=str,
)
def test_choices_that_no_template_takes(tree: Tree, choices: Any, expected: str) -> None:
    file = tree.path.parent / "choices.yaml"
    file.write_text(yaml.safe_dump(choices))
    outcome = tree.infra("plan", "--parameters", str(file))
    assert outcome.code == 1
    assert outcome.out == ""
    assert expected in outcome.err
    assert all(str(file) in line for line in outcome.err.splitlines())


def test_a_file_of_choices_that_is_not_there(tree: Tree) -> None:
    line = one_line(tree.infra("plan", "--parameters", "choices-of-nobody.yaml"))
    assert line == "choices-of-nobody.yaml: No such file or directory\n"


@pytest.mark.parametrize("arguments", [["deploi"], ["logs"], ["logs", "demo3"], ["plan", "--fast"]])
def test_a_call_that_is_not_understood(tree: Tree, arguments: list[str]) -> None:
    assert tree.infra(*arguments).code == 2


def test_an_endpoint_that_is_no_url(tree: Tree) -> None:
    outcome = tree.infra("plan", "--endpoint-url", "localhost:4566")
    assert outcome.code == 2
    assert "'localhost:4566' must begin with http:// or https://" in outcome.err
