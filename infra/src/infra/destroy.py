"""Takes a deployment away again; what cannot be made again is named first."""

from typing import Any

from infra import stacks, tasks
from infra.aws import Aws
from infra.changes import HOLDS_DATA
from infra.console import ask, say
from infra.deployment import Deployment
from infra.layers import REGISTRY, SERVICES, Layer
from infra.stacks import StackError


def destroy(work: Deployment, *, yes: bool, purge: bool) -> None:
    """Delete the stacks, last one first. Images and a snapshot of the data stay, unless `purge`."""
    say(work.aws.place(), "bold")
    going = [layer for layer in reversed(work.deployed()) if purge or layer is not REGISTRY]
    for layer in going:
        _show(work, layer)
    if going and not yes:
        kept = "Nothing is kept." if purge else "Images and a final snapshot of the data are kept."
        say(kept, "bold")
        if ask(f"Type {work.prefix} to delete all of this:") != work.prefix:
            raise StackError("not confirmed, so nothing was deleted; scripts say --yes")
    before = _snapshots(work)
    for layer in going:
        _delete(work.aws, work.name(layer))
    for service in SERVICES:
        tasks.forget(work.aws, f"{work.prefix}-{service.name}-td")
    for snapshot in _snapshots(work):
        if purge and snapshot not in before:
            work.aws.rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)
        else:
            say(f"kept: database snapshot {snapshot}")
    for layer in work.deployed():
        say(f"kept: stack {work.name(layer)} with its images; destroy --purge deletes it too")
    say("Done." if going else "nothing to remove", "green")


def _show(work: Deployment, layer: Layer) -> None:
    held = stacks.resources(work.aws, work.name(layer))
    say(f"{work.name(layer)}: {len(held)} resources")
    for resource in held:
        if resource["ResourceType"] in HOLDS_DATA:
            what = HOLDS_DATA[resource["ResourceType"]]
            say(f"  {what}: {resource.get('PhysicalResourceId', '')}", "red")


def _delete(aws: Aws, name: str) -> None:
    if stack := stacks.settled(aws, name):
        say(f"{name}: deleting", "bold")
        for resource in stacks.resources(aws, name):
            if resource["ResourceType"] == "AWS::RDS::DBInstance":
                _unprotect(aws, resource.get("PhysicalResourceId", "never-made"))
        stacks.delete(aws, name, stack)


def _unprotect(aws: Aws, database: str) -> None:
    """Consent was given; what protects from an accident would stop CloudFormation too."""
    # As a filter, because somebody may have deleted it: that is no error then.
    named: Any = {"Name": "db-instance-id", "Values": [database]}
    for found in aws.rds.describe_db_instances(Filters=[named])["DBInstances"]:
        if found["DeletionProtection"]:
            which: Any = {"DBInstanceIdentifier": database}
            aws.rds.modify_db_instance(**which, DeletionProtection=False, ApplyImmediately=True)
            # Of one that is still being modified RDS makes no final snapshot.
            aws.rds.get_waiter("db_instance_available").wait(**which)


def _snapshots(work: Deployment) -> list[str]:
    """Snapshots that outlive their database, which CloudFormation named after its stack."""
    pages = work.aws.rds.get_paginator("describe_db_snapshots").paginate(SnapshotType="manual")
    found = [snapshot for page in pages for snapshot in page["DBSnapshots"]]
    ours = [s for s in found if s["DBInstanceIdentifier"].startswith(f"{work.prefix}-data-")]
    return [snapshot["DBSnapshotIdentifier"] for snapshot in ours]
