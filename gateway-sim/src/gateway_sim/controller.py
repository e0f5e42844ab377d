"""Runs a role: reads the definitions, follows the targets, and keeps nginx as both demand."""

import asyncio
import logging
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway_sim.aws_api_server import serve
from gateway_sim.aws_apis import service_of
from gateway_sim.cloud import Cloud
from gateway_sim.definitions import load_cloud
from gateway_sim.made_certificates import make_missing
from gateway_sim.model import Address
from gateway_sim.nginx import Nginx, NginxError
from gateway_sim.problems import DefinitionError
from gateway_sim.roles import Role, RoleError, Server, check_api_address, servers_of
from gateway_sim.state import State
from gateway_sim.targets import Targets

# How often the definition files are looked at.
_WATCH_SECONDS = 1.0

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


async def run(options: Options) -> int:
    """Run until SIGTERM or SIGINT (0), or until nginx ends by itself (1).

    Raises:
        DefinitionError, RoleError, NginxError: before anything listens.
    """
    cloud = load_cloud(options.config)
    servers = _servers(options, cloud)
    for each in cloud.warnings:
        _log.warning("%s", each)
    options.folder.mkdir(parents=True, exist_ok=True)
    controller = _Controller(options, cloud, servers)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await controller.run(stop)


class _Controller:
    def __init__(self, options: Options, cloud: Cloud, servers: list[Server]) -> None:
        self._options, self._cloud, self._servers = options, cloud, servers
        self._nginx = Nginx(options.folder)
        self._dirty = asyncio.Event()
        self._targets = Targets(self._dirty.set)
        self._applied: object = None
        # Targets and definitions change independently; the later change must be applied last.
        self._applying = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> int:
        async with self._targets.running():
            self._follow()
            api = await self._serve_api()
            await self._apply()
            work = [asyncio.create_task(each) for each in (self._watch_files(), self._keep())]
            ends = [asyncio.create_task(each) for each in (stop.wait(), self._nginx.wait())]
            try:
                await asyncio.wait([*work, *ends], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in [*work, *ends]:
                    task.cancel()
                if api:
                    api.close()
                await self._nginx.quit()
            for task in work:
                if task.done() and not task.cancelled():
                    task.result()
        return 0 if stop.is_set() else 1

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
            await self._apply()

    async def _apply(self) -> None:
        async with self._applying:
            await self._apply_alone()

    async def _apply_alone(self) -> None:
        in_service = self._targets.in_service()
        parts = [(server.kind, server.render(in_service)) for server in self._servers]
        if parts != self._applied:
            for server in self._servers:
                make_missing(server.certificates, self._options.folder)
            await self._nginx.apply(
                [text for kind, text in parts if kind == "http"],
                [text for kind, text in parts if kind == "stream"],
            )
            self._applied = parts
        State(
            [port for server in self._servers for port, _ in server.listens],
            self._targets.judged(),
            self._targets.describe(),
        ).write(self._options.folder)

    async def _watch_files(self) -> None:
        seen = _fingerprint(self._cloud.files)
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if (now := _fingerprint(self._cloud.files)) != seen:
                seen = now
                await self._reread()

    async def _reread(self) -> None:
        """Take changed definitions; while they are wrong, go on with those before."""
        try:
            cloud = load_cloud(self._options.config)
            servers = _servers(self._options, cloud)
            await self._take(cloud, servers)
        except (DefinitionError, RoleError, NginxError) as error:
            _log.error("changed definitions are not used: %s", error)
        else:
            _log.info("definitions changed")

    async def _take(self, cloud: Cloud, servers: list[Server]) -> None:
        async with self._applying:
            before = self._cloud, self._servers
            self._cloud, self._servers = cloud, servers
            try:
                await self._apply_alone()
            except NginxError:
                self._cloud, self._servers = before
                raise
        self._follow()


def _servers(options: Options, cloud: Cloud) -> list[Server]:
    servers = servers_of(cloud, options.role, options.port)
    check_api_address(servers, options.api)
    return servers


def _fingerprint(files: Iterable[Path]) -> list[tuple[Path, int, int]]:
    known = []
    for file in sorted(files):
        try:
            status = file.stat()
        except OSError:
            continue
        known.append((file, status.st_mtime_ns, status.st_size))
    return known
