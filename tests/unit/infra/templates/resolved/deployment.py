"""All layers resolved together, symbolically: what CloudFormation would be told.

`Ref` and `Fn::GetAtt` of a resource give a symbol, `network.Vpc` or
`data.Database.Endpoint.Address`, or the name where the template fixes one. Layers, their order and
what feeds them are the scripts' own.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway_sim.cloudformation.intrinsics import UnresolvableError
from infra import layers, templates
from infra.layers import Layer
from tests.unit.infra.templates.resolved.intrinsics import Stack, UnresolvedError

PREFIX = "ecs-fargate"

# Templates by the name of their file; beside them `openapi`.
Documents = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """One resource with all its functions evaluated."""

    layer: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    body: Mapping[str, Any] = field(repr=False)  # what stands beside the properties

    @property
    def symbol(self) -> str:
        """What stands for the resource wherever another names it."""
        return f"{self.layer}.{self.logical_id}"

    @property
    def lifecycle(self) -> dict[str, Any]:
        """What the template says about making and deleting it."""
        kept = ("DependsOn", "DeletionPolicy", "UpdateReplacePolicy")
        return {key: self.body[key] for key in kept if key in self.body}

    def get(self, path: str, default: Any = None) -> Any:
        """The value at a dotted path below Properties, or `default`."""
        value: Any = self.properties
        for key in path.split("."):
            if not isinstance(value, Mapping) or key not in value:
                return default
            value = value[key]
        return value


@dataclass(eq=False)  # each is itself, so that what is found out about one can be kept
class Deployment:
    """Every layer, in the order in which it is deployed."""

    documents: Documents
    layers: dict[str, Layer] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)  # of parameters, by layer
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)  # by layer
    _by_type: dict[str, list[Resource]] = field(default_factory=dict)

    def __getitem__(self, symbol: str) -> Resource:
        if symbol not in self.resources:
            raise UnresolvedError(f"there is no resource {symbol}")
        return self.resources[symbol]

    def __contains__(self, symbol: str) -> bool:
        return symbol in self.resources

    def of_type(self, kind: str) -> list[Resource]:
        """All resources of a type (without `AWS::`), in deployment order."""
        return self._by_type.get(f"AWS::{kind}", [])

    def add(self, resource: Resource) -> None:
        """One more, the last so far."""
        self.resources[resource.symbol] = resource
        self._by_type.setdefault(resource.type, []).append(resource)


def resolve(documents: Documents, given: Mapping[str, str]) -> Deployment:
    """All layers, with the parameters that somebody gives, as in parameters.yaml.

    Raises:
        UnresolvedError: a reference leads nowhere, or a parameter has no value or a forbidden one.
    """
    prefix = given.get("Prefix", PREFIX)
    deployment = Deployment(documents)
    fed: dict[str, str] = {}
    for layer in layers.wanted(given):
        sources = (_computed(layer, prefix, fed), layer.values, given, fed)
        values, missing = templates.parameters(documents[layer.template], layer, *sources)
        if missing:
            raise UnresolvedError(f"{layer.name}: nothing feeds {', '.join(missing)}")
        try:
            _add(deployment, layer, values)
        except UnresolvableError as error:
            raise UnresolvedError(f"{layer.name}: {error}") from error
        fed |= deployment.outputs[layer.name]
    return deployment


def _computed(layer: Layer, prefix: str, fed: Mapping[str, str]) -> dict[str, str]:
    computed = {"Prefix": prefix, "CpuArchitecture": "X86_64", "DesiredCount": "2"}
    if layer.service:
        repository = fed.get(f"{layer.service.name.capitalize()}RepositoryUri", "")
        computed["ImageUri"] = f"{repository}@sha256:{'0' * 64}"
    return computed


def _add(deployment: Deployment, layer: Layer, values: Mapping[str, str]) -> None:
    stack = Stack(layer.name, deployment.documents, layer.template, values)
    deployment.layers[layer.name] = layer
    deployment.values[layer.name] = stack.values
    for logical_id, body in stack.resources().items():
        properties = body.get("Properties", {})
        deployment.add(Resource(layer.name, logical_id, body["Type"], properties, body))
    deployment.outputs[layer.name] = stack.outputs()


def documents() -> Documents:
    """A fresh copy of everything that is deployed, free to be broken."""
    copy: Documents = json.loads(_read())
    return copy


@functools.cache
def _read() -> str:
    paths = [*templates.TEMPLATES.glob("*.yaml"), templates.INFRA / "api" / "openapi.yaml"]
    found: Documents = {path.stem: templates.load(path) for path in paths}
    return json.dumps(found, default=str)
