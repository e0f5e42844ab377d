"""What ECS runs: migrations, which end; services, their logs, and their way back to a revision."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from infra.aws import Aws, with_next_step
from infra.console import say
from infra.stacks import pauses

# How much of a log is shown at first.
_LINES = 100
_SECONDS = 3600
# How much later than others a line may arrive and still be shown.
_LATENESS_SECONDS = 60
# How ECS says that a task ended by itself.
_OWN = {"TaskFailedToStart", "EssentialContainerExited"}


class TaskError(Exception):
    """A task or a service did not do what was asked; says why."""


def service(aws: Aws, cluster: str, arn: str) -> Mapping[str, Any]:
    """The service as ECS has it now.

    Raises:
        TaskError: it has been deleted, though its stack is there.
    """
    for found in aws.ecs.describe_services(cluster=cluster, services=[arn])["services"]:
        if found["status"] == "ACTIVE":
            return found
    raise TaskError(f"the service {_name(arn)} is gone, not its stack. Next: delete that, deploy")


def migrate(aws: Aws, name: str, values: Mapping[str, str]) -> None:
    """Run the migration of the service `name`, show what it prints, and wait for its end.

    `values` are outputs: the cluster, the network, the migration's task definition and log group.

    Raises:
        TaskError: it did not start, or did not end with 0.
    """
    cluster = values["ClusterName"]
    network: Any = {
        "subnets": values["PrivateSubnetIds"].replace(" ", "").split(","),
        "securityGroups": [values["TaskSecurityGroupId"]],
        "assignPublicIp": "DISABLED",
    }
    started = aws.ecs.run_task(
        cluster=cluster,
        taskDefinition=values["MigrationTaskDefinitionArn"],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )
    if not started["tasks"]:
        reasons = [failure.get("reason", "no reason given") for failure in started["failures"]]
        raise TaskError(with_next_step(f"migration of {name} did not start: {reasons}"))
    task: Mapping[str, Any] = started["tasks"][0]
    say(f"{name}: migration runs as task {_name(task['taskArn'])}", "bold")
    try:
        task = _watched(aws, cluster, task, values["MigrationLogGroupName"])
    except KeyboardInterrupt:
        say(f"\nThe migration of {name} goes on, unwatched.", "bold")
        raise
    if task["containers"][0].get("exitCode") != 0:
        raise TaskError(with_next_step(f"migration of {name} {_end(task)}"))
    say(f"{name}: schema is up to date", "green")


def _end(task: Mapping[str, Any]) -> str:
    """How a task ended that should not have."""
    container = task["containers"][0]
    code = container.get("exitCode")
    ended = "did not start" if code is None else f"ended with {code}"
    return f"{ended}: {container.get('reason') or task.get('stoppedReason') or 'no reason given'}"


def last_failure(aws: Aws, cluster: str, family: str) -> str:
    """Why the last task of a task definition failed, as a sentence to add; maybe nothing.

    A service that fails says in CloudFormation only that it did. ECS tells for an hour.
    """
    arns = aws.ecs.list_tasks(cluster=cluster, family=family, desiredStatus="STOPPED")["taskArns"]
    stopped = aws.ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    # Others were stopped because a deployment or the autoscaling had no more use for them.
    failed = [t for t in stopped if t.get("stopCode") in _OWN or "failed" in t["stoppedReason"]]
    if not failed:
        return ""
    last = max(failed, key=lambda task: task["stoppedAt"])
    return f". Its last task {with_next_step(_end(last))}"


def _watched(aws: Aws, cluster: str, task: Mapping[str, Any], group: str) -> Mapping[str, Any]:
    """Show the task's states and lines until it has stopped."""
    arn = task["taskArn"]
    lines = _new_lines(aws, group, time.time() - 60, f"migration/migration/{_name(arn)}")
    shown = ""
    for _ in pauses():
        # A task that was started just now may be missing for a moment.
        task = next(iter(aws.ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]), task)
        if (status := task["lastStatus"]) != shown:
            say(f"  {status}", "dim")
        for line in next(lines):
            say(f"  {line['message'].rstrip()}")
        # One turn more than needed: lines arrive later than states.
        if status == shown == "STOPPED":
            break
        shown = status
    return task


def logs(aws: Aws, group: str, *, follow: bool) -> Iterator[str]:
    """The newest lines of the last hour, oldest first; with `follow` also those to come."""
    lines = _new_lines(aws, group, time.time() - _SECONDS)
    yield from map(_text, next(lines)[-_LINES:])
    while follow:
        time.sleep(2)
        yield from map(_text, next(lines))


def _text(line: Mapping[str, Any]) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(line["timestamp"] / 1000))
    return f"{clock} {_name(line['logStreamName'])[:8]} {line['message'].rstrip()}"


def _new_lines(
    aws: Aws, group: str, since: float, stream: str = ""
) -> Iterator[list[Mapping[str, Any]]]:
    """Each turn: the lines that came since the turn before."""
    seen: set[str] = set()
    pages = aws.logs.get_paginator("filter_log_events")
    where: Any = {"logStreamNamePrefix": stream} if stream else {}
    while True:
        new: list[Mapping[str, Any]] = []
        for page in pages.paginate(logGroupName=group, startTime=int(since * 1000), **where):
            new += [line for line in page["events"] if line["eventId"] not in seen]
        seen |= {line["eventId"] for line in new}
        since = max([since, *(line["timestamp"] / 1000 - _LATENESS_SECONDS for line in new)])
        yield new


def rollback(aws: Aws, cluster: str, arn: str) -> None:
    """Let the service run the revision before its present one, and wait until it does.

    Raises:
        TaskError: there is no revision before it, or ECS gave up.
    """
    current = _name(service(aws, cluster, arn)["taskDefinition"])
    family, _, revision = current.partition(":")
    earlier = [r for r in revisions(aws, family) if r < int(revision)]
    if not earlier:
        raise TaskError(f"there is no task definition before {current} to go back to")
    previous = f"{family}:{max(earlier)}"
    say(f"{_name(arn)}: from {current} back to {previous}", "bold")
    aws.ecs.update_service(cluster=cluster, service=arn, taskDefinition=previous)
    shown = ""
    for _ in pauses():
        deployments = service(aws, cluster, arn)["deployments"]
        newest = next(d for d in deployments if d["status"] == "PRIMARY")
        if not shown and _name(newest["taskDefinition"]) == current:
            continue  # ECS may tell for a moment how it was before
        line = f"  {newest['runningCount']} of {newest['desiredCount']} tasks run {previous}"
        if line != shown:
            say(line)
        shown = line
        if newest.get("rolloutState") == "FAILED" or _name(newest["taskDefinition"]) != previous:
            why = newest.get("rolloutStateReason", "another deployment took its place")
            raise TaskError(with_next_step(f"ECS gave up: {why}"))
        if len(deployments) == 1 and newest["runningCount"] >= newest["desiredCount"]:
            break


def revisions(aws: Aws, family: str) -> list[int]:
    """The revisions of a task definition that can be run."""
    definitions = aws.ecs.get_paginator("list_task_definitions")
    pages = definitions.paginate(familyPrefix=family, status="ACTIVE")
    arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
    return [int(arn.rpartition(":")[2]) for arn in arns]


def forget(aws: Aws, family: str) -> None:
    """Deregister what is left of a task definition, so that no later rollback finds it."""
    for revision in revisions(aws, family):
        aws.ecs.deregister_task_definition(taskDefinition=f"{family}:{revision}")


def _name(arn: str) -> str:
    """The last part of an ARN."""
    return arn.rpartition("/")[2]
