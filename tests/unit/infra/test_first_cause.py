"""Of all failures of a stack, the one that the others followed from is told."""

from infra import stacks
from tests.unit.infra.stack_answers import event


class TestFirstCause:
    def test_is_a_resource_that_failed_by_itself_whatever_was_told_first(self) -> None:
        events = [
            event("CREATE_FAILED", reason="The following resources failed: Secret, Database"),
            event("CREATE_FAILED", "Secret", "Resource creation cancelled"),
            event("CREATE_FAILED", "Database", "No space"),
            event("CREATE_FAILED", "Alarm", "No metric"),
        ]
        assert stacks.first_cause(events).startswith("Database ")

    def test_a_stack_that_fails_by_itself_is_its_own_cause(self) -> None:
        events = [event("CREATE_FAILED", reason="An output has no value")]
        assert stacks.first_cause(events).endswith("CREATE_FAILED: An output has no value")

    def test_the_next_step_is_told_where_the_reason_tells_it(self) -> None:
        events = [event("CREATE_FAILED", "Nat", "The maximum number of addresses is reached")]
        assert "Next: ask for more in the Service Quotas console" in stacks.first_cause(events)

    def test_without_a_failure_there_is_no_cause(self) -> None:
        assert "no reason" in stacks.first_cause([event("CREATE_COMPLETE")])
