"""What CloudFormation answers about a stack, for tests that play it."""

from datetime import UTC, datetime
from typing import Any

from tests.unit.infra.conftest import Foretold

NAME = "ecs-fargate-data"
STACK_ID = f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{NAME}/1"


def event(status: str, logical_id: str = NAME, reason: str = "") -> dict[str, Any]:
    """An event of a resource; without a logical id, of the stack itself."""
    of_stack = logical_id == NAME
    return {
        "StackId": STACK_ID,
        "StackName": NAME,
        "EventId": f"{logical_id}-{status}",
        "Timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": STACK_ID if of_stack else f"{logical_id}-1",
        "ResourceType": "AWS::CloudFormation::Stack" if of_stack else "AWS::RDS::DBInstance",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def tell_events(foretold: Foretold, *events: dict[str, Any]) -> None:
    """CloudFormation tells the newest first."""
    answer = {"StackEvents": list(reversed(events))}
    foretold.answer("cloudformation", "describe_stack_events", answer)


def tell_status(foretold: Foretold, status: str, **more: Any) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    stack = {"StackName": NAME, "StackId": STACK_ID, "StackStatus": status, "CreationTime": now}
    stack |= more
    foretold.answer("cloudformation", "describe_stacks", {"Stacks": [stack]})


def tell_that_it_is_gone(foretold: Foretold) -> None:
    message = f"Stack with id {NAME} does not exist"
    foretold.refuse("cloudformation", "describe_stacks", "ValidationError", message)
