"""A mistake in the definition files, and which layer of the proof names it."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra import templates
from tests.unit.infra.templates.architecture.checks import findings
from tests.unit.infra.templates.architecture.choices import choices
from tests.unit.infra.templates.architecture.documents import (
    invalid_openapi,
    unconstrained,
    undescribed,
)
from tests.unit.infra.templates.resolved import physical
from tests.unit.infra.templates.resolved.deployment import Deployment, Documents, documents, resolve
from tests.unit.infra.templates.resolved.intrinsics import UnresolvedError
from tests.unit.infra.templates.resolved.linting import complaints_of
from tests.unit.infra.templates.resolved.variants import VARIANTS, deployed
from tests.unit.infra.templates.trace import bastion, tracer
from tests.unit.infra.templates.trace.api_gateway import operations
from tests.unit.infra.templates.trace.health import health_checks
from tests.unit.infra.templates.trace.hops import BrokenHopError
from tests.unit.infra.templates.trace.starts import starts

_SECTIONS = {"Parameters", "Conditions", "Resources", "Outputs"}


@dataclass(frozen=True, eq=False)
class Mistake:
    """One thing wrong, and what each layer says that names it.

    An edit is a place and its value. A place is a path of keys with spaces between, beginning with
    the template: `service TaskDefinition Memory` is a property, `service Outputs LogGroupName` an
    output; a number is an index, `+` one more item. Without a value, what is there is taken away.
    """

    what: str
    edits: Mapping[str, Any]
    names: Mapping[str, str]  # by layer, what one of its sentences holds
    variant: str = "defaults"
    given: Mapping[str, str] = field(default_factory=dict)  # beside what the variant gives

    def __str__(self) -> str:
        return self.what

    @property
    def parameters(self) -> Mapping[str, str]:
        """What somebody gives, in parameters.yaml."""
        return {**VARIANTS[self.variant], **self.given}

    @property
    def templates(self) -> set[str]:
        """The templates that are not as they should be."""
        places = {place.split()[0] for place in self.edits}
        return {"api" if place == "openapi" else place for place in places}


# One at a time: all of them would fill the memory.
@functools.lru_cache(maxsize=1)
def _documents(mistake: Mistake) -> Documents:
    """All files, with the mistake in them."""
    broken = documents()
    for place, value in mistake.edits.items():
        _edit(broken, _path(place), value)
    return broken


@functools.lru_cache(maxsize=1)
def _deployment(mistake: Mistake) -> Deployment:
    """What the mistake makes of everything.

    Raises:
        UnresolvedError: nothing that can be followed.
    """
    return resolve(_documents(mistake), mistake.parameters)


def _path(place: str) -> list[str]:
    template, *path = place.split()
    if template == "openapi" or path[0] in _SECTIONS:
        return [template, *path]
    return [template, "Resources", path[0], "Properties", *path[1:]]


def _edit(node: Any, path: list[str], value: Any) -> None:
    *parents, last = path
    for key in parents:
        node = node[int(key) if isinstance(node, list) else key]
    if last == "+":
        node.append(value)
    elif value is None:
        del node[int(last) if isinstance(node, list) else last]
    else:
        node[int(last) if isinstance(node, list) else last] = value


def cfn_lint(mistake: Mistake) -> Iterator[str]:
    """What cfn-lint says, given the parameters that the right templates would get."""
    right = deployed(mistake.variant)
    layer_of = {layer.template: name for name, layer in right.layers.items()}
    for template in mistake.templates & layer_of.keys():
        parameters = physical.parameters(right, layer_of[template])
        yield from complaints_of(_documents(mistake), template, parameters)


def assertions(mistake: Mistake) -> Iterator[str]:
    """What the assertions of the intended architecture say."""
    yield from undescribed(_documents(mistake))
    yield from unconstrained(_documents(mistake))
    try:
        deployment = _deployment(mistake)
    except UnresolvedError as error:
        yield str(error)
        return
    yield from findings(deployment, choices(VARIANTS[mistake.variant]))
    if any(place.startswith("openapi") for place in mistake.edits):
        yield from invalid_openapi(deployment)


def trace(mistake: Mistake) -> Iterator[str]:
    """The first broken hop of each kind of way."""
    try:
        deployment = _deployment(mistake)
    except UnresolvedError:
        return  # there is nothing to follow
    for way in _ways(deployment):
        try:
            list(way)
        except (BrokenHopError, UnresolvedError) as error:
            yield str(error)


def _ways(deployment: Deployment) -> Iterator[Iterator[str]]:
    yield starts(deployment)
    yield health_checks(deployment)
    yield (
        hop
        for method, path in operations(deployment)
        for hop in tracer.from_internet(deployment, method, path)
    )
    for service in ("demo1", "demo2"):
        for path in ("/student", "/subject/7", "/demo1/7", "/demo2"):
            yield tracer.from_service(deployment, service, "GET", path)
    if deployment.of_type("EC2::Instance"):
        yield bastion.to_database(deployment)


LAYERS: Mapping[str, Callable[[Mistake], Iterator[str]]] = {
    "cfn-lint": cfn_lint,
    "assertions": assertions,
    "tracer": trace,
}


def mistakes() -> list[Mistake]:
    """All that are planted: the YAML files beside this one, in the templates' own language."""
    return [
        _mistake(what, description)
        for path in sorted(Path(__file__).parent.glob("*.yaml"))
        for what, description in templates.load(path).items()
    ]


def _mistake(what: str, description: Mapping[str, Any]) -> Mistake:
    names = {layer: str(description[layer]) for layer in LAYERS if layer in description}
    edits, given = description.get("edit", {}), description.get("given", {})
    return Mistake(what, edits, names, description.get("variant", "defaults"), given)
