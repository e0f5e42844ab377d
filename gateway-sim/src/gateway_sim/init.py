"""Writes a config file for a folder of templates, with a guess for whatever no template says."""

import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gateway_sim.cloudformation.problems import CommandError, DefinitionError
from gateway_sim.cloudformation.source import as_text, load
from gateway_sim.cloudformation.stacks import Resource, Stack, load_stacks
from gateway_sim.template_folder import find_templates, section
from gateway_sim.whole_files import write_whole

# By the type of a parameter, or the name of one that is only a String.
_PLACEHOLDERS = (
    (r"List<AWS::EC2::Subnet::Id>|.* .*Subnet(Id)?s", "subnet-a,subnet-b"),
    (r".*AWS::EC2::Subnet::Id>?|.* .*Subnet(Id)?", "subnet-a"),
    (r".*AWS::EC2::VPC::Id>?|.* .*Vpc(Id)?", "vpc-local"),
    (r".*AWS::EC2::SecurityGroup::Id>?|.* .*SecurityGroup(Id)?s?", "sg-local"),
)
# Everything else is quoted: words that YAML takes for something else, numbers, punctuation.
_PLAIN = re.compile(r"(?!(?i:true|false|yes|no|on|off|y|n|null)$)[A-Za-z][\w.,/-]*(:\d[\w=,]*)?")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_GROUP = re.compile(r"(?<=\w)-?(target-?group|tg|group)$")
_GATEWAY_PORT = 8080  # what --port is by default

_CONFIG = """\
# Where gateway-sim finds the definitions. Values are guesses; comments say of what.

# In deployment order: the outputs of a stack are parameters of those after it, by name.
templates:
{templates}

# What has no default and is no output. Identifiers of a network mean nothing here.
parameters:{parameters}

# Logical id: the host that stands for it, with PORT=HERE for a port that is another one here.
# Every address that the host of a target group resolves to is a target.
hosts:{hosts}
"""


def write_config(folder: Path, output: Path, *, force: bool) -> tuple[str, ...]:
    """Write `output` for the templates below `folder`.

    Returns:
        What was seen in the folder and left out.

    Raises:
        CommandError: there is such a file, and `force` is not given; or it cannot be written.
        DefinitionError: no template, or none that can be read.
    """
    if output.exists() and not force:
        raise CommandError(f"{output} is there already; --force writes it anew")
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder")
    found = find_templates(folder)
    write_whole(output, config_text(found.templates, output.parent))
    return found.notes


def config_text(templates: Iterable[Path], parent: Path) -> str:
    """A config file that stands in `parent`, for templates in deployment order."""
    templates = tuple(templates)
    parameters = _parameters(templates)
    values = {name: value for name, value, _ in parameters}
    hosts = list(_hosts(_resources(load_stacks(templates, values, {}))))
    return _CONFIG.format(
        templates="\n".join(
            f"  - {_scalar(Path(os.path.relpath(each, parent)).as_posix())}" for each in templates
        ),
        parameters=_mapping(parameters),
        hosts=_mapping(hosts),
    )


Entry = tuple[str, str, str]  # name, value, comment


def _mapping(entries: Iterable[Entry]) -> str:
    lines = (
        f"\n  {_scalar(name)}: {_scalar(value)}" + (f"  # {comment}" if comment else "")
        for name, value, comment in entries
    )
    return "".join(lines) or " {}"


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _parameters(templates: Iterable[Path]) -> list[Entry]:
    """Each parameter without a value, once."""
    known: set[str] = set()
    entries: list[Entry] = []
    for path in templates:
        template = load(path)
        for name, declaration in section(template, "Parameters").items():
            if "Default" not in declaration and name not in known:
                entries.append((name, *_placeholder(name, declaration)))
                known.add(name)
        known |= section(template, "Outputs").keys()
    return entries


def _placeholder(name: str, declaration: Mapping[str, object]) -> tuple[str, str]:
    """A value, and what to say of it."""
    kind = as_text(declaration.get("Type", "String"))
    said = " ".join(as_text(declaration.get("Description", "")).split())
    allowed = declaration.get("AllowedValues")
    if isinstance(allowed, list) and allowed:
        return as_text(allowed[0]), f"one of {', '.join(map(as_text, allowed))}. {said}".strip()
    for pattern, value in _PLACEHOLDERS:
        if re.fullmatch(pattern, f"{kind} {name}", re.IGNORECASE) or re.fullmatch(pattern, kind):
            return value, said
    value = as_text(declaration.get("MinValue", 1)) if kind == "Number" else "local"
    wanted = said or as_text(declaration.get("AllowedPattern", "")) or kind
    return value, f"set this: {wanted}"


def _resources(stacks: Iterable[Stack]) -> Iterator[Resource]:
    """What can be evaluated; of the rest tells the check that follows."""
    for stack in stacks:
        with suppress(DefinitionError):
            for resource in stack.resources():
                with suppress(DefinitionError):
                    if resource.reference:
                        yield resource


def _hosts(resources: Iterable[Resource]) -> Iterator[Entry]:
    """A host for each load balancer, and for each target group of other targets than these."""
    by_type: dict[str, list[Resource]] = {}
    for each in resources:
        by_type.setdefault(each.type.removeprefix("AWS::ElasticLoadBalancingV2::"), []).append(each)
    # Only VPC links lead to a network load balancer, and these know its port; so it gives way.
    load_balancers = by_type.get("LoadBalancer", [])
    load_balancers.sort(key=lambda each: _text(each, "Type") == "network")
    kinds = [_text(each, "Type") or "application" for each in load_balancers]
    taken = {_GATEWAY_PORT}  # each has a port of its own, so that all of them can run on one host
    for each, kind in zip(load_balancers, kinds, strict=True):
        host = {"application": "alb", "network": "nlb"}.get(kind, "")
        if not host or kinds.count(kind) > 1:
            host = _host_name(each.logical_id)
        moved = _moved_ports(each, by_type.get("Listener", []), taken)
        yield each.logical_id, f"{host}:{moved}" if moved else host, f"the {kind} load balancer"
    for each in by_type.get("TargetGroup", []):
        if _text(each, "TargetType") != "alb":
            yield each.logical_id, _host_of_targets(each), f"the targets of {each.name}"


def _moved_ports(load_balancer: Resource, listeners: Iterable[Resource], taken: set[int]) -> str:
    """PORT=HERE for each port that is taken already."""
    moved = []
    for each in listeners:
        port = _text(each, "Port")
        if _text(each, "LoadBalancerArn") != load_balancer.reference or not port.isdecimal():
            continue
        here = int(port)
        if here in taken:
            here = next(number for number in itertools.count(_GATEWAY_PORT) if number not in taken)
            moved.append(f"{port}={here}")
        taken.add(here)
    return ",".join(moved)


def _host_of_targets(group: Resource) -> str:
    name = _GROUP.sub("", _host_name(_text(group, "Name") or group.logical_id))
    return _host_name(group.stack.name) if name == "target" else name


def _host_name(name: str) -> str:
    return "-".join(filter(None, _WORDS.split(name))).lower()


def _text(resource: Resource, name: str) -> str:
    try:
        return as_text(resource.get(name, ""))
    except DefinitionError:
        return ""
