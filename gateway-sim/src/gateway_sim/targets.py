"""Keeps the targets of every host: looks names up, checks health, tells of changes."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway_sim.health import FAILED, TIMED_OUT, CheckResult, TargetHealth, in_service
from gateway_sim.model import Address, HealthCheck, TargetGroup

# How often names are looked up; an ALB learns of targets from the one who registers them.
_LOOKUP_SECONDS = 1.0
# A lookup that fails for a passing reason changes nothing, unless it fails this often in a row.
_LOOKUP_FAILURES = 3

_log = logging.getLogger(__name__)


class _LookupFailedError(Exception):
    """The name server did not answer; this says nothing about the name."""


async def resolve(host: str) -> frozenset[str]:
    """The IPv4 addresses of a host; none when the name does not exist.

    Raises:
        _LookupFailedError: no name server answered.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, None, family=socket.AF_INET, type=socket.SOCK_STREAM
        )
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise _LookupFailedError from error
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)


@dataclass
class _Watched:
    """A host that is looked up; with a health check its addresses are targets of a group."""

    address: Address
    group: TargetGroup | None
    health: dict[str, TargetHealth] = field(default_factory=dict)
    checkers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    looked_up: bool = False
    failures: int = 0


class Targets:
    """All hosts that a role sends to; `changed` is called when an address or its health changes."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._watched: dict[Address, _Watched] = {}
        self._lookups: dict[Address, asyncio.Task[None]] = {}
        self._client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=None))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Targets"]:
        """Ends all look-ups and checks on exit."""
        try:
            yield self
        finally:
            for address in list(self._watched):
                self._forget(address)
            await self._client.aclose()

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

    def _forget(self, address: Address) -> None:
        self._lookups.pop(address).cancel()
        for checker in self._watched.pop(address).checkers.values():
            checker.cancel()

    async def _look_up_for_ever(self, watched: _Watched) -> None:
        while True:
            await self._look_up(watched)
            await asyncio.sleep(_LOOKUP_SECONDS)

    async def _look_up(self, watched: _Watched) -> None:
        try:
            hosts = await resolve(watched.address.host)
            watched.failures = 0
        except _LookupFailedError:
            watched.failures += 1
            if watched.failures < _LOOKUP_FAILURES and watched.looked_up:
                return
            hosts = frozenset()
        found = {f"{host}:{watched.address.port}" for host in hosts}
        for address in watched.health.keys() - found:
            self._deregister(watched, address)
        for address in sorted(found - watched.health.keys()):
            self._register(watched, address)
        if not watched.looked_up:
            watched.looked_up = True
            self._changed()

    def _register(self, watched: _Watched, address: str) -> None:
        if watched.group:
            watched.health[address] = TargetHealth()
            task = asyncio.create_task(self._check_for_ever(watched, watched.group, address))
            watched.checkers[address] = task
        else:
            watched.health[address] = TargetHealth("healthy", "", "")
        _log.info("registered %s for %s", address, watched.address)
        self._changed()

    def _deregister(self, watched: _Watched, address: str) -> None:
        del watched.health[address]
        if checker := watched.checkers.pop(address, None):
            checker.cancel()
        _log.info("deregistered %s from %s", address, watched.address)
        self._changed()

    async def _check_for_ever(self, watched: _Watched, group: TargetGroup, address: str) -> None:
        loop, check = asyncio.get_running_loop(), group.health_check
        while True:
            started = loop.time()
            result = await self._check(address, check)
            before = watched.health[address]
            after = watched.health[address] = before.after(result, check)
            if after.state != before.state:
                why = f": {after.description}" if after.description else ""
                _log.info("%s of %s is %s%s", address, group.name, after.state, why)
                self._changed()
            await asyncio.sleep(max(0.0, started + check.interval - loop.time()))

    async def _check(self, address: str, check: HealthCheck) -> CheckResult:
        host, _, port = address.partition(":")
        if check.port:
            port = str(check.port)
        # The port is left out of Host when it is the default port (ALB guide, troubleshooting).
        headers = {
            "Host": host if port == "80" else f"{host}:{port}",
            "User-Agent": "ELB-HealthChecker/2.0",
            "Connection": "close",
        }
        try:
            async with asyncio.timeout(check.timeout):
                request = httpx.Request("GET", f"http://{host}:{port}{check.path}", headers=headers)
                response = await self._client.send(request)
        except (TimeoutError, httpx.TimeoutException):
            return TIMED_OUT
        except httpx.HTTPError:
            return FAILED
        return CheckResult.of_status(response.status_code, check)
