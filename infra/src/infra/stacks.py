"""One CloudFormation stack: what a change set would change, and watching it until it is done."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from infra import aws as amazon
from infra.console import say

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        StackEventTypeDef,
        StackResourceSummaryTypeDef,
    )

    from infra.aws import Aws

# Stacks that cannot be updated, and have nothing that is in use: they are removed and made again.
UNUSABLE = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
# What nobody can make again; that it is lost is shouted.
HOLDS_DATA = {
    "AWS::RDS::DBInstance": "the database",
    "AWS::SecretsManager::Secret": "a secret",
    "AWS::ECR::Repository": "images",
    "AWS::Logs::LogGroup": "logs",
}
# How CloudFormation says that a change set is empty.
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


class StackError(Exception):
    """A stack is not what was asked for; says the first cause."""


@dataclass(frozen=True)
class Stack:
    """A stack that exists. Its `id` is valid even when it has been deleted."""

    id: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """What happens to one resource: add, change, replace, perhaps replace, or remove."""

    action: str
    logical_id: str
    type: str
    details: str = ""

    @property
    def loss(self) -> str | None:
        """What is lost by it and cannot be made again."""
        return None if self.action in {"add", "change"} else HOLDS_DATA.get(self.type)


@dataclass(frozen=True)
class ChangeSet:
    """Changes that CloudFormation has worked out and not made."""

    id: str
    stack_id: str
    changes: tuple[Change, ...] = ()


def find(aws: "Aws", name: str) -> Stack | None:
    """The stack of this name or id; None when there is none."""
    try:
        found = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except amazon.ClientError as error:
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


def settled(aws: "Aws", name: str) -> Stack | None:
    """The stack once nothing works on it any more, an earlier run for example.

    Raises:
        StackError: nothing can be done with it before a person has done something.
    """
    stack = find(aws, name)
    if stack and _is_busy(stack):
        say(f"{name}: waiting, it is {stack.status}")
        seen = _last_event(aws, stack.id)
        if _is_busy(find(aws, stack.id)):
            _watch(aws, stack.id, seen)
        stack = find(aws, name)
    if stack and stack.status == "UPDATE_ROLLBACK_FAILED":
        raise StackError(
            f"{name} can neither go on nor back: {first_cause(_events(aws, stack.id, None))}."
            f" Next: mend that, then aws cloudformation continue-update-rollback"
            f" --stack-name {name}, then deploy"
        )
    return stack


def prepare(
    aws: "Aws", name: str, stack: Stack | None, body: str, parameters: Mapping[str, str]
) -> ChangeSet | None:
    """Have CloudFormation work out what would change; None when nothing would.

    Raises:
        StackError: it refuses the template or a parameter.
    """
    new = stack is None or stack.status == "REVIEW_IN_PROGRESS"
    try:
        made = aws.cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=f"infra-{uuid4().hex}",
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateBody=body,
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
    except amazon.ClientError as error:
        if error.response["Error"].get("Code") != "ValidationError":
            raise
        message = error.response["Error"].get("Message", "")
        raise StackError(f"{name}: CloudFormation refuses it: {message}") from error
    change_set = ChangeSet(made["Id"], made["StackId"])
    try:
        return _worked_out(aws, name, change_set)
    except (KeyboardInterrupt, StackError):
        discard(aws, change_set)
        raise


def _worked_out(aws: "Aws", name: str, change_set: ChangeSet) -> ChangeSet | None:
    changes: list[Change] = []
    pages = aws.cloudformation.get_paginator("describe_change_set")
    for _ in pauses():
        described = list(pages.paginate(ChangeSetName=change_set.id))
        if described[0]["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            break
    reason = described[0].get("StatusReason", "")
    if any(words in reason for words in _NO_CHANGES):
        discard(aws, change_set)
        return None
    if described[0]["Status"] == "FAILED":
        raise StackError(f"{name}: CloudFormation refuses it: {reason}")
    for page in described:
        changes += map(_change, page["Changes"])
    return ChangeSet(change_set.id, change_set.stack_id, tuple(changes))


def _change(item: "ChangeTypeDef") -> Change:
    resource = item["ResourceChange"]
    replaced = {"True": "replace", "Conditional": "perhaps replace"}
    action = {"Add": "add", "Remove": "remove"}.get(resource["Action"]) or replaced.get(
        resource.get("Replacement", ""), "change"
    )
    targets = [detail.get("Target", {}) for detail in resource.get("Details", [])]
    names = {target.get("Name") or target.get("Attribute", "") for target in targets}
    details = ", ".join(sorted(names))
    return Change(action, resource["LogicalResourceId"], resource["ResourceType"], details)


def discard(aws: "Aws", change_set: ChangeSet) -> None:
    """Forget a change set, and the empty stack that was made to hold it."""
    aws.cloudformation.delete_change_set(ChangeSetName=change_set.id)
    stack = find(aws, change_set.stack_id)
    if stack and stack.status == "REVIEW_IN_PROGRESS":
        aws.cloudformation.delete_stack(StackName=stack.id)
        for _ in pauses():
            if find(aws, stack.id) is None:
                break


def execute(aws: "Aws", name: str, change_set: ChangeSet) -> Stack:
    """Make the changes and show how it goes; the stack as it is then.

    Raises:
        StackError: a change could not be made, and all of them were undone.
    """
    seen = _last_event(aws, change_set.stack_id)
    aws.cloudformation.execute_change_set(ChangeSetName=change_set.id)
    events = _watch(aws, change_set.stack_id, seen)
    stack = find(aws, change_set.stack_id)
    if stack is None or stack.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise StackError(f"{name} failed: {first_cause(events)}")
    return stack


def delete(aws: "Aws", name: str, stack: Stack) -> None:
    """Delete the stack and show how it goes.

    Raises:
        StackError: something in it could not be deleted.
    """
    seen = _last_event(aws, stack.id)
    aws.cloudformation.delete_stack(StackName=stack.id)
    events = _watch(aws, stack.id, seen)
    if find(aws, stack.id):
        raise StackError(f"{name} could not be deleted: {first_cause(events)}")


def resources(aws: "Aws", name: str) -> "list[StackResourceSummaryTypeDef]":
    """What the stack of this name or id consists of."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [r for r in found if r["ResourceStatus"] != "DELETE_COMPLETE"]


