"""What happens to a stack is told as it happens, once, and the first cause of a failure last."""

import time
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from infra import stacks
from infra.stacks import StackError
from tests.unit.infra.conftest import Foretold
from tests.unit.infra.stack_answers import (
    NAME,
    STACK_ID,
    event,
    tell_events,
    tell_status,
    tell_that_it_is_gone,
)

Capture = pytest.CaptureFixture[str]


class TestFind:
    def test_gives_parameters_and_outputs(self, foretold: Foretold) -> None:
        tell_status(
            foretold,
            "CREATE_COMPLETE",
            Parameters=[{"ParameterKey": "Prefix", "ParameterValue": "x"}],
            Outputs=[{"OutputKey": "Port", "OutputValue": "3306"}],
        )
        stack = stacks.find(foretold.aws, NAME)
        assert stack is not None
        assert stack.parameters == {"Prefix": "x"}
        assert stack.outputs == {"Port": "3306"}

    def test_a_stack_that_is_not_there_is_none(self, foretold: Foretold) -> None:
        tell_that_it_is_gone(foretold)
        assert stacks.find(foretold.aws, NAME) is None

    def test_neither_is_one_that_was_deleted(self, foretold: Foretold) -> None:
        tell_status(foretold, "DELETE_COMPLETE")
        assert stacks.find(foretold.aws, STACK_ID) is None

    def test_another_refusal_is_no_absence(self, foretold: Foretold) -> None:
        foretold.refuse("cloudformation", "describe_stacks", "AccessDenied", "no")
        with pytest.raises(ClientError):
            stacks.find(foretold.aws, NAME)


