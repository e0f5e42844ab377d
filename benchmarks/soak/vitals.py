"""Memory and descriptors of the processes of a container, and what its nginx calls serious."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.fixtures.gateway import Container

# Runs inside of the container: the kind of each process, its resident memory, its descriptors.
_LOOK = """
import json, os
found = []
for pid in filter(str.isdecimal, os.listdir("/proc")):
    try:
        name = open(f"/proc/{pid}/cmdline").read().replace("\\0", " ").strip()
        pages = int(open(f"/proc/{pid}/statm").read().split()[1])
        found.append([name, pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir(f"/proc/{pid}/fd"))])
    except OSError:
        pass
print(json.dumps(found))
"""
_KINDS = {
    "worker": re.compile(r"^nginx: worker process$"),
    "worker that leaves": re.compile(r"^nginx: worker process is shutting down$"),
    "master": re.compile(r"^nginx: master process"),
    "controller": re.compile(r"^python3 -m gateway_sim (?!healthy)"),
}
_SERIOUS = re.compile(r"\[(?:alert|crit|emerg)\]")

# An allocator keeps some pages more after each of many reloads, and a connection may be open.
_MEMORY_SHARE, _MEMORY_BYTES, _DESCRIPTORS = 0.15, 4 << 20, 8


@dataclass(frozen=True)
class Vitals:
    """Of all processes of one kind in a container."""

    processes: int
    bytes: int
    descriptors: int


def look(container: Container) -> Mapping[str, Vitals]:
    """The processes of a container by their kind."""
    output = container.docker.exec_run(["python3", "-c", _LOOK]).output
    assert isinstance(output, bytes)  # noqa: S101 - and not a stream
    found: dict[str, Vitals] = {}
    for name, size, descriptors in json.loads(output):
        for kind, regex in _KINDS.items():
            if regex.search(name):
                before = found.get(kind, Vitals(0, 0, 0))
                found[kind] = Vitals(
                    before.processes + 1, before.bytes + size, before.descriptors + descriptors
                )
    return found


def growth(before: Mapping[str, Vitals], after: Mapping[str, Vitals]) -> Iterator[str]:
    """What has grown more than it may, or is there no longer."""
    for kind, then in before.items():
        now = after.get(kind, Vitals(0, 0, 0))
        if now.processes != then.processes:
            yield f"{kind}: {then.processes} processes became {now.processes}"
        elif now.bytes > then.bytes * (1 + _MEMORY_SHARE) + _MEMORY_BYTES:
            yield f"{kind}: {then.bytes >> 10} KiB became {now.bytes >> 10}"
        elif now.descriptors > then.descriptors + _DESCRIPTORS:
            yield f"{kind}: {then.descriptors} descriptors became {now.descriptors}"


def serious(container: Container) -> list[str]:
    """Lines of nginx's error log that no request may cause."""
    return [line for line in container.logs().splitlines() if _SERIOUS.search(line)]
