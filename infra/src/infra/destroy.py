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
    databases = _show(work, going)
    if going and not yes:
        say(
            "Nothing is kept." if purge else "A final snapshot of the data and the images are kept."
        )
        if ask(f"Type {work.prefix} to delete all of this:") != work.prefix:
            raise StackError("not confirmed, so nothing was deleted; scripts say --yes")
    before = _snapshots(work.aws, databases)
    for database in databases:
        work.aws.rds.modify_db_instance(
            DBInstanceIdentifier=database, DeletionProtection=False, ApplyImmediately=True
        )
    for layer in going:
        if stack := stacks.settled(work.aws, work.name(layer)):
            say(f"{layer.name}: deleting", "bold")
            stacks.delete(work.aws, work.name(layer), stack)
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


def _show(work: Deployment, layers: list[Layer]) -> list[str]:
    """Tell what will go; the names of the databases in it."""
    databases = []
    for layer in layers:
        held = stacks.resources(work.aws, work.name(layer))
        say(f"{work.name(layer)}: {len(held)} resources")
        for resource in held:
            kind, name = resource["ResourceType"], resource.get("PhysicalResourceId", "")
            if kind in HOLDS_DATA:
                say(f"  {HOLDS_DATA[kind]}: {name}", "red")
            if kind == "AWS::RDS::DBInstance":
                databases.append(name)
    return databases


def _snapshots(aws: Aws, databases: list[str]) -> set[str]:
    """The snapshots of these databases that outlive them."""
    pages = aws.rds.get_paginator("describe_db_snapshots")
    return {
        snapshot["DBSnapshotIdentifier"]
        for database in databases
        for page in pages.paginate(DBInstanceIdentifier=database, SnapshotType="manual")
        for snapshot in page["DBSnapshots"]
    }
