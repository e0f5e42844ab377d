"""Keeps the targets of every host: registers, checks, drains and forgets them; tells of changes."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from gateway_sim.load_balancing.model import Address, TargetGroup
from gateway_sim.running.health_checks import HealthChecker
from gateway_sim.running.lookups import LookupFailedError, resolve
from gateway_sim.running.registrations import Registrations
from gateway_sim.running.slow_start import STEPS
from gateway_sim.running.watched import Watched

# How often names are looked up; an ALB learns of targets from the one who registers them.
_LOOKUP_SECONDS = 1.0
# A lookup that fails for a passing reason changes nothing, unless it fails this often in a row.
_LOOKUP_FAILURES = 3

_log = logging.getLogger(__name__)

# The name of a target group, or the address of a next hop.
Key = Address | str


class Targets:
    """All hosts that a role sends to; `changed` is called when an address or its health changes."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._watched: dict[Key, Watched] = {}
        self._lookups: dict[Key, asyncio.Task[None]] = {}
        self._saved: dict[str, Mapping[str, Any]] = {}
        self._registrations: defaultdict[str, Registrations] = defaultdict(Registrations)
        self._checker = HealthChecker()
        self._failures = asyncio.Queue[BaseException]()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Targets"]:
        """Ends all look-ups and checks on exit."""
        try:
            yield self
        finally:
            for key in list(self._watched):
                self._forget(key)
            await self._checker.close()

    async def fail(self) -> None:
        """Wait until a look-up or check fails in a way that it should not, and raise that."""
        raise await self._failures.get()

    def watch(self, hops: Iterable[Address], groups: Iterable[TargetGroup]) -> None:
        """Follow exactly these next hops and target groups; what was known of them is kept."""
        wanted: dict[Key, tuple[Address, TargetGroup | None]] = {hop: (hop, None) for hop in hops}
        wanted |= {group.name: (group.address, group) for group in groups}
        for key, watched in list(self._watched.items()):
            if key not in wanted or wanted[key][0] != watched.address:
                self._forget(key)
        for key, (address, group) in wanted.items():
            if key not in self._watched:
                self._watched[key] = watched = Watched(address, group)
                self._resume(watched, self._saved.pop(str(key), None))
                self._lookups[key] = self._start(self._look_up_for_ever(watched))
            elif group and group != self._watched[key].group:
                self._change(self._watched[key], group)

    def looked_up(self) -> bool:
        """Whether the addresses of every host are known."""
        return all(each.looked_up for each in self._watched.values())

    def in_service(self) -> dict[Key, dict[str, int]]:
        """The addresses that requests may go to now, with their weights, for each host."""
        now = asyncio.get_running_loop().time()
        return {key: each.weights(now) for key, each in self._watched.items()}

    def judged(self) -> bool:
        """Whether every host was looked up and no target waits for its first verdict."""
        known = (health for each in self._watched.values() for health in each.health.values())
        return self.looked_up() and all(health.state != "initial" for health in known)

    def describe(self) -> dict[str, list[dict[str, Any]]]:
        """TargetHealthDescriptions for each target group, by its name."""
        return {
            each.group.name: [
                health.describe(address, each.group.health_check.port)
                for address, health in sorted(each.health.items())
            ]
            for each in self._watched.values()
            if each.group
        }

    def saved(self) -> dict[str, Any]:
        """All that is known, as JSON has it, for `restore`."""
        return {
            "hosts": {str(key): each.saved() for key, each in self._watched.items()},
            "registrations": {name: each.saved() for name, each in self._registrations.items()},
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Before anything is watched: go on with what was known."""
        self._saved = dict(saved["hosts"])
        for name, each in saved["registrations"].items():
            self._registrations[name] = Registrations.restored(each)

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
        watched = self._watched.get(group)
        return watched.address.port if watched else None

    def _update_group(self, group: str) -> None:
        if watched := self._watched.get(group):
            self._update(watched)
        self._changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._failures.put_nowait(error)

    def _forget(self, key: Key) -> None:
        self._lookups.pop(key).cancel()
        for task in self._watched.pop(key).work.values():
            task.cancel()

    def _resume(self, watched: Watched, saved: Mapping[str, Any] | None) -> None:
        if saved and saved["looked_up"]:
            watched.restore(saved)
            for address in watched.health:
                self._begin_work(watched, address)

    def _change(self, watched: Watched, group: TargetGroup) -> None:
        """Other settings are no other targets: who is healthy stays so, with a full share."""
        watched.group = group
        watched.slow.clear()
        for address in watched.registered:
            self._begin_work(watched, address)

    async def _look_up_for_ever(self, watched: Watched) -> None:
        while True:
            await self._look_up(watched)
            await asyncio.sleep(_LOOKUP_SECONDS)

    async def _look_up(self, watched: Watched) -> None:
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

    def _update(self, watched: Watched) -> None:
        wanted = set(watched.resolved)
        if watched.group:
            wanted = self._registrations[watched.group.name].targets(wanted)
        registered = watched.registered
        for address in sorted(registered - wanted):
            self._deregister(watched, address)
        new = sorted(wanted - registered)
        watched.add(new, asyncio.get_running_loop().time())
        for address in new:
            self._register(watched, address)

    def _register(self, watched: Watched, address: str) -> None:
        self._begin_work(watched, address)
        _log.info("registered %s for %s", address, watched.name)
        self._changed()

    def _deregister(self, watched: Watched, address: str) -> None:
        watched.leave(address)
        self._begin_work(watched, address)
        _log.info("deregistered %s from %s", address, watched.name)
        self._changed()

    def _begin_work(self, watched: Watched, address: str) -> None:
        """Begin with what the state of a target asks for, and end what went on before."""
        if task := watched.work.pop(address, None):
            task.cancel()
        if watched.group and (health := watched.health.get(address)):
            work = self._drain if health.state == "draining" else self._check_for_ever
            watched.work[address] = self._start(work(watched, watched.group, address))

    async def _drain(self, watched: Watched, group: TargetGroup, address: str) -> None:
        """Show the target for the whole delay, even if it is idle (ALB guide, deregistration)."""
        await asyncio.sleep(group.deregistration_delay)
        del watched.health[address], watched.work[address]
        _log.info("%s of %s is drained", address, group.name)
        self._changed()

    async def _check_for_ever(self, watched: Watched, group: TargetGroup, address: str) -> None:
        loop, check = asyncio.get_running_loop(), group.health_check
        watched.check(address)
        while True:
            started = loop.time()
            result = await self._checker.check(address, check)
            before = watched.health[address]
            after = before.after(result, check)
            if watched.judge(address, after, loop.time()):
                self._warm_up(group)
            if after.state != before.state:
                why = f": {after.description}" if after.description else ""
                _log.info("%s of %s is %s%s", address, group.name, after.state, why)
                self._changed()
            await asyncio.sleep(max(0.0, started + check.interval - loop.time()))

    def _warm_up(self, group: TargetGroup) -> None:
        """Tell of each step of a slow start, and of its end, just after it."""
        loop = asyncio.get_running_loop()
        for step in range(1, STEPS + 1):
            loop.call_later(step * group.slow_start / STEPS + 0.01, self._changed)
