"""Compares what the templates make with what is intended, value by value."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from gateway_sim.cloudformation.source import as_text
from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.resolved.deployment import Deployment, Resource

# All properties of each resource, its type as "is" and its policies; what is not here must not be
# there.
Intended = Mapping[str, Mapping[str, Any]]
# One row of the architecture: its resources by symbol, as the choices want them.
Row = Callable[[Choices], Intended]

# For people only.
_FREE_TEXT = {"Description", "Tags", "GroupDescription", "DBSubnetGroupDescription", "title"}
# Compared by themselves: see api.py.
_BODY = {"Body"}
# Rules of security groups are compared as one set: see security_groups.py.
_RULES = {"SecurityGroupIngress", "SecurityGroupEgress"}
_ABSENT = object()


def differences(deployment: Deployment, intended: Intended) -> Iterator[str]:
    """One sentence for each value that differs, is missing, or is more than is intended."""
    for symbol, expected in intended.items():
        if symbol in deployment:
            resource = deployment[symbol]
            yield from compare(symbol, _described(resource), expected)
        else:
            yield f"{symbol} is missing"


def unintended(deployment: Deployment, intended: Container[str]) -> Iterator[str]:
    """One sentence for each resource that nothing asks for."""
    for symbol, resource in deployment.resources.items():
        if symbol not in intended and resource.type.removeprefix("AWS::EC2::") not in _RULES:
            yield f"{symbol} ({resource.type}) is more than is intended"


def _described(resource: Resource) -> dict[str, Any]:
    properties = {
        k: v for k, v in resource.properties.items() if k not in _FREE_TEXT | _RULES | _BODY
    }
    return {"is": resource.type.removeprefix("AWS::"), **properties, **resource.lifecycle}


def compare(place: str, found: Any, expected: Any) -> Iterator[str]:
    """One sentence for each value in which two structures differ."""
    if isinstance(expected, Mapping):
        found = _parsed(found)
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in sorted((expected.keys() | found.keys()) - _FREE_TEXT):
            values = found.get(key, _ABSENT), expected.get(key, _ABSENT)
            yield from compare(f"{place}.{key}", *values)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, values in enumerate(zip(found, expected, strict=True)):
            yield from compare(f"{place}[{index}]", *values)
    elif _normal(found) != _normal(expected):
        yield f"{place} is {_shown(found)}, not {_shown(expected)}"


def _parsed(found: Any) -> Any:
    """A JSON text where a mapping is intended."""
    if not isinstance(found, str):
        return found
    try:
        return json.loads(found)
    except json.JSONDecodeError:
        return found


def _normal(value: Any) -> Any:
    """CloudFormation takes 80 for "80" and true for "true"."""
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _normal(each) for key, each in value.items()}
    return value if value is _ABSENT else as_text(value)


def _shown(value: Any) -> str:
    return "absent" if value is _ABSENT else repr(value)
