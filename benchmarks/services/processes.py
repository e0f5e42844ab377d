"""A service or a baseline as one process, and what it uses."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.fixtures.gateway import wait_until
from tests.fixtures.ports import free_port

from benchmarks import cpu
from benchmarks.load import LoadError
from chassis.settings import ServiceSettings

STUDENTS = ("-m", "students", "serve")
SUBJECTS = ("-m", "subjects", "serve")
# By its path: as a module it would hold in memory all that its package needs.
BASELINES = (str(Path(__file__).with_name("baselines.py")),)
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Process:
    """A running server on this machine."""

    pid: int
    url: str

    def cpu_seconds(self) -> float:
        return cpu.of_process(self.pid)

    def memory(self) -> float:
        """Resident MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text("utf-8").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


@contextmanager
def serving(
    command: tuple[str, ...], settings: ServiceSettings, **environment: str
) -> Iterator[Process]:
    """Start `python command` on a free port, and stop it in the end.

    Raises:
        LoadError: it ended before it served.
    """
    port = free_port()
    everything = {**os.environ, **_variables(settings), "PORT": str(port), **environment}
    process = subprocess.Popen(  # noqa: S603 - the arguments are this package's
        [sys.executable, *command], env=everything, stdout=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: process.poll() is not None or _answers(url), f"{command} answered")
        if process.poll() is not None:
            raise LoadError(f"python {' '.join(command)} ended with {process.returncode}")
        yield Process(process.pid, url)
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/openapi.json").is_success
    except httpx.TransportError:
        return False


def _variables(settings: ServiceSettings) -> Mapping[str, str]:
    """The environment of which these are the settings."""
    password = settings.database_password
    return {
        "DATABASE_HOST": str(settings.database_host),
        "DATABASE_PORT": str(settings.database_port),
        "DATABASE_NAME": settings.database_name,
        "DATABASE_USER": str(settings.database_user),
        "DATABASE_PASSWORD": password.get_secret_value() if password else "",
        "DATABASE_CA": str(settings.database_ca),
    }
