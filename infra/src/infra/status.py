"""Prints how a deployment is: its stacks, tasks, targets, alarms and address."""

import re
from datetime import UTC, datetime
from json import dumps

from infra import stacks, tasks
from infra.console import result, say, table
from infra.deployment import Deployment
from infra.layers import Layer
from infra.stacks import Stack

_BAD = re.compile("ALARM|unhealthy|FAILED|ROLLBACK")


def status(work: Deployment) -> None:
    """Print one table per kind of thing; what is not as it should be is red."""
    result(work.aws.place(), "bold")
    deployed = work.deployed()
    if not deployed:
        say(f"No stack is called {work.prefix}-... here. Next: python -m infra deploy")
        return
    _print("Stacks", [(work.name(layer), stack.status) for layer, stack in deployed.items()])
    outputs = {key: value for stack in deployed.values() for key, value in stack.outputs.items()}
    services = {layer: s for layer, s in deployed.items() if "ServiceArn" in s.outputs}
    cluster = outputs.get("ClusterName", "")
    _print("Services", [_service(work, cluster, *found) for found in services.items()])
    _print("Targets", _targets(work))
    _print("Alarms that are not OK", _alarms(work))
    _print("Invoke URL", [(outputs["InvokeUrl"],)] if "InvokeUrl" in outputs else [])


def _service(work: Deployment, cluster: str, layer: Layer, stack: Stack) -> tuple[str, ...]:
    now = tasks.service(work.aws, cluster, stack.outputs["ServiceArn"])
    newest = next(d for d in now["deployments"] if d["status"] == "PRIMARY")
    age = datetime.now(UTC) - newest["createdAt"]
    runs = now["taskDefinition"].rpartition("/")[2]
    if now["taskDefinition"] != stack.outputs["TaskDefinitionArn"]:
        runs += " (rolled back)"
    return (
        layer.name,
        f"{now['runningCount']} of {now['desiredCount']} run, {now['pendingCount']} pending",
        runs,
        f"deployed {str(age).partition('.')[0]} ago",
        newest.get("rolloutState", ""),
    )


def _targets(work: Deployment) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for layer in ("load-balancer", "network-load-balancer"):
        for name, arn in _resources(work, layer, "AWS::ElasticLoadBalancingV2::TargetGroup"):
            health = work.aws.elbv2.describe_target_health(TargetGroupArn=arn)
            for target in health["TargetHealthDescriptions"]:
                state, where = target["TargetHealth"], target["Target"]["Id"].rpartition("/")[2]
                rows.append((name, where, state.get("Description", ""), state["State"]))
    return rows


def _alarms(work: Deployment) -> list[tuple[str, ...]]:
    # Those of the autoscaling are in the services' stacks: to be idle is no trouble.
    names = [alarm for _, alarm in _resources(work, "monitoring", "AWS::CloudWatch::Alarm")]
    if not names:
        return []
    alarms = work.aws.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    bad = [alarm for alarm in alarms if alarm["StateValue"] != "OK"]
    return [(a["AlarmName"], a.get("StateReason", ""), a["StateValue"]) for a in bad]


def _resources(work: Deployment, layer: str, kind: str) -> list[tuple[str, str]]:
    """Logical and physical ids of the resources of one type."""
    stack = stacks.find(work.aws, f"{work.prefix}-{layer}")
    found = stacks.resources(work.aws, stack.id) if stack else []
    made = [r for r in found if r["ResourceType"] == kind and "PhysicalResourceId" in r]
    return [(r["LogicalResourceId"], r["PhysicalResourceId"]) for r in made]


def _print(title: str, rows: list[tuple[str, ...]]) -> None:
    result(f"\n{title}", "bold")
    for line, row in zip(table(rows) if rows else ["  none"], rows or [("",)], strict=True):
        result(line, "red" if _BAD.search(row[-1]) else None)


def outputs(work: Deployment, *, json: bool) -> None:
    """Print the outputs of every stack, by the layer's name."""
    found = {layer.name: dict(stack.outputs) for layer, stack in work.deployed().items()}
    if json:
        result(dumps(found, indent=2))
        return
    for layer, values in found.items():
        for name, value in values.items():
            result(f"{layer}.{name}: {value}")