def first_cause(events: "Sequence[StackEventTypeDef]") -> str:
    """The failure that the others followed from, and the next step where its words tell."""
    failed = [e for e in events if e.get("ResourceStatus", "").endswith("FAILED")]
    # Resources that CloudFormation stopped because of another one are "cancelled".
    own = [e for e in failed if "cancelled" not in e.get("ResourceStatusReason", "")]
    of_resources = [e for e in own if not _is_of_stack(e)]
    for event in of_resources + own + failed:
        return amazon.with_next_step(
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
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"


def _is_of_stack(event: "StackEventTypeDef") -> bool:
    return event.get("PhysicalResourceId") == event["StackId"]


def _ends(event: "StackEventTypeDef") -> bool:
    return _is_of_stack(event) and not event["ResourceStatus"].endswith("_IN_PROGRESS")


def _watch(aws: "Aws", stack_id: str, seen: str | None) -> "list[StackEventTypeDef]":
    """Show what happens after the event `seen` until the stack is at rest."""
    events: list[StackEventTypeDef] = []
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


def _show(event: "StackEventTypeDef") -> None:
    status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
    style = "green" if status.endswith("_COMPLETE") else None
    if "FAILED" in status or "ROLLBACK" in status:
        style = "red"
    clock = event["Timestamp"].astimezone().strftime("%H:%M:%S")
    what = f"{event['LogicalResourceId']}  {event['ResourceType']}  {' '.join(reason.split())}"
    say(f"  {clock}  {status:<19}  {what.rstrip()}", style)


def _last_event(aws: "Aws", stack_id: str) -> str | None:
    events = aws.cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    return events[0]["EventId"] if events else None


def _events(aws: "Aws", stack_id: str, seen: str | None) -> "list[StackEventTypeDef]":
    """Events after the one called `seen`, oldest first. CloudFormation gives the newest first."""
    newer: list[StackEventTypeDef] = []
    pages = aws.cloudformation.get_paginator("describe_stack_events")
    for page in pages.paginate(StackName=stack_id):
        for event in page["StackEvents"]:
            if event["EventId"] == seen:
                return newer[::-1]
            newer.append(event)
    return newer[::-1]
