"""Prints what a deployment would do, and leaves everything as it is."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from infra import images, stacks, templates
from infra.changes import Change, discard, prepare
from infra.console import result, say, table
from infra.deployment import ROOT, Deployment, Values
from infra.layers import REGISTRY, SERVICES, Layer
from infra.stacks import Stack

_MARKS = {"add": "+", "change": "~", "replace": "!", "perhaps replace": "?", "remove": "-"}
_COLOURS = {"+": "green", "-": "red"}


def plan(work: Deployment) -> None:
    """Print the changes of every layer; each change set is deleted again."""
    layers = work.layers
    result(work.aws.place(), "bold")
    totals: Counter[str] = Counter()
    promised: set[str] = set()
    for layer in layers:
        stack = stacks.ready(work.aws, work.name(layer))
        changes = _changes(work, layer, stack, promised)
        if stack is None or stack.status in stacks.UNUSABLE:
            promised |= templates.assemble(layer).get("Outputs", {}).keys()
        else:
            work.outputs |= stack.outputs
            if layer is REGISTRY:
                work.images = _images(work)
        totals += print_changes(layer.name, changes)
    for layer, stack in work.unwanted().items():
        gone = stacks.resources(work.aws, stack.id)
        changes = [Change("remove", r["LogicalResourceId"], r["ResourceType"]) for r in gone]
        totals += print_changes(f"{layer.name}: no longer wanted", changes)
    counts = [f"{totals[action]} to {action}" for action in _MARKS if totals[action]]
    result(f"\n{', '.join(counts) or 'Nothing would change'}.", "bold")


def _images(work: Deployment) -> Mapping[str, Values]:
    """What a push would give: what the registry has for this commit, or else the bare tag."""
    tag = images.commit_tag(ROOT, allow_dirty=True)
    found: dict[str, dict[str, str]] = {}
    for service in SERVICES:
        uri = work.outputs[f"{service.name.capitalize()}RepositoryUri"]
        there = work.aws.ecr.batch_get_image(
            repositoryName=uri.partition("/")[2], imageIds=[{"imageTag": tag}]
        )["images"]
        image = f"{uri}@{there[0]['imageId']['imageDigest']}" if there else f"{uri}:{tag}"
        if not there:
            say(f"{service.module}: image {tag} is not pushed, so whether it differs is not known")
        found[service.name] = {"ImageUri": image}
        # Which processor it is for only the build tells; most likely the same as before.
        migration = stacks.find(work.aws, f"{work.prefix}-{service.name}-migration")
        if migration and "CpuArchitecture" in migration.parameters:
            found[service.name]["CpuArchitecture"] = migration.parameters["CpuArchitecture"]
    return found


def _changes(
    work: Deployment, layer: Layer, stack: Stack | None, promised: Collection[str]
) -> Sequence[Change]:
    """What would happen to one layer; `promised` are outputs of stacks that do not exist yet."""
    template = templates.assemble(layer)
    values, missing = work.parameters(layer, stack)
    names = template.get("Parameters", {}).keys() - values.keys()
    waits = missing or any(layer.outputs.get(name, name) in promised for name in names)
    if waits or (stack and stack.status in stacks.UNUSABLE):
        # CloudFormation cannot be asked yet; the template tells what there will be.
        return [
            Change("add", name, r["Type"], f"if {r['Condition']}" if "Condition" in r else "")
            for name, r in template["Resources"].items()
        ]
    body = templates.body(template, values)
    change_set = prepare(work.aws, work.name(layer), body, values, new=stack is None)
    if change_set is None:
        return ()
    discard(work.aws, change_set)
    return change_set.changes


def print_changes(title: str, changes: Sequence[Change]) -> Counter[str]:
    """Print a line for each change, red where it loses something; how often each is done."""
    result(f"\n{title}" if changes else f"{title}: unchanged", "bold" if changes else "dim")
    rows = [(_MARKS[c.action], c.logical_id, c.type, c.details) for c in changes]
    for line, change in zip(table(rows), changes, strict=True):
        colour = "red" if change.loss else _COLOURS.get(_MARKS[change.action], "yellow")
        result(f"{line}  {change.loss}" if change.loss else line, colour)
    return Counter(change.action for change in changes)
