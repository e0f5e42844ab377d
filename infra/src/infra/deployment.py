"""The whole of it, layer by layer: what would change, making it so, and taking it away again."""

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from infra import images, stacks, tasks, templates
from infra.console import ask, result, say, table
from infra.layers import LAYERS, REGISTRY, SERVICES, Layer, wanted
from infra.stacks import Change, Stack

if TYPE_CHECKING:
    from infra.aws import Aws

ROOT = templates.INFRA.parent
_MARKS = {"add": "+", "change": "~", "replace": "!", "may replace": "!", "remove": "-"}
_STYLES = {"+": "green", "~": "yellow", "!": "red", "-": "red"}


@dataclass
class Deployment:
    """An account, the prefix of its stacks, and what is known so far of the layers passed."""

    aws: "Aws"
    prefix: str
    file: Path = templates.PARAMETERS
    choices: dict[str, str] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    images: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def choose(self) -> None:
        """Read the choices, and look for mistakes before anything is done."""
        self.choices = templates.choices(self.file)
        self.layers = wanted(self.choices)
        templates.check(self.choices, self.layers, self.file)

    def stack_name(self, layer: Layer) -> str:
        return f"{self.prefix}-{layer.name}"

    def deployed(self) -> list[tuple[Layer, Stack]]:
        """Every stack that exists, in deployment order."""
        found = [(layer, stacks.find(self.aws, self.stack_name(layer))) for layer in LAYERS]
        return [(layer, stack) for layer, stack in found if stack]

    def parameters(self, layer: Layer, stack: Stack | None) -> tuple[dict[str, str], list[str]]:
        """The layer's parameters, and the names of those that are not known yet."""
        computed = {"Prefix": self.prefix}
        if layer.service:
            computed |= self.images.get(layer.service.name, {})
        if stack and "ServiceArn" in stack.outputs and "ClusterName" in self.outputs:
            # No deployment undoes what the autoscaling has set.
            arn = stack.outputs["ServiceArn"]
            if running := tasks.service(self.aws, self.outputs["ClusterName"], arn):
                computed["DesiredCount"] = str(running["desiredCount"])
        sources = (computed, layer.values, self.choices, self.outputs)
        return templates.parameters(templates.assemble(layer), layer, *sources)


def plan(work: Deployment) -> None:
    """Print what `deploy` would do. Nothing is changed: every change set is deleted again."""
    work.choose()
    result(work.aws.place(), "bold")
    totals: Counter[str] = Counter()
    promised: set[str] = set()
    for layer in work.layers:
        stack = stacks.settled(work.aws, work.stack_name(layer))
        usable = stack if stack and stack.status not in stacks.UNUSABLE else None
        if layer is REGISTRY and usable:
            work.images = _images_at_rest(work, usable)
        changes, note = _planned(work, layer, usable, promised)
        if usable and usable.status != "REVIEW_IN_PROGRESS":
            work.outputs |= usable.outputs
        else:
            promised |= templates.assemble(layer).get("Outputs", {}).keys()
        _print_changes(layer.name, note, changes)
        totals.update(change.action for change in changes)
    for layer, stack in _unwanted(work):
        changes = [r.removal for r in stacks.resources(work.aws, stack.name)]
        _print_changes(layer.name, "no longer wanted, removed at the end", changes)
        totals.update(change.action for change in changes)
    words = [f"{count} to {action}" for action, count in totals.items()]
    result(", ".join(words) or "nothing would change", "bold")


def _planned(
    work: Deployment, layer: Layer, stack: Stack | None, promised: set[str]
) -> tuple[list[Change], str]:
    """The changes of one layer, and a word about how they are known."""
    template = templates.assemble(layer)
    values, missing = work.parameters(layer, stack)
    waits = promised & {layer.outputs.get(n, n) for n in template.get("Parameters", {})}
    if missing or waits - values.keys():
        conditional = {True: "conditional", False: ""}
        found = [
            Change("add", name, r["Type"], (conditional["Condition" in r],))
            for name, r in template["Resources"].items()
        ]
        return found, "new; read from its template, as it needs what earlier layers make"
    body = templates.body(template, values)
    name = work.stack_name(layer)
    change_set = stacks.prepare(work.aws, name, stack, body, values)
    if change_set is None:
        return [], "unchanged"
    stacks.discard(work.aws, change_set)
    return list(change_set.changes), "changed" if stack else "new"


def _print_changes(name: str, note: str, changes: list[Change]) -> None:
    result(f"\n{name}: {note}", "bold")
    rows = [
        (_MARKS[c.action], c.logical_id, c.type, ", ".join(filter(None, c.properties)))
        for c in changes
    ]
    for line, change in zip(table(rows), changes, strict=True):
        lost = f"  <-- {change.action.upper()}S {change.loses.upper()}" if change.loses else ""
        result(line + lost, _STYLES[_MARKS[change.action]])


def deploy(work: Deployment, *, allow_dirty: bool) -> None:
    """Make every layer what its template says; goes on where an earlier run stopped."""
    work.choose()
    tag = images.commit_tag(ROOT, allow_dirty=allow_dirty)
    say(work.aws.place(), "bold")
    changed = False
    for layer in work.layers:
        made = _deploy_layer(work, layer)
        changed |= made
        if layer is REGISTRY:
            work.images = push(work, tag)
        if layer.template == "migration":
            _migrate_if_needed(work, layer, changed=made)
    for layer, stack in reversed(_unwanted(work)):
        say(f"{layer.name}: no longer wanted, removing it", "bold")
        stacks.delete(work.aws, stack.name, stack)
        changed = True
    say("done" if changed else "nothing changed", "green")
    result(work.outputs["InvokeUrl"])


