"""The small file that says where the definitions are and which host stands for which resource."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway_sim.model import Address
from gateway_sim.problems import DefinitionError, Problem
from gateway_sim.source import Located, as_text, load

_HOST = re.compile(r"[\w.-]+(:[1-9]\d{0,4})?")
_KEYS = {"templates": list, "parameters": dict, "hosts": dict}


@dataclass(frozen=True)
class Config:
    """Templates in deployment order, their parameters, and hosts by logical id."""

    path: Path
    templates: tuple[Path, ...]
    parameters: Located
    hosts: Located  # logical id to HOST or HOST:PORT

    def address(self, logical_id: str, port: int) -> Address:
        """The local address of a resource; a port in the file overrules `port`."""
        host, _, own_port = self.hosts[logical_id].partition(":")
        return Address(host, int(own_port or port))

    def port(self, logical_id: str) -> int | None:
        """The port that the file gives for a resource."""
        own_port = self.hosts[logical_id].partition(":")[2]
        return int(own_port) if own_port else None


def load_config(path: Path) -> Config:
    """Read the file; template paths are relative to it.

    Raises:
        DefinitionError: a key is unknown, missing or of the wrong type, or a host is malformed.
    """
    document = load(path)
    problems = list(_problems(document))
    if problems:
        raise DefinitionError(problems)
    parameters: Located = document.get("parameters") or document.with_values({})
    return Config(
        path,
        tuple(path.parent / str(template) for template in document["templates"]),
        parameters.with_values({name: _text(value) for name, value in parameters.items()}),
        document["hosts"],
    )


def _problems(document: Located) -> Iterator[Problem]:
    for key in document.keys() - _KEYS.keys():
        known = ", ".join(_KEYS)
        yield Problem(document.file, document.line_of(key), key, f"unknown; known are {known}")
    for key, kind in _KEYS.items():
        value = document.get(key, {} if key == "parameters" else None)
        if not isinstance(value, kind):
            what = "a list of files" if kind is list else "a mapping of names to values"
            yield Problem(document.file, document.line_of(key), key, f"must be {what}")
    hosts = document.get("hosts")
    if isinstance(hosts, Located):
        for name, host in hosts.items():
            if not isinstance(host, str) or not _HOST.fullmatch(host):
                place, message = f"hosts.{name}", "must be host or host:port"
                yield Problem(document.file, hosts.line_of(name), place, message)


def _text(value: object) -> str:
    return ",".join(map(as_text, value)) if isinstance(value, list) else as_text(value)
