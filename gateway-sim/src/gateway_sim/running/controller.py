"""Runs a role: reads the definitions, follows the targets, and keeps nginx as both demand."""

import asyncio
import logging
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway_sim.aws_apis.server import serve
from gateway_sim.aws_apis.services import service_of
from gateway_sim.cloud import Cloud
from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.model import Address
from gateway_sim.running.made_certificates import make_missing
from gateway_sim.running.nginx import Nginx, NginxError
from gateway_sim.running.roles import Role, RoleError, Server, check_api_address, servers_of
from gateway_sim.running.state import State, StateError
from gateway_sim.running.targets import Targets

# How often the definition files are looked at.
_WATCH_SECONDS = 1.0
# How far the times of files are behind the clock, at most.
_CLOCK_NANOSECONDS = 20_000_000
# When a change cannot be written, be it for want of space.
_RETRY_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """What to run: `port` is API Gateway's, `folder` is where files of this run go.

    `api` is where the role's AWS APIs listen.
    """

    role: Role
    config: Path
    port: int
    folder: Path
    api: Address


# Each file with the time and the size that it had.
Fingerprint = list[tuple[Path, int, int]]


@dataclass(frozen=True)
class Definitions:
    """What is there to run: all that is defined, the role's part of it, and the files read."""

    cloud: Cloud
    servers: list[Server]
    seen: Fingerprint


def read(options: Options) -> Definitions:
    """The definitions as they are now.

    Raises:
        DefinitionError, RoleError: they cannot be run.
    """
    began = time.time_ns()
    cloud = load_cloud(options.config)
    servers = servers_of(cloud, options.role, options.port)
    check_api_address(servers, options.api)
    # Whether a file that changes just now was read before or after, nobody knows: it counts as new.
    seen = [each for each in _fingerprint(cloud.files) if each[1] < began - _CLOCK_NANOSECONDS]
    return Definitions(cloud, servers, seen)


async def run(options: Options, definitions: Definitions) -> int:
    """Run until SIGTERM or SIGINT (0), or until nginx ends by itself (1).

    An nginx that runs already is taken over, with what was known of its targets. When this fails,
    it goes on without.

    Raises:
        RoleError, NginxError: before anything listens.
    """
    for each in definitions.cloud.warnings:
        _log.warning("%s", each)
    controller = _Controller(options, definitions)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await controller.run(stop)


class _Controller:
    def __init__(self, options: Options, definitions: Definitions) -> None:
        self._options, self._seen = options, definitions.seen
        self._cloud, self._servers = definitions.cloud, definitions.servers
        self._nginx = Nginx(options.folder)
        self._dirty = asyncio.Event()
        self._targets = Targets(self._dirty.set)
        self._applied: object = None
        self._made: object = []  # certificates
        # Targets and definitions change independently; the later change must be applied last.
        self._applying = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> int:
        async with self._targets.running():
            if self._nginx.runs:
                self._take_over()
            self._follow()
            api = await self._serve_api()
            if not self._nginx.runs:
                await self._apply()
            doings = self._watch_files(), self._keep(), self._targets.fail()
            work = [asyncio.create_task(each) for each in doings]
            ends = [asyncio.create_task(each) for each in (stop.wait(), self._nginx.wait())]
            try:
                await asyncio.wait([*work, *ends], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in [*work, *ends]:
                    task.cancel()
                if api:
                    api.close()
                if stop.is_set():
                    await self._nginx.quit()
            for task in work:
                if task.done() and not task.cancelled():
                    task.result()
        return 0 if stop.is_set() else 1

    def _take_over(self) -> None:
        try:
            self._targets.restore(State.read(self._options.folder).targets)
        except StateError as error:
            _log.error("nobody knows how the targets were: %s", error)
        self._dirty.set()
        _log.info("took over a running nginx")

    async def _serve_api(self) -> asyncio.Server | None:
        service = service_of(self._options.role, lambda: self._cloud, self._targets)
        if service is None:
            return None
        address = self._options.api
        try:
            return await serve(service, address.host, address.port)
        except OSError as error:
            message = f"AWS's APIs cannot listen on {address}; give another address as --api"
            raise RoleError(f"{message} ({error.strerror})") from error

    def _follow(self) -> None:
        hops = {hop for server in self._servers for hop in server.hops}
        groups = {group for server in self._servers for group in server.groups}
        self._targets.watch(hops, groups)

    async def _keep(self) -> None:
        """Apply every change, however many come while the one before is applied."""
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            try:
                await self._apply()
            except (NginxError, OSError) as error:
                _log.error("nginx goes on as it was: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)
                self._dirty.set()

    async def _apply(self) -> None:
        async with self._applying:
            await self._apply_alone()

    async def _apply_alone(self) -> None:
        if self._applied is None and self._nginx.runs and not self._targets.looked_up():
            return  # nginx, which was taken over, knows its targets better
        # What nginx is told and what is said of it belong together, whatever changes meanwhile.
        in_service, judged = self._targets.in_service(), self._targets.judged()
        parts = [(server.kind, server.render(in_service)) for server in self._servers]
        if parts != self._applied:
            await self._make_certificates()
            await self._nginx.apply(
                [text for kind, text in parts if kind == "http"],
                [text for kind, text in parts if kind == "stream"],
            )
            self._applied = parts
        State(
            [port for server in self._servers for port, _ in server.listens],
            judged,
            self._targets.describe(),
            self._targets.saved(),
        ).write(self._options.folder)

    async def _make_certificates(self) -> None:
        wanted = [each for server in self._servers for each in server.certificates]
        if wanted != self._made:
            await asyncio.to_thread(make_missing, wanted, self._options.folder)
            self._made = wanted

    async def _watch_files(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            now = _fingerprint(self._cloud.files)
            if now != self._seen and await self._reread():
                self._seen = now

    async def _reread(self) -> bool:
        """Take changed definitions; while they are wrong, go on with those before.

        Returns:
            Whether there is nothing to gain from another try.
        """
        try:
            await self._take(read(self._options))
        except OSError as error:
            _log.error("changed definitions are not used yet: %s", error)
            return False
        except (DefinitionError, RoleError, NginxError) as error:
            _log.error("changed definitions are not used: %s", error)
        else:
            _log.info("definitions changed")
        return True

    async def _take(self, definitions: Definitions) -> None:
        async with self._applying:
            before = self._cloud, self._servers
            self._cloud, self._servers = definitions.cloud, definitions.servers
            try:
                await self._apply_alone()
            except (NginxError, OSError):
                self._cloud, self._servers = before
                raise
        self._follow()
        self._dirty.set()  # what is no longer followed is no longer told of


def _fingerprint(files: Iterable[Path]) -> Fingerprint:
    known = []
    for file in sorted(files):
        try:
            status = file.stat()
        except OSError:
            continue
        known.append((file, status.st_mtime_ns, status.st_size))
    return known
