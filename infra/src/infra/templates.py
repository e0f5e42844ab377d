"""Reads the definition files and makes of them what CloudFormation is given. Asks nobody."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from infra.layers import LAYERS, Layer

INFRA = Path(__file__).parents[2]
TEMPLATES = INFRA / "templates"
PARAMETERS = INFRA / "parameters.yaml"

# CloudFormation's limit for a template that is sent and not fetched from S3.
MAX_BODY_BYTES = 51_200

# Parameters that the scripts find out by themselves: see deployment.py.
COMPUTED = frozenset({"Prefix", "ImageUri", "CpuArchitecture", "DesiredCount"})

Document = dict[str, Any]


class DefinitionError(Exception):
    """A definition file that cannot be deployed; one line per mistake."""


class _Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short forms: `!Ref x` is `{Ref: x}`, `!Sub x` is `{Fn::Sub: x}`."""


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> Document:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if name == "GetAtt":
            value = str(value).split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the third kind
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def load(path: Path) -> Document:
    """One YAML document that is a mapping.

    Raises:
        DefinitionError: there is no such file, it is not YAML, or it is not a mapping.
    """
    try:
        document = yaml.load(path.read_bytes(), _Loader)  # noqa: S506  a SafeLoader
    except OSError as error:
        raise DefinitionError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise DefinitionError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise DefinitionError(f"{path}: must be a mapping, 'name: value' on each line")
    return document


def choices(path: Path = PARAMETERS) -> dict[str, str]:
    """What `infra/parameters.yaml`, or a file like it, chooses, as texts for CloudFormation.

    A list becomes a text with commas, a boolean `true` or `false`; what has no value is left out.
    """
    return {name: _text(value) for name, value in load(path).items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def assemble(layer: Layer, folder: Path = TEMPLATES) -> Document:
    """The layer's template, with every file that it includes in its place."""
    path = folder / f"{layer.template}.yaml"
    document: Document = _with_includes(load(path), path.parent)
    return document


def _with_includes(value: Any, folder: Path) -> Any:
    """`AWS::Include` fetches from S3 only, so a file beside the template is put in here."""
    if isinstance(value, list):
        return [_with_includes(item, folder) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": str(location)}}}:
            if "://" not in location:
                return load(folder / location)
    return {key: _with_includes(item, folder) for key, item in value.items()}


def body(template: Document, parameters: Mapping[str, str]) -> str:
    """The template as CloudFormation is given it.

    A deployment of API Gateway is a snapshot that never changes, so it is named after what it
    shows: the API, and the parameters that the API may refer to. When these change it is another
    resource, and the stage is led to that one.

    Raises:
        DefinitionError: the text is longer than CloudFormation takes.
    """
    # default=str, because YAML reads an unquoted 2012-10-17 as a date.
    dump = partial(json.dumps, ensure_ascii=False, separators=(",", ":"), default=str)
    text = dump(template)
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::ApiGateway::Deployment":
            shown = dump([template, parameters], sort_keys=True).encode()
            named = name + hashlib.sha256(shown).hexdigest()[:8]
            # A logical id is a whole string, be it a key or a value, or is in the ${} of a Sub.
            text = text.replace(f'"{name}"', f'"{named}"')
            text = re.sub(rf"\$\{{{name}(?=[}}.])", f"${{{named}", text)
    if (size := len(text.encode())) > MAX_BODY_BYTES:
        what = template.get("Description", "a template")
        raise DefinitionError(f"{what} {size} bytes, but CloudFormation takes {MAX_BODY_BYTES}")
    return text


def parameters(
    template: Document, layer: Layer, *sources: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The parameters of a stack: values by name, and the names of those that have no value yet.

    The sources are asked in their order; last comes the template's default, which is not repeated.
    """
    values: dict[str, str] = {}
    missing: list[str] = []
    for name, definition in template.get("Parameters", {}).items():
        keys = (name, layer.outputs.get(name, name))
        found = next((s[k] for s in sources for k in keys if k in s), None)
        if found is not None:
            values[name] = found
        elif "Default" not in definition:
            missing.append(name)
    return values, missing


def check(chosen: Mapping[str, str], layers: Sequence[Layer], file: Path = PARAMETERS) -> None:
    """Look for mistakes that AWS would name only when their layer's turn comes, minutes later.

    Raises:
        DefinitionError: all of them, one line each.
    """
    known: dict[str, Document] = {}
    for layer in LAYERS:
        known |= assemble(layer).get("Parameters", {})
    # What the scripts find out by themselves cannot be chosen, except how many tasks to begin with.
    known = {name: known[name] for name in known.keys() - COMPUTED | {"DesiredCount"}}
    problems = [
        f"{file}: no template has a parameter '{name}'" for name in chosen if name not in known
    ]
    problems += [
        f"{file}: {name} is '{value}', but {wrong}"
        for name, value in chosen.items()
        if name in known and (wrong := _refusal(known[name], value))
    ]
    problems += _missing(chosen, layers, file)
    if problems:
        raise DefinitionError("\n".join(problems))


def _refusal(definition: Document, value: str) -> str | None:
    allowed = [_text(item) for item in definition.get("AllowedValues", [])]
    pattern = definition.get("AllowedPattern", ".*")
    low, high = definition.get("MinValue", "-inf"), definition.get("MaxValue", "inf")
    fits = (not allowed or value in allowed) and bool(re.fullmatch(pattern, value, re.DOTALL))
    if fits and definition["Type"] == "Number":
        try:
            fits = float(low) <= float(value) <= float(high)
        except ValueError:
            fits = False
    if fits:
        return None
    right = " or ".join(allowed) or pattern
    return str(definition.get("ConstraintDescription") or f"it must be {right}")


def _missing(chosen: Mapping[str, str], layers: Sequence[Layer], file: Path) -> Iterator[str]:
    made: dict[str, str] = {}
    for layer in layers:
        template = assemble(layer)
        computed = dict.fromkeys(COMPUTED, "")
        _, missing = parameters(template, layer, computed, layer.values, chosen, made)
        for name in missing:
            yield f"templates/{layer.template}.yaml needs the parameter '{name}': give it in {file}"
        made |= dict.fromkeys(template.get("Outputs", {}), "")
