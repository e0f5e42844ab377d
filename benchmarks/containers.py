"""Containers to measure, reached within Docker's network: no published port in between."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.types import LogConfig
from testcontainers.core.config import testcontainers_config
from testcontainers.core.network import Network
from tests.fixtures.gateway import COMMAND, Container, wait_until


def address(container: Container) -> str:
    """Its IP address, which Linux can reach from outside."""
    container.docker.reload()
    networks = container.docker.attrs["NetworkSettings"]["Networks"]
    return str(next(iter(networks.values()))["IPAddress"])


@dataclass(frozen=True)
class Lab:
    """A network of its own with what is measured on it; all of it goes when the lab closes."""

    stack: ExitStack
    network: Network

    def nginx(self, name: str, port: int, config: Path) -> Container:
        """The nginx of the gateway-sim image with a configuration of its own."""
        command = ["nginx", "-c", "/nginx.conf", "-e", "stderr", "-g", "daemon off;"]
        return self._start(name, port, (config, "/nginx.conf"), command)

    def role(self, role: str, name: str, port: int, definitions: Path) -> Container:
        """A role of gateway-sim, healthy."""
        command = [*COMMAND, role, "--config", "/definitions/gateway-sim.yaml"]
        container = self._start(name, port, (definitions, "/definitions"), command)
        wait_until(container.is_healthy, f"{name} was healthy: {container.logs()}")
        return container

    def _start(
        self, name: str, port: int, mounted: tuple[Path, str], entrypoint: list[str]
    ) -> Container:
        source, destination = mounted
        how: dict[str, Any] = {"entrypoint": entrypoint, "log_config": LogConfig(type="local")}
        volumes = [(str(source), destination, "ro")]
        return Container(self.stack, self.network, (name,), (port,), volumes, **how)


@contextmanager
def lab() -> Iterator[Lab]:
    """An empty one."""
    testcontainers_config.ryuk_disabled = True  # its image may be out of reach
    with ExitStack() as stack:
        yield Lab(stack, stack.enter_context(Network()))
