"""Keeps the targets of every host: registers, checks, drains and forgets them; tells of changes."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway_sim.health import DRAINING, TargetHealth, in_service
from gateway_sim.health_checks import HealthChecker
from gateway_sim.lookups import LookupFailedError, resolve
from gateway_sim.model import Address, TargetGroup
from gateway_sim.registrations import Registrations

# How often names are looked up; an ALB learns of targets from the one who registers them.
_LOOKUP_SECONDS = 1.0
# A lookup that fails for a passing reason changes nothing, unless it fails this often in a row.
_LOOKUP_FAILURES = 3

_log = logging.getLogger(__name__)


@dataclass
class _Watched:
    """A host that is looked up; with a group its addresses are targets.

    `work` is what goes on for each target: its health checks, or waiting until it is drained.
    """

    address: Address
    group: TargetGroup | None
    health: dict[str, TargetHealth] = field(default_factory=dict)
    work: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    resolved: frozenset[str] = frozenset()
    looked_up: bool = False
    failures: int = 0


class Targets:
    """All hosts that a role sends to; `changed` is called when an address or its health changes."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._watched: dict[Address, _Watched] = {}
        self._lookups: dict[Address, asyncio.Task[None]] = {}
        self._registrations: defaultdict[str, Registrations] = defaultdict(Registrations)
        self._checker = HealthChecker()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Targets"]:
        """Ends all look-ups and checks on exit."""
        try:
            yield self
        finally:
            for address in list(self._watched):
                self._forget(address)
            await self._checker.close()

    def watch(self, hops: Iterable[Address], groups: Iterable[TargetGroup]) -> None:
        """Follow exactly these next hops and target groups; what was known of them is kept."""
        wanted: dict[Address, TargetGroup | None] = dict.fromkeys(hops)
        wanted |= {group.address: group for group in groups}
        for address, watched in list(self._watched.items()):
            if address not in wanted or wanted[address] != watched.group:
                self._forget(address)
        for address, group in wanted.items():
            if address not in self._watched:
                self._watched[address] = watched = _Watched(address, group)
                self._lookups[address] = asyncio.create_task(self._look_up_for_ever(watched))

    def in_service(self) -> dict[Address, tuple[str, ...]]:
        """The addresses that requests may go to now, for each host."""
        return {address: tuple(in_service(each.health)) for address, each in self._watched.items()}

    def judged(self) -> bool:
        """Whether every host was looked up and no target waits for its first verdict."""
        return all(
            each.looked_up and all(health.state != "initial" for health in each.health.values())
            for each in self._watched.values()
        )

    def describe(self) -> dict[str, list[dict[str, Any]]]:
        """TargetHealthDescriptions for each target group, by its name."""
        return {
            each.group.name: [
                health.describe(address, each.group.health_check.port or each.address.port)
                for address, health in sorted(each.health.items())
            ]
            for each in self._watched.values()
            if each.group
        }

    def register(self, group: str, address: str) -> None:
        """Add a target, "10.0.0.7:80", to the group of this name."""
        self._registrations[group].register(address)
        self._update_group(group)

    def deregister(self, group: str, address: str) -> None:
        """Take a target from the group of this name; one that is unknown changes nothing."""
        self._registrations[group].deregister(address)
        self._update_group(group)

    def port(self, group: str) -> int | None:
        """The port of the group's targets here; None when no rule sends to the group."""
        watched = self._of_group(group)
        return watched.address.port if watched else None

    def _update_group(self, group: str) -> None:
        if watched := self._of_group(group):
            self._update(watched)

    def _of_group(self, name: str) -> _Watched | None:
        known = (each for each in self._watched.values() if each.group and each.group.name == name)
        return next(known, None)

    def _forget(self, address: Address) -> None:
        self._lookups.pop(address).cancel()
        for task in self._watched.pop(address).work.values():
            task.cancel()

    async def _look_up_for_ever(self, watched: _Watched) -> None:
        while True:
            await self._look_up(watched)
            await asyncio.sleep(_LOOKUP_SECONDS)

    async def _look_up(self, watched: _Watched) -> None:
        try:
            hosts = await resolve(watched.address.host)
            watched.failures = 0
        except LookupFailedError:
            watched.failures += 1
            if watched.failures < _LOOKUP_FAILURES and watched.looked_up:
                return
            hosts = frozenset()
        watched.resolved = frozenset(f"{host}:{watched.address.port}" for host in hosts)
        self._update(watched)
        if not watched.looked_up:
            watched.looked_up = True
            self._changed()

    def _update(self, watched: _Watched) -> None:
        wanted = set(watched.resolved)
        if watched.group:
            wanted = self._registrations[watched.group.name].targets(wanted)
        registered = {
            address for address, health in watched.health.items() if health.state != "draining"
        }
        for address in sorted(registered - wanted):
            self._deregister(watched, address)
        for address in sorted(wanted - registered):
            self._register(watched, address)

    def _register(self, watched: _Watched, address: str) -> None:
        _end_work(watched, address)
        if watched.group:
            watched.health[address] = TargetHealth()
            task = asyncio.create_task(self._check_for_ever(watched, watched.group, address))
            watched.work[address] = task
        else:
            watched.health[address] = TargetHealth("healthy", "", "")
        _log.info("registered %s for %s", address, watched.address)
        self._changed()

    def _deregister(self, watched: _Watched, address: str) -> None:
        _end_work(watched, address)
        _log.info("deregistered %s from %s", address, watched.address)
        if watched.group and watched.group.deregistration_delay:
            watched.health[address] = DRAINING
            task = asyncio.create_task(self._drain(watched, watched.group, address))
            watched.work[address] = task
        else:
            del watched.health[address]
        self._changed()

    async def _drain(self, watched: _Watched, group: TargetGroup, address: str) -> None:
        """Show the target for the whole delay, even if it is idle (ALB guide, deregistration)."""
        await asyncio.sleep(group.deregistration_delay)
        del watched.health[address], watched.work[address]
        _log.info("%s of %s is drained", address, group.name)
        self._changed()

    async def _check_for_ever(self, watched: _Watched, group: TargetGroup, address: str) -> None:
        loop, check = asyncio.get_running_loop(), group.health_check
        while True:
            started = loop.time()
            result = await self._checker.check(address, check)
            before = watched.health[address]
            after = watched.health[address] = before.after(result, check)
            if after.state != before.state:
                why = f": {after.description}" if after.description else ""
                _log.info("%s of %s is %s%s", address, group.name, after.state, why)
                self._changed()
            await asyncio.sleep(max(0.0, started + check.interval - loop.time()))


def _end_work(watched: _Watched, address: str) -> None:
    if task := watched.work.pop(address, None):
        task.cancel()
