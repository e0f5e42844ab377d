"""Finds the templates with load balancers and REST APIs in a folder, and the order they go in."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway_sim.cloudformation.problems import DefinitionError, Problem, Problems
from gateway_sim.cloudformation.processed_templates import what_aws_processes
from gateway_sim.cloudformation.source import Located, load

_SUFFIXES = {".json", ".template", ".yaml", ".yml"}
_NOT_ENTERED = re.compile(r"\..*|node_modules|venv")
# What is read as text first: a folder holds much that is neither, and not all of it is YAML.
_TEMPLATE = re.compile(r"AWS::(ApiGateway|ApiGatewayV2|ElasticLoadBalancingV2|Serverless)\b")
_DOCUMENT = "x-amazon-apigateway-integration"
_READ = re.compile(
    r"AWS::(ElasticLoadBalancingV2::(LoadBalancer|Listener|ListenerRule|TargetGroup)"
    r"|ApiGateway::(RestApi|Resource|Method|GatewayResponse|Stage|VpcLink)"
    r"|ApiGatewayV2::VpcLink)"
)
_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True)
class Found:
    """Templates in deployment order, and what was seen and is not among them."""

    templates: tuple[Path, ...]
    notes: tuple[str, ...]


def find_templates(folder: Path) -> Found:
    """Every template below a folder that has a load balancer, a REST API or a part of one.

    Raises:
        DefinitionError: there is none, one cannot be read, or each needs an output of the other.
    """
    templates: dict[Path, Located] = {}
    documents, notes, problems = set(), [], Problems()
    for path in _files(folder):
        with problems.collected():
            text = _text(path)
            template = load(path) if _TEMPLATE.search(text) else None
            if template is not None and (processed := what_aws_processes(template)):
                notes.append(f"{path}: left out: {processed}")
            elif template is not None and any(map(_READ.fullmatch, _types(template))):
                templates[path] = template
            elif template is None and _DOCUMENT in text:
                documents.add(path.resolve())
    included = {file for path, each in templates.items() for file in _includes(path, each)}
    message = "left out: no template includes this document; a REST API needs one, with a stage"
    notes += [f"{path}: {message}" for path in sorted(documents - included)]
    if problems:
        raise DefinitionError(problems)
    if not templates:
        message = "no CloudFormation template here has a load balancer or a REST API"
        raise DefinitionError([Problem(folder, None, "", "\n".join([message, *notes]))])
    return Found(tuple(_in_order(templates)), tuple(notes))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise DefinitionError([Problem(path, None, "", message)]) from error


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not _NOT_ENTERED.fullmatch(each))
        for name in sorted(files):
            if Path(name).suffix in _SUFFIXES:
                yield Path(parent, name)


def _in_order(templates: Mapping[Path, Located]) -> Iterator[Path]:
    """Each behind those whose outputs it needs, and behind those whose outputs it can take."""
    given = {path: _outputs(each) for path, each in templates.items()}
    left = sorted(templates)

    def waits(path: Path, names: set[str]) -> int:
        return sum(1 for other in left if other != path and given[other] & names)

    while left:
        ready = [path for path in left if not waits(path, _needed(templates[path]))]
        if not ready:
            names = " and ".join(map(str, left))
            message = f"each needs an output of the other: {names}; give one parameter a Default"
            raise DefinitionError([Problem(left[0], None, "", message)])
        first = min(ready, key=lambda path: waits(path, {*section(templates[path], "Parameters")}))
        left.remove(first)
        yield first


def _needed(template: Located) -> set[str]:
    """Parameters without a default, and names of exports."""
    parameters = section(template, "Parameters").items()
    needed = {name for name, each in parameters if "Default" not in each}
    return needed | {_pattern(each) for each in _find(template, "Fn::ImportValue")} - {""}


def _outputs(template: Located) -> set[str]:
    """Names of outputs and exports."""
    outputs = section(template, "Outputs")
    exports = (each.get("Export") for each in outputs.values())
    names = (each.get("Name") for each in exports if isinstance(each, Mapping))
    return {*outputs, *map(_pattern, names)} - {""}


def _pattern(name: object) -> str:
    """The name of an export with every variable alike, as stacks know each other's names."""
    if isinstance(name, Mapping):
        name = name.get("Fn::Sub")
    return _VARIABLE.sub("*", name) if isinstance(name, str) else ""


def _types(template: Located) -> Iterator[str]:
    for each in section(template, "Resources").values():
        yield str(each.get("Type"))


def _includes(path: Path, template: Located) -> Iterator[Path]:
    for found in (*_find(template, "Location"), *_find(template, "BodyS3Location")):
        if isinstance(found, str) and "://" not in found:
            yield (path.parent / found).resolve()


def _find(node: Any, key: str) -> Iterator[Any]:
    """The values of a key wherever it stands."""
    if isinstance(node, Mapping):
        if key in node:
            yield node[key]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _find(each, key)


def section(template: Located, name: str) -> Mapping[str, Located]:
    """The entries of a section that have the form of entries."""
    found = template.get(name)
    entries = found.items() if isinstance(found, Located) else ()
    return {key: each for key, each in entries if isinstance(each, Located)}
