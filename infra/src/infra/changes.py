"""What would change: CloudFormation works it out as a change set, and may be told to forget it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from infra.aws import Aws, ClientError, WaiterError, with_next_step
from infra.stacks import StackError, find

# What nobody can make again; that it is lost is shouted.
HOLDS_DATA = {
    "AWS::RDS::DBInstance": "the database",
    "AWS::SecretsManager::Secret": "a secret",
    "AWS::ECR::Repository": "images",
    "AWS::Logs::LogGroup": "logs",
}
# How CloudFormation says that a change set is empty.
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_REPLACED = {"True": "replace", "Conditional": "perhaps replace"}


@dataclass(frozen=True)
class Change:
    """What happens to one resource: add, change, replace, perhaps replace, or remove."""

    action: str
    logical_id: str
    type: str
    details: str = ""

    @property
    def loss(self) -> str | None:
        """What is lost by it and cannot be made again, to be shouted."""
        if self.action in {"add", "change"} or self.type not in HOLDS_DATA:
            return None
        return f"<== {self.action}s {HOLDS_DATA[self.type]}".upper()


@dataclass(frozen=True)
class ChangeSet:
    """Changes that CloudFormation has worked out and not made.

    Its id names it alone, but a role's rights are about the stack: calls name both.
    """

    id: str
    stack_id: str
    changes: tuple[Change, ...] = ()


def prepare(
    aws: Aws, name: str, body: str, parameters: Mapping[str, str], *, new: bool
) -> ChangeSet | None:
    """Have the changes of a new or an existing stack worked out; None when there are none.

    Raises:
        StackError: CloudFormation refuses the template or a parameter.
    """
    try:
        made = aws.cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=f"infra-{uuid4().hex}",
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateBody=body,
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as error:
        if (said := error.response["Error"]).get("Code") != "ValidationError":
            raise
        raise _refusal(name, str(said.get("Message"))) from error
    return _worked_out(aws, name, ChangeSet(made["Id"], made["StackId"]))


def _worked_out(aws: Aws, name: str, change_set: ChangeSet) -> ChangeSet | None:
    which: Any = {"StackName": change_set.stack_id, "ChangeSetName": change_set.id}
    try:
        waiter = aws.cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(**which, WaiterConfig={"Delay": 1, "MaxAttempts": 600})
    except WaiterError as error:
        reason = str(error.last_response.get("StatusReason", error))
        # Early validation does not say what it found, and forgets it with the change set.
        if "DescribeEvents" in reason:
            reason = _findings(aws, change_set) or reason
        discard(aws, change_set)
        if any(words in reason for words in _NO_CHANGES):
            return None
        raise _refusal(name, reason) from error
    except KeyboardInterrupt:
        discard(aws, change_set)
        raise
    pages = aws.cloudformation.get_paginator("describe_change_set").paginate(**which)
    changes = [_change(item["ResourceChange"]) for page in pages for item in page["Changes"]]
    return replace(change_set, changes=tuple(changes))


def _refusal(name: str, reason: str) -> StackError:
    return StackError(with_next_step(f"{name}: CloudFormation refuses it: {reason}"))


def _findings(aws: Aws, change_set: ChangeSet) -> str:
    """What early validation found: a name that is taken, for example."""
    events = aws.cloudformation.get_paginator("describe_events")
    pages = events.paginate(ChangeSetName=change_set.id, Filters={"FailedEvents": True})
    found = [e for page in pages for e in page["OperationEvents"] if "ValidationStatusReason" in e]
    return "; ".join(f"{e['LogicalResourceId']}: {e['ValidationStatusReason']}" for e in found)


def _change(resource: Mapping[str, Any]) -> Change:
    action = resource["Action"].lower()
    if action == "modify":
        action = _REPLACED.get(resource.get("Replacement", ""), "change")
    targets = [detail.get("Target", {}) for detail in resource.get("Details", [])]
    names = {target.get("Name") or target.get("Attribute", "") for target in targets}
    details = ", ".join(sorted(names))
    return Change(action, resource["LogicalResourceId"], resource["ResourceType"], details)


def discard(aws: Aws, change_set: ChangeSet) -> None:
    """Forget a change set, and the empty stack that was made to hold it."""
    aws.cloudformation.delete_change_set(StackName=change_set.stack_id, ChangeSetName=change_set.id)
    stack = find(aws, change_set.stack_id)
    if stack and stack.status == "REVIEW_IN_PROGRESS":
        aws.cloudformation.delete_stack(StackName=stack.id)
        waiter = aws.cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=stack.id, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