def _deploy_layer(work: Deployment, layer: Layer) -> bool:
    """Make or change one stack, and remember its outputs; whether anything changed."""
    name = work.stack_name(layer)
    stack = stacks.settled(work.aws, name)
    if stack and stack.status in stacks.UNUSABLE:
        say(f"{layer.name}: {stack.status} since an earlier run, removing it first", "bold")
        stacks.delete(work.aws, name, stack)
        stack = None
    values, missing = work.parameters(layer, stack)
    if missing:
        what = ", ".join(missing)
        raise stacks.StackError(f"{name} needs {what}: give it in {work.file}")
    body = templates.body(templates.assemble(layer), values)
    change_set = stacks.prepare(work.aws, name, stack, body, values)
    if change_set:
        count = len(change_set.changes)
        say(f"{layer.name}: {count} changes", "bold")
        stack = stacks.execute(work.aws, name, change_set)
    else:
        say(f"{layer.name}: unchanged", "dim")
    if stack:
        work.outputs |= stack.outputs
    return change_set is not None


def _migrate_if_needed(work: Deployment, layer: Layer, *, changed: bool) -> None:
    """A service gets an image only after its migration, so one that has this image needs none."""
    if layer.service is None:
        return
    name = layer.service.name
    running = stacks.find(work.aws, f"{work.prefix}-{name}")
    image = work.images[name]["ImageUri"]
    if changed or running is None or running.parameters.get("ImageUri") != image:
        tasks.migrate(work.aws, name, work.outputs)


def _unwanted(work: Deployment) -> list[tuple[Layer, Stack]]:
    return [(layer, stack) for layer, stack in work.deployed() if layer not in work.layers]


def push(work: Deployment, tag: str) -> Mapping[str, Mapping[str, str]]:
    """Build both images and push them; the parameters that follow from them, per service."""
    login = _login(work.aws)
    pushed = {}
    for service in SERVICES:
        repository = work.outputs[f"{service.name.capitalize()}RepositoryUri"]
        say(f"{service.module}: building", "dim")
        built = images.build(ROOT, service.module)
        image = images.push(built, repository, tag, login)
        pushed[service.name] = {
            "ImageUri": image.reference,
            "CpuArchitecture": image.architecture,
        }
    return pushed


def _login(aws: "Aws") -> images.Login:
    token = aws.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    username, _, password = base64.b64decode(token).decode().partition(":")
    return images.Login(username, password)


def _images_at_rest(work: Deployment, registry: Stack) -> Mapping[str, Mapping[str, str]]:
    """What `push` would give: the digest of the commit's tag, or the tag while it is not there."""
    tag = images.commit_tag(ROOT, allow_dirty=True)
    found = {}
    for service in SERVICES:
        uri = registry.outputs[f"{service.name.capitalize()}RepositoryUri"]
        page = work.aws.ecr.batch_get_image(
            repositoryName=uri.partition("/")[2], imageIds=[{"imageTag": tag}]
        )
        digests = [i["imageId"]["imageDigest"] for i in page["images"]]
        reference = f"{uri}@{digests[0]}" if digests else f"{uri}:{tag}"
        running = stacks.find(work.aws, f"{work.prefix}-{service.name}")
        architecture = running.parameters.get("CpuArchitecture") if running else None
        found[service.name] = {
            "ImageUri": reference,
            "CpuArchitecture": architecture or "X86_64",
        }
    return found


def destroy(work: Deployment, *, yes: bool, purge: bool) -> None:
    """Delete every stack, the last one first. Without `purge`, images and a snapshot of the data stay."""
    found = work.deployed()[::-1]
    going = [(layer, stack) for layer, stack in found if purge or layer is not REGISTRY]
    say(work.aws.place(), "bold")
    if not going:
        say("nothing to remove")
        return
    database = None
    for layer, stack in going:
        held = stacks.resources(work.aws, stack.name)
        say(f"{layer.name}: {len(held)} resources", "bold")
        for resource in held:
            if resource.removal.loses:
                say(f"  {resource.removal.loses}: {resource.physical_id}", "red")
            if resource.type == "AWS::RDS::DBInstance":
                database = resource.physical_id
    kept = "and nothing is kept" if purge else "the images and a final snapshot of the data stay"
    say(f"All of this will be deleted; {kept}.")
    if not yes and ask(f"Type {work.prefix} to go on:") != work.prefix:
        raise stacks.StackError("not confirmed, nothing was deleted. In scripts say --yes")
    before = _snapshots(work.aws, database)
    if database:
        work.aws.rds.modify_db_instance(
            DBInstanceIdentifier=database, DeletionProtection=False, ApplyImmediately=True
        )
    for layer, _ in going:
        name = work.stack_name(layer)
        if there := stacks.settled(work.aws, name):
            say(f"{layer.name}: deleting", "bold")
            stacks.delete(work.aws, name, there)
    for service in SERVICES:
        tasks.forget(work.aws, f"{work.prefix}-{service.name}-td")
    for snapshot in sorted(_snapshots(work.aws, database) - before):
        if purge:
            work.aws.rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)
        else:
            say(f"kept: database snapshot {snapshot}")
    for layer, stack in work.deployed():
        say(f"kept: stack {stack.name} ({layer.name}); --purge deletes it too")


def _snapshots(aws: "Aws", database: str | None) -> set[str]:
    if database is None:
        return set()
    pages = aws.rds.get_paginator("describe_db_snapshots").paginate(
        DBInstanceIdentifier=database, SnapshotType="manual"
    )
    return {s["DBSnapshotIdentifier"] for page in pages for s in page["DBSnapshots"]}
