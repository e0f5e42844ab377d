"""What ECS runs: one-off migrations, the services' logs, and going back to the previous task definition."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from infra import aws as amazon
from infra.console import say

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef

    from infra.aws import Aws

_PAUSE_SECONDS = 2
_LINES = 100
_LOOK_BACK_SECONDS = 3600


class TaskError(Exception):
    """A task or service that did not do what was asked; says why."""


def service(aws: "Aws", cluster: str, arn: str) -> "ServiceTypeDef | None":
    """The service as ECS has it now; None when it is not there or on its way out."""
    found = aws.ecs.describe_services(cluster=cluster, services=[arn])["services"]
    return next((s for s in found if s["status"] == "ACTIVE"), None)


def migrate(aws: "Aws", name: str, outputs: Mapping[str, str]) -> None:
    """Run the migration of the service `name` once, show what it prints, wait for its end.

    Raises:
        TaskError: it did not start, or did not end with 0.
    """
    definition, cluster = outputs["MigrationTaskDefinitionArn"], outputs["ClusterName"]
    started = aws.ecs.run_task(
        cluster=cluster,
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": outputs["PrivateSubnetIds"].split(","),
                "securityGroups": [outputs["TaskSecurityGroupId"]],
                "assignPublicIp": "DISABLED",
            }
        },
    )
    if not started["tasks"]:
        reasons = "; ".join(f.get("reason", "?") for f in started.get("failures", []))
        raise TaskError(f"migration of {name} could not start: {reasons}")
    task = started["tasks"][0]
    say(f"{name}: migration runs as task {task['taskArn'].rsplit('/', 1)[-1]}")
    lines = _task_log(aws, outputs["MigrationLogGroupName"], task)
    status = ""
    try:
        while True:
            task = aws.ecs.describe_tasks(cluster=cluster, tasks=[task["taskArn"]])["tasks"][0]
            if task["lastStatus"] != status:
                status = task["lastStatus"]
                say(f"  {status}", "dim")
            for line in lines():
                say(f"  {line}")
            if status == "STOPPED":
                break
            time.sleep(_PAUSE_SECONDS)
    except KeyboardInterrupt:
        say(f"\nthe migration of {name} goes on without being watched")
        raise
    container = task["containers"][0]
    if container.get("exitCode") != 0:
        code = container.get("exitCode")
        ended = "did not start" if code is None else f"ended with {code}"
        why = container.get("reason") or task.get("stoppedReason") or "no reason given"
        raise TaskError(f"migration of {name} {ended}: {' '.join(why.split())}")
    say(f"{name}: schema is up to date", "green")


def _task_log(aws: "Aws", group: str, task: "TaskTypeDef") -> Callable[[], Iterator[str]]:
    """Each call: the lines that the task has printed since the last one."""
    stream = f"migration/migration/{task['taskArn'].rsplit('/', 1)[-1]}"
    place: dict[str, str] = {}

    def lines() -> Iterator[str]:
        while True:
            try:
                page = aws.logs.get_log_events(
                    logGroupName=group,
                    logStreamName=stream,
                    startFromHead=True,
                    **place,  # type: ignore[arg-type]  # nextToken, once there is one
                )
            except amazon.ClientError as error:
                if error.response["Error"].get("Code") == "ResourceNotFoundException":
                    return  # it has printed nothing yet
                raise
            yield from (event["message"].rstrip() for event in page["events"])
            # At the end of a stream AWS gives the token that it was given.
            if place.get("nextToken") == page["nextForwardToken"] or not page["events"]:
                return
            place["nextToken"] = page["nextForwardToken"]

    return lines


def logs(aws: "Aws", group: str, *, follow: bool) -> Iterator[str]:
    """The newest lines of a service's log group, oldest first; with `follow` without an end."""
    start = int((time.time() - _LOOK_BACK_SECONDS) * 1000)
    seen: set[str] = set()
    newest: deque[str] = deque(maxlen=_LINES)
    pages = aws.logs.get_paginator("filter_log_events")
    first = True
    while first or follow:
        fresh = [
            event
            for page in pages.paginate(logGroupName=group, startTime=start)
            for event in page["events"]
            if event["eventId"] not in seen
        ]
        for event in fresh:
            seen.add(event["eventId"])
            task = event["logStreamName"].rsplit("/", 1)[-1][:8]
            clock = time.strftime("%H:%M:%S", time.localtime(event["timestamp"] / 1000))
            newest.append(f"{clock} {task} {event['message'].rstrip()}")
        yield from newest
        newest.clear()
        first = False
        if follow:
            time.sleep(_PAUSE_SECONDS)


def rollback(aws: "Aws", cluster: str, arn: str) -> None:
    """Let the service run the task definition before its present one; wait until it does.

    Raises:
        TaskError: there is none before it, or ECS gave up on it.
    """
    running = service(aws, cluster, arn)
    if running is None:
        raise TaskError("there is no such service: python -m infra status shows what there is")
    previous = _previous(aws, running["taskDefinition"])
    say(f"{running['serviceName']}: {_short(running['taskDefinition'])} -> {_short(previous)}")
    aws.ecs.update_service(cluster=cluster, service=arn, taskDefinition=previous)
    _wait_until_stable(aws, cluster, arn, previous)


def _previous(aws: "Aws", current: str) -> str:
    family, revision = _short(current).split(":")
    pages = aws.ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, status="ACTIVE", sort="DESC"
    )
    for page in pages:
        for arn in page["taskDefinitionArns"]:
            other, number = _short(arn).split(":")
            if other == family and int(number) < int(revision):
                return arn
    raise TaskError(f"there is no task definition before {_short(current)} to go back to")


def _wait_until_stable(aws: "Aws", cluster: str, arn: str, definition: str) -> None:
    shown = ""
    while True:
        now = service(aws, cluster, arn)
        if now is None:
            raise TaskError("the service was deleted meanwhile")
        primary = next(d for d in now["deployments"] if d["status"] == "PRIMARY")
        state = primary.get("rolloutState", "")
        line = f"  {primary['runningCount']} of {primary['desiredCount']} run {_short(definition)}"
        if line != shown:
            say(line)
            shown = line
        if primary["taskDefinition"] != definition or state == "FAILED":
            why = primary.get("rolloutStateReason", "another deployment took its place")
            raise TaskError(f"ECS gave up: {why}. Next: python -m infra status")
        done = len(now["deployments"]) == 1 and now["runningCount"] == now["desiredCount"]
        if state == "COMPLETED" or (not state and done):
            return
        time.sleep(_PAUSE_SECONDS)


def forget(aws: "Aws", family: str) -> int:
    """Deregister what is left of a family, so that no later rollback finds it; how many there were."""
    pages = aws.ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, status="ACTIVE"
    )
    arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
    for arn in arns:
        aws.ecs.deregister_task_definition(taskDefinition=arn)
    return len(arns)


def _short(arn: str) -> str:
    """`family:revision` of a task definition's ARN."""
    return arn.rsplit("/", 1)[-1]
