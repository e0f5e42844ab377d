"""CloudFormation stacks: finding, changing and deleting one, and telling what happens to it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from infra.aws import Aws, ClientError, with_next_step
from infra.console import say

# An event of a stack, as CloudFormation gives it.
Event = Mapping[str, Any]

# Stacks that cannot be updated, and have nothing that is in use: they are removed and made again.
UNUSABLE = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})

_EMPTY = "REVIEW_IN_PROGRESS"


class StackError(Exception):
    """A stack is not what was asked for; says the first cause."""


@dataclass(frozen=True)
class Stack:
    """A stack that exists. Its `id` is valid even when it has been deleted."""

    id: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]


def find(aws: Aws, name: str) -> Stack | None:
    """The stack of this name or id; None when there is none."""
    try:
        found = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if found["StackStatus"] == "DELETE_COMPLETE":
        return None
    return Stack(
        found["StackId"],
        found["StackStatus"],
        {p["ParameterKey"]: p["ParameterValue"] for p in found.get("Parameters", [])},
        {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])},
    )


def settled(aws: Aws, name: str) -> Stack | None:
    """The stack once nothing works on it any more, an earlier run for example."""
    stack = find(aws, name)
    if stack and _is_busy(stack):
        say(f"{name}: waiting, it is {stack.status}")
        seen = _last_event(aws, stack.id)
        if _is_busy(find(aws, stack.id)):
            _watch(aws, stack.id, seen)
        stack = find(aws, name)
    return stack


def ready(aws: Aws, name: str) -> Stack | None:
    """The settled stack that a change set can be made for, or that must be removed before.

    One that only holds a change set, REVIEW_IN_PROGRESS, counts as none: nothing is in it.

    Raises:
        StackError: nothing can be changed before a person has done something.
    """
    stack = settled(aws, name)
    if stack and stack.status == "UPDATE_ROLLBACK_FAILED":
        newest = reversed(_events(aws, stack.id, None))
        of_rollback = list(takewhile(lambda e: not _begins_rollback(e), newest))[::-1]
        raise StackError(
            f"{name} can neither go on nor back: {first_cause(of_rollback)}."
            f" Next: mend that, then aws cloudformation continue-update-rollback"
            f" --stack-name {name}, then deploy"
        )
    return stack if stack and stack.status != _EMPTY else None


def execute(aws: Aws, name: str, stack_id: str, change_set_id: str) -> Stack:
    """Make the changes of a change set and show how it goes; the stack as it is then.

    Raises:
        StackError: a change could not be made, and all of them were undone.
    """
    seen = _last_event(aws, stack_id)
    aws.cloudformation.execute_change_set(StackName=stack_id, ChangeSetName=change_set_id)
    events = _watch(aws, stack_id, seen)
    stack = find(aws, stack_id)
    if stack is None or stack.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise StackError(f"{name} failed: {first_cause(events)}")
    return stack


def delete(aws: Aws, name: str, stack: Stack) -> None:
    """Delete the stack and show how it goes.

    Raises:
        StackError: something in it could not be deleted.
    """
    seen = _last_event(aws, stack.id)
    aws.cloudformation.delete_stack(StackName=stack.id)
    events = _watch(aws, stack.id, seen)
    if find(aws, stack.id):
        raise StackError(f"{name} could not be deleted: {first_cause(events)}")


def resources(aws: Aws, name: str) -> list[Mapping[str, Any]]:
    """What the stack of this name or id consists of."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [r for r in found if r["ResourceStatus"] != "DELETE_COMPLETE"]


def first_cause(events: Sequence[Event]) -> str:
    """The failure that the others followed from, and the next step where its words tell."""
    failed = [e for e in events if e.get("ResourceStatus", "").endswith("FAILED")]
    # Resources that CloudFormation stopped because of another one are "cancelled".
    own = [e for e in failed if "cancelled" not in e.get("ResourceStatusReason", "")]
    of_resources = [e for e in own if not _is_of_stack(e)]
    for event in of_resources + own + failed:
        return with_next_step(
            f"{event['LogicalResourceId']} ({event['ResourceType']}) {event['ResourceStatus']}:"
            f" {event.get('ResourceStatusReason', 'no reason given')}"
        )
    return "CloudFormation gives no reason"


def pauses() -> Iterator[None]:
    """Turns of a loop: close together at first, then up to five seconds apart."""
    seconds = 0.2
    while True:
        yield
        time.sleep(seconds)
        seconds = min(1.5 * seconds, 5)


def _is_busy(stack: Stack | None) -> bool:
    status = stack.status if stack else ""
    return status.endswith("_IN_PROGRESS") and status != _EMPTY


def _is_of_stack(event: Event) -> bool:
    return bool(event.get("PhysicalResourceId") == event["StackId"])


def _begins_rollback(event: Event) -> bool:
    return _is_of_stack(event) and event["ResourceStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS"


def _ends(event: Event) -> bool:
    return _is_of_stack(event) and not event["ResourceStatus"].endswith("_IN_PROGRESS")


def _watch(aws: Aws, stack_id: str, seen: str | None) -> list[Event]:
    """Show what happens after the event `seen` until the stack is at rest."""
    events: list[Event] = []
    try:
        for _ in pauses():
            # Asked before the events, so that a stack at rest has told all of them.
            stack = find(aws, stack_id)
            for event in _events(aws, stack_id, seen):
                _show(event)
                events.append(event)
                seen = event["EventId"]
            if stack is None or (events and _ends(events[-1]) and not _is_busy(stack)):
                break
    except KeyboardInterrupt:
        name = stack_id.split("/")[1]
        say(f"\nAWS goes on with {name}, unwatched. The same command watches it again.", "bold")
        raise
    return events


def _show(event: Event) -> None:
    status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
    style = "green" if status.endswith("_COMPLETE") else None
    if "FAILED" in status or "ROLLBACK" in status:
        style = "red"
    clock = event["Timestamp"].astimezone().strftime("%H:%M:%S")
    what = f"{event['LogicalResourceId']}  {event['ResourceType']}  {' '.join(reason.split())}"
    say(f"  {clock}  {status:<19}  {what.rstrip()}", style)


def _last_event(aws: Aws, stack_id: str) -> str | None:
    events = aws.cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    return events[0]["EventId"] if events else None


def _events(aws: Aws, stack_id: str, seen: str | None) -> list[Event]:
    """Events after the one called `seen`, oldest first. CloudFormation gives the newest first."""
    newer: list[Event] = []
    pages = aws.cloudformation.get_paginator("describe_stack_events")
    for page in pages.paginate(StackName=stack_id):
        for event in page["StackEvents"]:
            if event["EventId"] == seen:
                return newer[::-1]
            newer.append(event)
    return newer[::-1]
