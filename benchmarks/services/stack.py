"""The whole stack of docker-compose.yml, under a project of its own and as fast as it can be."""

import os
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import docker
from tests.fixtures.ports import free_port

from benchmarks.load import LoadError
from benchmarks.report import ROOT

# Two checkouts on one machine do not disturb each other.
_PROJECT = f"local-cloud-bench-{zlib.crc32(bytes(ROOT)):x}"
_FILES = ("docker-compose.yml", "benchmarks/services/compose.yml")
_START_SECONDS = 120


@dataclass(frozen=True)
class Part:
    """The only container of one service of the stack."""

    container: Any

    @property
    def address(self) -> str:
        """An IP address of it, which Linux can reach from outside."""
        networks = self.container.attrs["NetworkSettings"]["Networks"]
        return str(next(iter(networks.values()))["IPAddress"])


@contextmanager
def running() -> Iterator[dict[str, Part]]:
    """Start it; the parts by the names of their services. Containers and data go in any case.

    Raises:
        LoadError: it did not start; the message is what docker compose said.
    """
    _remove()  # what an interrupted run has left
    try:
        _compose("up", "--no-build", "--detach", "--wait", f"--wait-timeout={_START_SECONDS}")
        ours = f"com.docker.compose.project={_PROJECT}"
        containers = docker.from_env().containers.list(filters={"label": ours})
        yield {each.labels["com.docker.compose.service"]: Part(each) for each in containers}
    finally:
        _remove()


def _remove() -> None:
    # Nobody waits for a task to drain, or for MySQL to write what will be thrown away.
    _compose("kill")
    _compose("down", "--volumes", "--remove-orphans")


def _compose(*arguments: str) -> None:
    files = [f"--file={each}" for each in _FILES]
    compose = [shutil.which("docker") or "docker", "compose", "--progress=quiet"]
    project = [f"--project-directory={ROOT}", f"--project-name={_PROJECT}"]
    done = subprocess.run(  # noqa: S603 - the arguments are this module's
        [*compose, *project, *files, *arguments],
        cwd=ROOT, env={**os.environ, "GATEWAY_PORT": str(free_port())},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise LoadError(f"docker compose {arguments[0]} failed:\n{done.stderr.strip()}")
