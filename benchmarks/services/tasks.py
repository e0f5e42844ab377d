"""One, two and four tasks of the size that they have on AWS: what each adds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import docker
from docker.errors import ImageNotFound
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HealthcheckWaitStrategy
from tests.fixtures.mysql import Mysql

from benchmarks import cpu, load
from benchmarks.figures import Figure
from benchmarks.rounds import Effort, Measure, Sample, alternate, values_of
from chassis.settings import ServiceSettings

_IMAGE = "students:local"
_COUNTS = (1, 2, 4)
_CPUS = 0.25  # as the task definitions have it: four of them leave a core for MySQL and the load
# Sixteen connections are opened meanwhile, by a quarter of a CPU.
_WARM_UP_SECONDS = 4
_PATH = "/student/7"


def measure(mysql: Mysql, settings: ServiceSettings, effort: Effort) -> list[Figure]:
    """Requests per second of so many tasks, and the cores that they used for it.

    Raises:
        LoadError: the image has not been built.
    """
    with ExitStack() as stack:
        tasks = [stack.enter_context(_task(mysql, settings)) for _ in range(max(_COUNTS))]
        subjects = {_name(count): _at_full_speed(tasks[:count]) for count in _COUNTS}
        found = alternate(subjects, effort)
    rates = values_of(found, "requests/s")
    each = {_name(n): [rate / n for rate in rates[_name(n)]] for n in _COUNTS}
    return [
        Figure("Tasks of 0.25 vCPU", "requests/s", "more", rates, _name(1)),
        Figure("Tasks of 0.25 vCPU: of each", "requests/s", "more", each, _name(1)),
        Figure(
            "Tasks of 0.25 vCPU: CPU used", "cores", "less", values_of(found, "cores"), _name(1)
        ),
    ]


def _name(count: int) -> str:
    return f"{count} task{'s' if count > 1 else ''}"


def _at_full_speed(tasks: list[Any]) -> Measure:
    def run(seconds: float) -> Sample:
        before = sum(map(cpu.of_container, tasks))
        with ThreadPoolExecutor(len(tasks)) as threads:
            found = list(threads.map(lambda task: _ask(task, seconds), tasks))
        used = sum(map(cpu.of_container, tasks)) - before
        return {"requests/s": sum(each.per_second for each in found), "cores": used / seconds}

    return run


def _ask(task: Any, seconds: float) -> load.Load:
    networks = task.attrs["NetworkSettings"]["Networks"]
    address = next(iter(networks.values()))["IPAddress"]
    return load.run(f"http://{address}{_PATH}", seconds=seconds, connections=16)


@contextmanager
def _task(mysql: Mysql, settings: ServiceSettings) -> Iterator[Any]:
    try:
        docker.from_env().images.get(_IMAGE)
    except ImageNotFound:
        raise load.LoadError(f"{_IMAGE} is not built; run: docker compose build students") from None
    password = settings.database_password
    container = (
        DockerContainer(_IMAGE)
        .with_envs(
            DATABASE_HOST="mysql",
            DATABASE_NAME=settings.database_name,
            DATABASE_USER=str(settings.database_user),
            DATABASE_PASSWORD=password.get_secret_value() if password else "",
            DATABASE_CA="/ca.pem",
        )
        .with_volume_mapping(str(mysql.ca), "/ca.pem", "ro")
        .with_network(mysql.network)
        .with_kwargs(
            nano_cpus=int(_CPUS * 1e9),
            mem_limit="512m",
            sysctls={"net.ipv4.ip_unprivileged_port_start": "0"},
        )
        .waiting_for(HealthcheckWaitStrategy())
    )
    with container:
        wrapped = container.get_wrapped_container()
        wrapped.reload()
        _ask(wrapped, _WARM_UP_SECONDS)
        yield wrapped
