"""Takes a deployment away again; what cannot be made again is named first."""

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
    databases = [name for layer in going for name in _databases(work.aws, work.name(layer))]
    before = _snapshots(work.aws, databases)
    for layer in going:
        _delete(work.aws, work.name(layer))
    for service in SERVICES:
        tasks.forget(work.aws, f"{work.prefix}-{service.name}-td")
    for snapshot in sorted(_snapshots(work.aws, databases) - before):
        if purge:
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
    stacks.settled(aws, name)
    if stack := stacks.find(aws, name):
        say(f"{name}: deleting", "bold")
        for database in _databases(aws, name):
            # Consent was given; what protects from an accident would stop CloudFormation too.
            aws.rds.modify_db_instance(
                DBInstanceIdentifier=database, DeletionProtection=False, ApplyImmediately=True
            )
        stacks.delete(aws, name, stack)


def _databases(aws: Aws, name: str) -> list[str]:
    return [
        resource["PhysicalResourceId"]
        for resource in stacks.resources(aws, name)
        if resource["ResourceType"] == "AWS::RDS::DBInstance"
    ]


def _snapshots(aws: Aws, databases: list[str]) -> set[str]:
    """The snapshots of these databases that outlive them."""
    pages = aws.rds.get_paginator("describe_db_snapshots")
    return {
        snapshot["DBSnapshotIdentifier"]
        for database in databases
        for page in pages.paginate(DBInstanceIdentifier=database, SnapshotType="manual")
        for snapshot in page["DBSnapshots"]
    }
