"""Runs the soak: warm-up, a look at rest, the long part, another look at rest."""

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.conftest import Emulator, start_emulator
from tests.fixtures.gateway import DEFINITIONS, Chain, Container, wait_until

from benchmarks.soak.changes import Changes
from benchmarks.soak.traffic import Client
from benchmarks.soak.vitals import Vitals, growth, look, serious

_CLIENTS = 4
# A worker that was replaced goes on until its last request and its last kept connection have ended.
_REST_SECONDS = 120


@dataclass
class Report:
    """What happened; no finding is what everybody hopes for."""

    seed: int
    statuses: Counter[int | None] = field(default_factory=Counter)
    changes: int = 0
    vitals: dict[str, tuple[Mapping[str, Vitals], Mapping[str, Vitals]]] = field(
        default_factory=dict
    )
    findings: list[str] = field(default_factory=list)


def soak(seconds: float, seed: int, say: Callable[[str], None]) -> Report:
    """Random requests for that long, after a third of it (a minute at most) to warm up."""
    with _chain() as (place, roles, changes):
        clients = [Client(place, f"{seed}-{number}") for number in range(_CLIENTS)]
        say("warming up")
        _busy(min(60, seconds / 3), clients, changes)
        before = _at_rest(roles)
        say("soaking")
        _busy(seconds, clients, changes)
        say("waiting until it is at rest")
        after = _at_rest(roles)
        report = Report(seed, changes=changes.count)
        for client in clients:
            report.statuses += client.statuses
            report.findings += client.findings
        for name, container in roles.items():
            report.vitals[name] = before[name], after[name]
            grown = growth(before[name], after[name])
            report.findings += [f"{name}: {each}" for each in (*grown, *serious(container)[:5])]
    return report


@contextmanager
def _chain() -> Iterator[tuple[Emulator, dict[str, Container], Changes]]:
    """The chain of the table of cases, with definitions that can be changed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "definitions"
        shutil.copytree(DEFINITIONS, folder)
        for path in (folder.parent, folder):
            path.chmod(0o755)  # gateway-sim runs as a user of its own
        place = start_emulator(Chain(stack, folder))
        roles = {"alb": place.alb, "nlb": place.nlb, "api-gateway": place.api}
        yield place, roles, Changes(folder)


def _busy(seconds: float, clients: list[Client], changes: Changes) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(len(clients) + 1) as pool:
        runs = [*(each.run for each in clients), changes.run]
        work = [pool.submit(run, stop) for run in runs]
        try:
            stop.wait(seconds)
        finally:
            stop.set()
    for each in work:
        each.result()


def _at_rest(roles: Mapping[str, Container]) -> dict[str, Mapping[str, Vitals]]:
    """One look at all roles that finds no worker on its way out: the last change may be late."""
    seen: dict[str, Mapping[str, Vitals]] = {}

    def all_rest() -> bool:
        seen.update({name: look(container) for name, container in roles.items()})
        return not any("worker that leaves" in each for each in seen.values())

    wait_until(all_rest, "all replaced workers have left", _REST_SECONDS)
    return seen
