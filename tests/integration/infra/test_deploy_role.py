"""The deploy role's policies, in an account that enforces them for what the scripts call."""

import json
from typing import Any

import pytest

from infra.templates import TEMPLATES, load
from tests.fixtures.aws import Account
from tests.integration.infra.tree import Outcome, Tree

_STACK = "deploy-ecs-fargate"
# The account does not see which snapshot this is about, and asks whether all are allowed.
_UNSEEN = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": "rds:DeleteDBSnapshot",
        "Resource": "*",
    },
}


def _template() -> str:
    """The template without the provider, whose type the account does not know."""
    template = load(TEMPLATES / "deploy-role.yaml")
    del template["Resources"]["GitHubProvider"]
    role = template["Resources"]["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]
    role["Statement"][0]["Principal"] = {"Federated": {"Ref": "GitHubProviderArn"}}
    template["Outputs"].pop("GitHubProviderArn")
    return json.dumps(template)


@pytest.fixture(scope="module")
def deployer(account: Account) -> dict[str, str]:
    """Credentials of somebody who may do what the role may."""
    cloudformation, iam = account.client("cloudformation"), account.client("iam")
    provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    values = {"GitHubRepository": "octo-org@1/demo@2", "GitHubProviderArn": provider}
    cloudformation.create_stack(
        StackName=_STACK,
        TemplateBody=_template(),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=_STACK)
    iam.create_user(UserName="deployer")
    attached: list[Any] = iam.list_attached_role_policies(RoleName=_STACK)["AttachedPolicies"]
    assert attached
    for policy in attached:
        iam.attach_user_policy(UserName="deployer", PolicyArn=policy["PolicyArn"])
    iam.put_user_policy(
        UserName="deployer", PolicyName="unseen", PolicyDocument=json.dumps(_UNSEEN)
    )
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def test_every_verb_runs_through(tree: Tree, deployer: dict[str, str]) -> None:
    def run(verb: str, *arguments: str) -> Outcome:
        outcome = tree.infra(verb, *arguments, **deployer)
        assert outcome.code == 0, str(outcome)
        return outcome

    run("plan")
    run("deploy")
    (tree.path / "services/students/version").write_text("students 2\n")
    tree.commit()
    run("deploy")
    run("status")
    run("logs", "students")
    run("migrate")
    run("rollback", "students")
    run("destroy", "--yes", "--purge")


def test_other_stacks_are_out_of_reach(tree: Tree, deployer: dict[str, str]) -> None:
    outcome = tree.infra("deploy", "--stack-prefix", "payroll", **deployer)
    assert outcome.code == 1
    assert "CreateChangeSet" in outcome.err
    assert "infra/templates/deploy-role.yaml" in outcome.err
