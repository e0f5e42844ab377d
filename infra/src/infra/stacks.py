"""One CloudFormation stack: what it is, what a change set would change, and watching it until it is done."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from infra import aws as amazon
from infra.console import say

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import ChangeTypeDef, StackEventTypeDef

    from infra.aws import Aws

# Nothing of these stacks can be updated: they are removed and made again.
UNUSABLE = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
# What nobody can make again: losing one of these is shouted.
HOLDS_DATA = {
    "AWS::RDS::DBInstance": "the database",
    "AWS::SecretsManager::Secret": "a secret",
    "AWS::ECR::Repository": "images",
    "AWS::Logs::LogGroup": "logs",
}
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_LONGEST_PAUSE = 5.0


class StackError(Exception):
    """A stack that is not what was asked for; says the first cause."""


@dataclass(frozen=True)
class Stack:
    """A stack that exists. `id` stays valid after it was deleted."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """What a change set would do to one resource: add, change, replace, 'may replace', remove."""

    action: str
    logical_id: str
    type: str
    properties: tuple[str, ...] = ()

    @property
    def loses(self) -> str | None:
        """What would be lost that nobody can make again."""
        lost = self.action in {"replace", "may replace", "remove"}
        return HOLDS_DATA.get(self.type) if lost else None


@dataclass(frozen=True)
class Resource:
    """One resource of a stack that exists."""

    logical_id: str
    type: str
    physical_id: str

    @property
    def removal(self) -> Change:
        return Change("remove", self.logical_id, self.type)


@dataclass(frozen=True)
class ChangeSet:
    """Changes that CloudFormation worked out and holds ready."""

    id: str
    stack_id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Event:
    """One line of a stack's history."""

    id: str
    time: datetime
    status: str
    logical_id: str
    type: str
    reason: str
    of_stack: bool

    @property
    def may_end(self) -> bool:
        """The stack may be at rest after this event; a CREATE_FAILED may have a rollback after it."""
        return self.of_stack and not self.status.endswith("_IN_PROGRESS")


def find(aws: "Aws", name: str) -> Stack | None:
    """The stack of this name, None when there is none."""
    try:
        found = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except amazon.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if found["StackStatus"] == "DELETE_COMPLETE":
        return None
    return Stack(
        found["StackName"],
        found.get("StackId", ""),
        found["StackStatus"],
        found.get("StackStatusReason", ""),
        {p["ParameterKey"]: p.get("ParameterValue", "") for p in found.get("Parameters", [])},
        {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])},
    )


def settled(aws: "Aws", name: str) -> Stack | None:
    """The stack when nothing works on it any more: waits for whatever is in progress.

    Raises:
        StackError: it needs a person first.
    """
    stack = find(aws, name)
    if stack and _in_progress(stack):
        say(f"{name}: {stack.status}, waiting for it")
        seen = _last_event(aws, stack.id)
        if _in_progress(find(aws, name)):
            _watch(aws, name, stack.id, seen)
        stack = find(aws, name)
    if stack and stack.status == "UPDATE_ROLLBACK_FAILED":
        cause = first_cause(_events_after(aws, stack.id, None)) or stack.reason
        raise StackError(
            f"{name} could not go back to what it was: {cause}. Next: mend the cause, then run "
            f"aws cloudformation continue-update-rollback --stack-name {name}, then deploy again"
        )
    return stack


def _in_progress(stack: Stack | None) -> bool:
    if stack is None:
        return False
    return stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS"


