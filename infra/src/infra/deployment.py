"""Makes every layer what its template says: stacks, images, migrations."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from infra import changes, images, stacks, tasks, templates
from infra.aws import Aws
from infra.console import result, say
from infra.layers import LAYERS, NETWORK, REGISTRY, SERVICES, Layer, wanted
from infra.stacks import Stack, StackError

ROOT = templates.INFRA.parent

Values = Mapping[str, str]


@dataclass
class Deployment:
    """An account, a prefix for every name in it, a file of choices, and what has become known."""

    region: str | None
    profile: str | None
    endpoint_url: str | None
    prefix: str
    file: Path
    images: Mapping[str, Values] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @cached_property
    def aws(self) -> Aws:
        return Aws(self.region, self.profile, self.endpoint_url)

    @cached_property
    def choices(self) -> dict[str, str]:
        return templates.choices(self.file)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """What the choices ask for; mistakes in them are told before anything is done."""
        layers = wanted(self.choices)
        templates.check(self.choices, layers, self.file)
        return layers

    def name(self, layer: Layer) -> str:
        return f"{self.prefix}-{layer.name}"

    def deployed(self) -> dict[Layer, Stack]:
        """Every stack that exists, in deployment order."""
        found = {layer: stacks.find(self.aws, self.name(layer)) for layer in LAYERS}
        return {layer: stack for layer, stack in found.items() if stack}

    def unwanted(self) -> dict[Layer, Stack]:
        """Every stack that the choices no longer ask for, in the order of removal."""
        found = reversed(self.deployed().items())
        return {layer: stack for layer, stack in found if layer not in self.layers}

    def outputs_of(self, name: str) -> Values:
        """The outputs of the stack of one layer.

        Raises:
            StackError: there is no such stack, or it was never finished.
        """
        stack = stacks.find(self.aws, f"{self.prefix}-{name}")
        if stack is None or not stack.outputs:
            what = f"no finished stack {self.prefix}-{name} in {self.aws.place()}"
            raise StackError(f"there is {what}. Next: python -m infra deploy")
        return stack.outputs

    def parameters(self, layer: Layer, stack: Stack | None) -> tuple[dict[str, str], list[str]]:
        """The parameters of a layer, and the names of those that are not known yet."""
        template = templates.assemble(layer)
        computed = {"Prefix": self.prefix}
        if layer.service:
            computed |= self.images.get(layer.service.name, {})
        if stack and "ServiceArn" in stack.outputs and "ClusterName" in self.outputs:
            # What the autoscaling has set is not undone by a deployment.
            cluster, arn = self.outputs["ClusterName"], stack.outputs["ServiceArn"]
            running = tasks.service(self.aws, cluster, arn)
            # What somebody set by hand, outside of its limits, is.
            limits = template["Parameters"]["DesiredCount"]
            count = min(max(running["desiredCount"], limits["MinValue"]), limits["MaxValue"])
            computed["DesiredCount"] = str(count)
            if running["taskDefinition"] != stack.outputs["TaskDefinitionArn"]:
                say(f"{layer.name}: rolled back; it stays so until another image is deployed")
        sources = (computed, layer.values, self.choices, self.outputs)
        return templates.parameters(template, layer, *sources)


def deploy(work: Deployment, *, allow_dirty: bool) -> None:
    """Make or change whatever differs; an earlier run that stopped is continued."""
    layers = work.layers
    images.commit_tag(ROOT, allow_dirty=allow_dirty)  # refuses before anything is made
    say(work.aws.place(), "bold")
    changed = False
    for layer in layers:
        made = _deploy(work, layer)
        changed |= made
        if layer is REGISTRY:
            work.images = push(work, allow_dirty=allow_dirty)
        if layer.template == "migration" and layer.service:
            _migrate_once(work, layer.service.name, changed=made)
    for layer, stack in work.unwanted().items():
        say(f"{layer.name}: no longer wanted, removing", "bold")
        stacks.delete(work.aws, work.name(layer), stack)
        changed = True
    say("Done." if changed else "Nothing changed.", "green")
    result(work.outputs["InvokeUrl"])


def _deploy(work: Deployment, layer: Layer) -> bool:
    """Make or change one stack and learn its outputs; whether anything changed."""
    name = work.name(layer)
    stack = stacks.ready(work.aws, name)
    if stack and stack.status in stacks.UNUSABLE:
        say(f"{layer.name}: {stack.status}, removing what is left of it", "bold")
        stacks.delete(work.aws, name, stack)
        stack = None
    values, missing = work.parameters(layer, stack)
    if missing:
        raise StackError(f"{name} needs {', '.join(missing)}: give it in {work.file}")
    body = templates.body(templates.assemble(layer), values)
    change_set = changes.prepare(work.aws, name, body, values, new=stack is None)
    if change_set:
        say(f"{layer.name}: {'changing' if stack else 'making'}", "bold")
        for change in change_set.changes:
            if change.loss:
                say(f"  {change.logical_id}  {change.loss}", "red")
        try:
            stack = stacks.execute(work.aws, name, change_set.stack_id, change_set.id)
        except StackError as error:
            if layer.template != "service":
                raise
            why = tasks.last_failure(work.aws, work.outputs["ClusterName"], f"{name}-td")
            raise StackError(f"{error}{why}") from error
    else:
        say(f"{layer.name}: unchanged", "dim")
    work.outputs |= stack.outputs if stack else {}
    return change_set is not None


def _migrate_once(work: Deployment, service: str, *, changed: bool) -> None:
    """A service gets an image after its migration only: one that has the image needs no other."""
    running = stacks.find(work.aws, f"{work.prefix}-{service}")
    image = work.images[service]["ImageUri"]
    if changed or running is None or running.parameters.get("ImageUri") != image:
        tasks.migrate(work.aws, service, work.choices | work.outputs)


def migrate(work: Deployment) -> None:
    """Run both migrations as they are deployed."""
    common = {**work.choices, **work.outputs_of("platform")}
    if NETWORK in work.layers:
        common |= work.outputs_of("network")
    for service in SERVICES:
        own = work.outputs_of(f"{service.name}-migration")
        tasks.migrate(work.aws, service.name, {**common, **own})


def push(work: Deployment, *, allow_dirty: bool) -> Mapping[str, Values]:
    """Build and push what the registry lacks; per service, the parameters that follow from it."""
    tag = images.commit_tag(ROOT, allow_dirty=allow_dirty)
    repositories = work.outputs_of(REGISTRY.name)
    token = work.aws.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    username, _, password = base64.b64decode(token).decode().partition(":")
    pushed: dict[str, Values] = {}
    for service in SERVICES:
        say(f"{service.module}: building", "dim")
        built = images.build(ROOT, service.module)
        repository = repositories[f"{service.name.capitalize()}RepositoryUri"]
        image = images.push(built, repository, tag, images.Login(username, password))
        pushed[service.name] = {"ImageUri": image.reference, "CpuArchitecture": image.architecture}
    return pushed