class TestExecute:
    def execute(self, foretold: Foretold) -> stacks.Stack:
        return stacks.execute(foretold.aws, NAME, STACK_ID, "change-set-1")

    def test_shows_each_event_once_and_none_of_before(
        self, foretold: Foretold, capsys: Capture
    ) -> None:
        old = event("UPDATE_COMPLETE", "Old")
        begun = [event("UPDATE_IN_PROGRESS"), event("UPDATE_IN_PROGRESS", "Database")]
        done = [event("UPDATE_COMPLETE", "Database"), event("UPDATE_COMPLETE")]
        tell_events(foretold, old)
        named = {"StackName": STACK_ID, "ChangeSetName": "change-set-1"}
        foretold.answer("cloudformation", "execute_change_set", {}, **named)
        tell_status(foretold, "UPDATE_IN_PROGRESS")
        tell_events(foretold, old, *begun)
        tell_status(foretold, "UPDATE_COMPLETE")
        tell_events(foretold, old, *begun, *done)
        tell_status(foretold, "UPDATE_COMPLETE")
        assert self.execute(foretold).status == "UPDATE_COMPLETE"
        foretold.all_asked()
        said = capsys.readouterr().err
        assert [line.split()[1:3] for line in said.splitlines()] == [
            ["UPDATE_IN_PROGRESS", NAME],
            ["UPDATE_IN_PROGRESS", "Database"],
            ["UPDATE_COMPLETE", "Database"],
            ["UPDATE_COMPLETE", NAME],
        ]

    def test_does_not_take_the_state_of_before_for_the_end(self, foretold: Foretold) -> None:
        tell_events(foretold, event("REVIEW_IN_PROGRESS"))
        foretold.answer("cloudformation", "execute_change_set", {})
        tell_status(foretold, "REVIEW_IN_PROGRESS")
        tell_events(foretold, event("REVIEW_IN_PROGRESS"))
        tell_status(foretold, "CREATE_COMPLETE")
        tell_events(foretold, event("REVIEW_IN_PROGRESS"), event("CREATE_COMPLETE"))
        tell_status(foretold, "CREATE_COMPLETE")
        self.execute(foretold)
        foretold.all_asked()

    def test_sees_the_rollback_through_and_names_the_first_cause(
        self, foretold: Foretold, capsys: Capture
    ) -> None:
        failed = [
            event("CREATE_FAILED", "Database", "The subnet group\n does not exist."),
            event("CREATE_FAILED", "Secret", "Resource creation cancelled"),
            event("CREATE_FAILED", reason="The following resources failed: Database, Secret"),
        ]
        tell_events(foretold)
        foretold.answer("cloudformation", "execute_change_set", {})
        tell_status(foretold, "ROLLBACK_IN_PROGRESS")
        tell_events(foretold, *failed)
        tell_status(foretold, "ROLLBACK_COMPLETE")
        tell_events(foretold, *failed, event("ROLLBACK_COMPLETE"))
        tell_status(foretold, "ROLLBACK_COMPLETE")
        with pytest.raises(StackError) as caught:
            self.execute(foretold)
        assert str(caught.value) == (
            f"{NAME} failed: Database (AWS::RDS::DBInstance) CREATE_FAILED:"
            " The subnet group does not exist"
        )
        assert "ROLLBACK_COMPLETE" in capsys.readouterr().err

    def test_ctrl_c_leaves_aws_at_work_and_says_so(
        self, foretold: Foretold, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        def interrupt(_seconds: float) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(time, "sleep", interrupt)
        tell_events(foretold)
        foretold.answer("cloudformation", "execute_change_set", {})
        tell_status(foretold, "CREATE_IN_PROGRESS")
        tell_events(foretold, event("CREATE_IN_PROGRESS"))
        with pytest.raises(KeyboardInterrupt):
            self.execute(foretold)
        assert f"AWS goes on with {NAME}" in capsys.readouterr().err


class TestSettled:
    def test_waits_for_what_an_earlier_run_began(self, foretold: Foretold, capsys: Capture) -> None:
        begun = event("CREATE_IN_PROGRESS")
        tell_status(foretold, "CREATE_IN_PROGRESS")
        tell_events(foretold, begun)
        tell_status(foretold, "CREATE_IN_PROGRESS")
        tell_status(foretold, "CREATE_COMPLETE")
        tell_events(foretold, begun, event("CREATE_COMPLETE"))
        tell_status(foretold, "CREATE_COMPLETE")
        stack = stacks.settled(foretold.aws, NAME)
        assert stack is not None
        assert stack.status == "CREATE_COMPLETE"
        foretold.all_asked()
        assert f"{NAME}: waiting, it is CREATE_IN_PROGRESS" in capsys.readouterr().err

    def test_does_not_wait_when_it_ended_in_the_meantime(self, foretold: Foretold) -> None:
        tell_status(foretold, "CREATE_IN_PROGRESS")
        tell_events(foretold, event("CREATE_COMPLETE"))
        tell_status(foretold, "CREATE_COMPLETE")
        tell_status(foretold, "CREATE_COMPLETE")
        assert stacks.settled(foretold.aws, NAME) is not None


class TestReady:
    def test_a_stack_that_only_holds_a_change_set_counts_as_none(self, foretold: Foretold) -> None:
        tell_status(foretold, "REVIEW_IN_PROGRESS")
        assert stacks.ready(foretold.aws, NAME) is None
        foretold.all_asked()

    def test_a_rollback_that_failed_needs_a_person_who_is_told_what_to_do(
        self, foretold: Foretold
    ) -> None:
        tell_status(foretold, "UPDATE_ROLLBACK_FAILED")
        tell_events(
            foretold,
            event("UPDATE_FAILED", "Service", "an older trouble"),
            event("UPDATE_ROLLBACK_IN_PROGRESS"),
            event("UPDATE_FAILED", "Database", "Storage is full"),
        )
        with pytest.raises(StackError) as caught:
            stacks.ready(foretold.aws, NAME)
        assert "Storage is full" in str(caught.value)
        assert f"continue-update-rollback --stack-name {NAME}" in str(caught.value)


class TestDelete:
    STACK = stacks.Stack(STACK_ID, "CREATE_COMPLETE", {}, {})

    def test_waits_until_it_is_gone(self, foretold: Foretold) -> None:
        tell_events(foretold, event("CREATE_COMPLETE"))
        foretold.answer("cloudformation", "delete_stack", {}, StackName=STACK_ID)
        tell_status(foretold, "DELETE_IN_PROGRESS")
        tell_events(foretold, event("CREATE_COMPLETE"), event("DELETE_IN_PROGRESS"))
        tell_status(foretold, "DELETE_COMPLETE")
        tell_events(foretold, event("DELETE_IN_PROGRESS"), event("DELETE_COMPLETE"))
        tell_status(foretold, "DELETE_COMPLETE")
        stacks.delete(foretold.aws, NAME, self.STACK)
        foretold.all_asked()

    def test_says_what_could_not_be_deleted(self, foretold: Foretold) -> None:
        tell_events(foretold)
        foretold.answer("cloudformation", "delete_stack", {})
        tell_status(foretold, "DELETE_FAILED")
        failed = event("DELETE_FAILED", "Database", "please disable deletion protection")
        tell_events(foretold, failed, event("DELETE_FAILED"))
        tell_status(foretold, "DELETE_FAILED")
        with pytest.raises(
            StackError, match=r"Database .* DELETE_FAILED: please disable"
        ) as caught:
            stacks.delete(foretold.aws, NAME, self.STACK)
        assert "Next: python -m infra destroy" in str(caught.value)


def test_resources_are_those_that_are_there(foretold: Foretold) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    there, gone = (
        {
            "LogicalResourceId": name,
            "ResourceType": "AWS::EC2::VPC",
            "ResourceStatus": status,
            "LastUpdatedTimestamp": now,
        }
        for name, status in (("Vpc", "CREATE_COMPLETE"), ("Old", "DELETE_COMPLETE"))
    )
    answer = {"StackResourceSummaries": [there, gone]}
    foretold.answer("cloudformation", "list_stack_resources", answer)
    assert [r["LogicalResourceId"] for r in stacks.resources(foretold.aws, NAME)] == ["Vpc"]
