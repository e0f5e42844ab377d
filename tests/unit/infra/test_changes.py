"""What a change set says, and that it leaves nothing behind when it is not carried out."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.changes import Change, discard, prepare
from infra.stacks import StackError
from tests.unit.infra.conftest import Foretold

NAME = "ecs-fargate-data"
STACK_ID = f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{NAME}/1"
ID = "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/infra-1/1"


def tell_created(foretold: Foretold) -> None:
    foretold.answer("cloudformation", "create_change_set", {"Id": ID, "StackId": STACK_ID})


def tell_described(foretold: Foretold, status: str, **more: Any) -> None:
    foretold.answer("cloudformation", "describe_change_set", {"Status": status, **more})


def tell_status(foretold: Foretold, status: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {"StackName": NAME, "StackId": STACK_ID, "StackStatus": status, "CreationTime": now}
    foretold.answer("cloudformation", "describe_stacks", {"Stacks": [found]})


def modified(logical_id: str, kind: str, replacement: str, *names: str) -> dict[str, Any]:
    details = [{"Target": {"Attribute": "Properties", "Name": name}} for name in names]
    return {
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": logical_id,
            "ResourceType": kind,
            "Replacement": replacement,
            "Details": details,
        }
    }


def simple(action: str, logical_id: str) -> dict[str, Any]:
    resource = {
        "Action": action,
        "LogicalResourceId": logical_id,
        "ResourceType": "AWS::SNS::Topic",
    }
    return {"ResourceChange": resource}


class TestPrepare:
    @pytest.mark.parametrize("kind", ["CREATE", "UPDATE"])
    def test_makes_what_is_not_there_and_changes_what_is(
        self, foretold: Foretold, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        monkeypatch.setattr("infra.changes.uuid4", lambda: type("U", (), {"hex": "1"}))
        foretold.answer(
            "cloudformation",
            "create_change_set",
            {"Id": ID, "StackId": STACK_ID},
            StackName=NAME,
            ChangeSetName="infra-1",
            ChangeSetType=kind,
            TemplateBody="{}",
            Parameters=[{"ParameterKey": "Prefix", "ParameterValue": "x"}],
            Capabilities=["CAPABILITY_IAM"],
        )
        tell_described(foretold, "CREATE_IN_PROGRESS")
        tell_described(foretold, "CREATE_COMPLETE")
        tell_described(foretold, "CREATE_COMPLETE", Changes=[])
        change_set = prepare(foretold.aws, NAME, "{}", {"Prefix": "x"}, new=kind == "CREATE")
        assert change_set is not None
        assert (change_set.id, change_set.stack_id) == (ID, STACK_ID)
        foretold.all_asked()

    def test_tells_what_happens_to_each_resource(self, foretold: Foretold) -> None:
        tell_created(foretold)
        tell_described(foretold, "CREATE_COMPLETE")
        first = [
            simple("Add", "New"),
            modified("Database", "AWS::RDS::DBInstance", "True", "Engine", "DBName"),
            modified("Service", "AWS::ECS::Service", "Conditional", "TaskDefinition"),
        ]
        second = [
            modified("Alarm", "AWS::CloudWatch::Alarm", "False", "Threshold"),
            simple("Remove", "Old"),
        ]
        tell_described(foretold, "CREATE_COMPLETE", Changes=first, NextToken="more")
        tell_described(foretold, "CREATE_COMPLETE", Changes=second)
        change_set = prepare(foretold.aws, NAME, "{}", {}, new=False)
        assert change_set is not None
        assert change_set.changes == (
            Change("add", "New", "AWS::SNS::Topic"),
            Change("replace", "Database", "AWS::RDS::DBInstance", "DBName, Engine"),
            Change("perhaps replace", "Service", "AWS::ECS::Service", "TaskDefinition"),
            Change("change", "Alarm", "AWS::CloudWatch::Alarm", "Threshold"),
            Change("remove", "Old", "AWS::SNS::Topic"),
        )

    @pytest.mark.parametrize(
        "reason",
        [
            "The submitted information didn't contain changes. Submit different information.",
            "No updates are to be performed.",
        ],
    )
    def test_no_change_is_none_and_leaves_no_change_set(
        self, foretold: Foretold, reason: str
    ) -> None:
        tell_created(foretold)
        tell_described(foretold, "FAILED", StatusReason=reason)
        foretold.answer(
            "cloudformation", "delete_change_set", {}, StackName=STACK_ID, ChangeSetName=ID
        )
        tell_status(foretold, "CREATE_COMPLETE")
        assert prepare(foretold.aws, NAME, "{}", {}, new=False) is None
        foretold.all_asked()

    def test_a_refused_template_says_why_and_leaves_no_empty_stack(
        self, foretold: Foretold
    ) -> None:
        tell_created(foretold)
        tell_described(foretold, "FAILED", StatusReason="Unresolved dependency [Vpc]")
        foretold.answer("cloudformation", "delete_change_set", {})
        tell_status(foretold, "REVIEW_IN_PROGRESS")
        foretold.answer("cloudformation", "delete_stack", {}, StackName=STACK_ID)
        tell_status(foretold, "DELETE_COMPLETE")
        with pytest.raises(StackError, match=rf"{NAME}: .*Unresolved dependency \[Vpc\]"):
            prepare(foretold.aws, NAME, "{}", {}, new=True)
        foretold.all_asked()

    def test_what_early_validation_found_is_asked_for_before_it_is_forgotten(
        self, foretold: Foretold
    ) -> None:
        reason = (
            "The following hook(s)/validation failed:"
            " [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early"
            " Validation errors, use the DescribeEvents API for detailed failure information."
        )
        found = {
            "EventType": "VALIDATION_ERROR",
            "LogicalResourceId": "Demo1Repository",
            "ValidationStatusReason": "Resource with identifier 'demo1' already exists.",
        }
        tell_created(foretold)
        tell_described(foretold, "FAILED", StatusReason=reason)
        foretold.answer(
            "cloudformation",
            "describe_events",
            {"OperationEvents": [found, {"EventType": "STACK_EVENT"}]},
            ChangeSetName=ID,
            Filters={"FailedEvents": True},
        )
        foretold.answer("cloudformation", "delete_change_set", {})
        tell_status(foretold, "CREATE_COMPLETE")
        with pytest.raises(StackError) as caught:
            prepare(foretold.aws, NAME, "{}", {}, new=True)
        assert str(caught.value) == (
            f"{NAME}: CloudFormation refuses it: Demo1Repository: Resource with identifier 'demo1'"
            " already exists. Next: remove it, or take names of your own by --stack-prefix"
        )
        foretold.all_asked()

    def test_a_refused_parameter_names_the_stack(self, foretold: Foretold) -> None:
        message = "Parameter 'DesiredCount' must be a number"
        foretold.refuse("cloudformation", "create_change_set", "ValidationError", message)
        with pytest.raises(StackError, match=f"{NAME}: .*{message}"):
            prepare(foretold.aws, NAME, "{}", {}, new=True)

    def test_ctrl_c_leaves_nothing_behind(
        self, foretold: Foretold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(_seconds: float) -> None:
            monkeypatch.setattr(time, "sleep", lambda _seconds: None)
            raise KeyboardInterrupt

        monkeypatch.setattr(time, "sleep", interrupt)
        tell_created(foretold)
        tell_described(foretold, "CREATE_IN_PROGRESS")
        foretold.answer("cloudformation", "delete_change_set", {})
        tell_status(foretold, "REVIEW_IN_PROGRESS")
        foretold.answer("cloudformation", "delete_stack", {})
        tell_status(foretold, "DELETE_COMPLETE")
        with pytest.raises(KeyboardInterrupt):
            prepare(foretold.aws, NAME, "{}", {}, new=True)
        foretold.all_asked()


@pytest.mark.parametrize("action", ["replace", "perhaps replace", "remove"])
@pytest.mark.parametrize(
    "kind",
    [
        "AWS::RDS::DBInstance",
        "AWS::SecretsManager::Secret",
        "AWS::ECR::Repository",
        "AWS::Logs::LogGroup",
    ],
)
def test_what_holds_data_is_lost_by_replacing_and_removing(action: str, kind: str) -> None:
    assert Change(action, "It", kind).loss


@pytest.mark.parametrize("action", ["add", "change"])
def test_adding_and_changing_lose_nothing(action: str) -> None:
    assert Change(action, "Database", "AWS::RDS::DBInstance").loss is None


def test_a_stack_that_was_there_before_outlives_its_change_set(foretold: Foretold) -> None:
    tell_created(foretold)
    tell_described(foretold, "CREATE_COMPLETE")
    tell_described(foretold, "CREATE_COMPLETE", Changes=[])
    change_set = prepare(foretold.aws, NAME, "{}", {}, new=False)
    assert change_set is not None
    foretold.answer("cloudformation", "delete_change_set", {})
    tell_status(foretold, "CREATE_COMPLETE")
    discard(foretold.aws, change_set)
    foretold.all_asked()
