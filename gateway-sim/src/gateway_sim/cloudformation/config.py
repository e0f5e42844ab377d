"""The small file that says where the definitions are and which host stands for which resource."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway_sim.cloudformation.problems import DefinitionError, Problem
from gateway_sim.cloudformation.source import Located, as_text, load
from gateway_sim.load_balancing.model import Address

_PORT = r"[1-9]\d{0,4}"
_HOST = re.compile(rf"[\w.-]+(:{_PORT}|:{_PORT}={_PORT}(,{_PORT}={_PORT})*)?")
_KEYS = {"templates": list, "parameters": dict, "hosts": dict, "certificates": dict}
_OPTIONAL = {"parameters", "certificates"}


@dataclass(frozen=True)
class Config:
    """Templates in deployment order, their parameters, and hosts by logical id.

    `certificates` are the files of server certificates by logical id or ARN: `cert` and `key`.
    """

    path: Path
    templates: tuple[Path, ...]
    parameters: Located
    hosts: Located  # logical id to HOST, HOST:PORT or HOST:PORT=HERE,PORT=HERE
    certificates: Located

    def address(self, logical_id: str, port: int) -> Address:
        """Where a resource's port is on this network; the file may say another one than `port`."""
        host, _, ports = self.hosts[logical_id].partition(":")
        if "=" in ports:
            here = dict(each.split("=") for each in ports.split(","))
            return Address(host, int(here.get(str(port), port)))
        return Address(host, int(ports or port))


def load_config(path: Path) -> Config:
    """Read the file; template paths are relative to it.

    Raises:
        DefinitionError: a key is unknown, missing or of the wrong type, or a host is malformed.
    """
    document = load(path)
    problems = list(_problems(document))
    if problems:
        raise DefinitionError(problems)
    parameters, certificates = (
        document.get(key) or document.with_values({}) for key in ("parameters", "certificates")
    )
    return Config(
        path,
        tuple(path.parent / str(template) for template in document["templates"]),
        parameters.with_values({name: _text(value) for name, value in parameters.items()}),
        document["hosts"],
        certificates,
    )


def _problems(document: Located) -> Iterator[Problem]:
    for key in document.keys() - _KEYS.keys():
        known = ", ".join(_KEYS)
        yield Problem(document.file, document.line_of(key), key, f"unknown; known are {known}")
    for key, kind in _KEYS.items():
        value = document.get(key, {} if key in _OPTIONAL else None)
        if not isinstance(value, kind):
            what = "a list of files" if kind is list else "a mapping of names to values"
            yield Problem(document.file, document.line_of(key), key, f"must be {what}")
    hosts = document.get("hosts")
    if isinstance(hosts, Located):
        for name, host in hosts.items():
            if not isinstance(host, str) or not _HOST.fullmatch(host):
                place, message = f"hosts.{name}", "must be host, host:port or host:port=here"
                yield Problem(document.file, hosts.line_of(name), place, message)
    certificates = document.get("certificates")
    if isinstance(certificates, Located):
        for name, files in certificates.items():
            if not _is_pair_of_files(files):
                place, message = f"certificates.{name}", "must be { cert: FILE, key: FILE }"
                yield Problem(document.file, certificates.line_of(name), place, message)


def _is_pair_of_files(value: object) -> bool:
    return (
        isinstance(value, Located)
        and value.keys() == {"cert", "key"}
        and all(isinstance(file, str) for file in value.values())
    )


def _text(value: object) -> str:
    return ",".join(map(as_text, value)) if isinstance(value, list) else as_text(value)