def prepare(
    aws: "Aws", name: str, stack: Stack | None, body: str, parameters: Mapping[str, str]
) -> ChangeSet | None:
    """A change set that makes the stack, or changes the one there is; None when nothing would change.

    Raises:
        StackError: CloudFormation refuses the template or its parameters.
    """
    new = stack is None or stack.status == "REVIEW_IN_PROGRESS"
    client = aws.cloudformation
    try:
        made = client.create_change_set(
            StackName=name,
            ChangeSetName=f"infra-{uuid4().hex[:12]}",
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateBody=body,
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
    except amazon.ClientError as error:
        if (problem := error.response["Error"]).get("Code") != "ValidationError":
            raise
        raise StackError(f"{name}: CloudFormation refuses it: {problem.get('Message')}") from error
    pauses = _Pauses()
    changes: list[Change] = []
    while True:
        described = client.describe_change_set(ChangeSetName=made["Id"])
        if described["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            break
        pauses.wait()
    if described["Status"] == "FAILED":
        discard(aws, ChangeSet(made["Id"], made["StackId"], ()))
        reason = described.get("StatusReason", "")
        if any(words in reason for words in _NO_CHANGES):
            return None
        raise StackError(f"{name}: CloudFormation refuses the change: {reason}")
    for page in client.get_paginator("describe_change_set").paginate(ChangeSetName=made["Id"]):
        changes += map(_change, page["Changes"])
    return ChangeSet(made["Id"], made["StackId"], tuple(changes))


def _change(item: "ChangeTypeDef") -> Change:
    resource = item["ResourceChange"]
    action = {"Add": "add", "Remove": "remove"}.get(resource["Action"], "change")
    if action == "change":
        replaced = {"True": "replace", "Conditional": "may replace"}
        action = replaced.get(resource.get("Replacement", "False"), "change")
    targets = [detail.get("Target", {}) for detail in resource.get("Details", [])]
    names = {target.get("Name") or target.get("Attribute", "") for target in targets}
    return Change(
        action, resource["LogicalResourceId"], resource["ResourceType"], tuple(sorted(names - {""}))
    )


def discard(aws: "Aws", change_set: ChangeSet) -> None:
    """Forget a change set, and the empty stack that was only made to hold it."""
    aws.cloudformation.delete_change_set(ChangeSetName=change_set.id)
    stack = find(aws, change_set.stack_id)
    if stack and stack.status == "REVIEW_IN_PROGRESS":
        aws.cloudformation.delete_stack(StackName=change_set.stack_id)
        pauses = _Pauses()
        while find(aws, change_set.stack_id):
            pauses.wait()


def execute(aws: "Aws", name: str, change_set: ChangeSet) -> Stack:
    """Make the changes, show each event as it happens; the stack when it is done.

    Raises:
        StackError: CloudFormation undid the changes; says the first cause.
    """
    seen = _last_event(aws, change_set.stack_id)
    aws.cloudformation.execute_change_set(ChangeSetName=change_set.id)
    events = _watch(aws, name, change_set.stack_id, seen)
    stack = find(aws, change_set.stack_id)
    if stack is None or stack.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise StackError(f"{name} failed: {first_cause(events)}")
    return stack


def delete(aws: "Aws", name: str, stack: Stack) -> None:
    """Delete the stack, show each event as it happens.

    Raises:
        StackError: something could not be deleted; says what and why.
    """
    seen = _last_event(aws, stack.id)
    aws.cloudformation.delete_stack(StackName=stack.id)
    events = _watch(aws, name, stack.id, seen)
    if events[-1].status != "DELETE_COMPLETE":
        raise StackError(f"{name} could not be deleted: {first_cause(events)}")


def resources(aws: "Aws", name: str) -> list[Resource]:
    """What the stack consists of."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    found = [summary for page in pages for summary in page["StackResourceSummaries"]]
    return [
        Resource(r["LogicalResourceId"], r["ResourceType"], r.get("PhysicalResourceId", ""))
        for r in found
        if r["ResourceStatus"] != "DELETE_COMPLETE"
    ]


def first_cause(events: Iterable[Event]) -> str:
    """The failure that all others followed from, in one line, with the next step where it is known."""
    failed = [event for event in events if event.status.endswith("FAILED")]
    own = [e for e in failed if not e.of_stack and "cancelled" not in e.reason]
    if not own + failed:
        return "its events name no cause"
    event = (own + failed)[0]
    reason = " ".join(event.reason.split()).rstrip(".")
    line = f"{event.logical_id} ({event.type}) {event.status}: {reason}"
    step = amazon.next_step(reason)
    return f"{line}. Next: {step}" if step else line


def _watch(aws: "Aws", name: str, stack_id: str, seen: str | None) -> list[Event]:
    """Show what happens after the event `seen`, until the stack is at rest."""
    events: list[Event] = []
    pauses = _Pauses()
    try:
        while True:
            for event in _events_after(aws, stack_id, seen):
                events.append(event)
                seen = event.id
                _show(event)
                pauses = _Pauses()
            if events and events[-1].may_end and not _in_progress(find(aws, stack_id)):
                return events
            pauses.wait()
    except KeyboardInterrupt:
        say(f"\nAWS goes on with {name} without being watched; deploy watches it again")
        raise


def _show(event: Event) -> None:
    style = "red" if "FAILED" in event.status or "ROLLBACK" in event.status else None
    if event.status.endswith("_COMPLETE") and not style:
        style = "green"
    clock = event.time.astimezone().strftime("%H:%M:%S")
    reason = f"  {' '.join(event.reason.split())}" if event.reason else ""
    say(f"  {clock}  {event.status:<28}{event.logical_id}  {event.type}{reason}", style)


def _last_event(aws: "Aws", stack_id: str) -> str | None:
    events = aws.cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    return events[0]["EventId"] if events else None


def _events_after(aws: "Aws", stack_id: str, seen: str | None) -> list[Event]:
    """Events that are newer than `seen`, oldest first. CloudFormation tells the newest first."""
    newer: list[Event] = []
    paginator = aws.cloudformation.get_paginator("describe_stack_events")
    for page in paginator.paginate(StackName=stack_id):
        for event in page["StackEvents"]:
            if event["EventId"] == seen:
                return newer[::-1]
            newer.append(_event(event))
    return newer[::-1]


def _event(event: "StackEventTypeDef") -> Event:
    return Event(
        event["EventId"],
        event["Timestamp"],
        event.get("ResourceStatus", ""),
        event.get("LogicalResourceId", ""),
        event.get("ResourceType", ""),
        event.get("ResourceStatusReason", ""),
        of_stack=event.get("PhysicalResourceId") == event["StackId"],
    )


class _Pauses:
    """Waits that grow, so that quick things are noticed soon and slow ones asked about seldom."""

    def __init__(self) -> None:
        self._seconds = 0.2

    def wait(self) -> None:
        time.sleep(self._seconds)
        self._seconds = min(self._seconds * 1.5, _LONGEST_PAUSE)
