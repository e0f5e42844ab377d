"""The images as infra/ lets Fargate run them: no rights, nothing to write to, little memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from secrets import token_hex

import httpx
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HealthcheckWaitStrategy

from chassis.migrate import migrate
from chassis.settings import ServiceSettings
from students.settings import StudentsSettings
from subjects.settings import SubjectsSettings
from tests.fixtures.mysql import Mysql

SETTINGS: dict[str, type[ServiceSettings]] = {
    "students": StudentsSettings,
    "subjects": SubjectsSettings,
}
# Where the task definitions look; the authority of the test's server lies over those of RDS.
AUTHORITIES = "/etc/ssl/rds/ca.pem"
EACH = pytest.mark.parametrize("name", SETTINGS)
LIMIT_KIB = 100 * 1024


def container(mysql: Mysql, name: str, settings: ServiceSettings) -> DockerContainer:
    """Make a container as Fargate makes one: no tmpfs, and the image's file of authorities."""
    assert settings.database_user
    assert settings.database_password
    return (
        DockerContainer(f"{name}:local")
        .with_envs(
            DATABASE_HOST="mysql",
            DATABASE_NAME=settings.database_name,
            DATABASE_USER=settings.database_user,
            DATABASE_PASSWORD=settings.database_password.get_secret_value(),
            DATABASE_CA=AUTHORITIES,
        )
        .with_volume_mapping(str(mysql.ca), AUTHORITIES, "ro")
        .with_network(mysql.network)
        .with_kwargs(
            read_only=True,
            cap_drop=["ALL"],
            init=True,
            sysctls={"net.ipv4.ip_unprivileged_port_start": "0"},
            mem_limit="512m",
        )
    )


def started(mysql: Mysql, name: str, other: str) -> DockerContainer:
    """Start a task on a schema of its own."""
    settings = mysql.settings(SETTINGS[name], f"{name}_{token_hex(4)}")
    migrate(name, settings, mysql.roles(settings.database_name))
    return (
        container(mysql, name, settings)
        .with_env("ALB_URL", f"http://{other}")
        .with_network_aliases(name)
        .with_exposed_ports(80)
        .waiting_for(HealthcheckWaitStrategy())
        .start()
    )


@pytest.fixture(scope="module")
def tasks(mysql: Mysql) -> Iterator[dict[str, DockerContainer]]:
    """One task of each service; the other one's address stands for the load balancer's."""
    tasks: dict[str, DockerContainer] = {}
    try:
        tasks["students"] = started(mysql, "students", "subjects")
        tasks["subjects"] = started(mysql, "subjects", "students")
        yield tasks
    finally:
        for task in tasks.values():
            task.stop()


def output(task: DockerContainer, *command: str) -> str:
    return task.exec(list(command)).output.decode()


def process(task: DockerContainer) -> dict[str, str]:
    """What Linux says of the service; process 1 is the init that passes signals on to it."""
    child = output(task, "cat", "/proc/1/task/1/children").split()[0]
    lines = output(task, "cat", f"/proc/{child}/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def resident_kib(task: DockerContainer) -> int:
    return int(process(task)["VmRSS"].split()[0])


def address(task: DockerContainer) -> str:
    return f"http://{task.get_container_host_ip()}:{task.get_exposed_port(80)}"


@EACH
class TestTask:
    def test_is_nobody_and_can_write_nothing(
        self, tasks: dict[str, DockerContainer], name: str
    ) -> None:
        assert output(tasks[name], "id", "-u").strip() == "10001"
        assert output(tasks[name], "id", "-g").strip() == "10001"
        assert tasks[name].exec(["touch", "/app/x"]).exit_code != 0
        assert tasks[name].exec(["touch", "/tmp/x"]).exit_code != 0  # noqa: S108  it is not there
        assert int(process(tasks[name])["CapEff"], 16) == 0

    @pytest.mark.parametrize("tool", ["pip", "gcc", "make", "uv"])
    def test_has_no_build_tool(
        self, tasks: dict[str, DockerContainer], name: str, tool: str
    ) -> None:
        assert tasks[name].exec(["sh", "-c", f"command -v {tool}"]).exit_code != 0

    def test_is_ready_over_verified_tls(self, tasks: dict[str, DockerContainer], name: str) -> None:
        assert httpx.get(f"{address(tasks[name])}/readiness").status_code == 200


class TestMemory:
    def test_is_within_100_mib_idle_and_after_ten_thousand_requests(
        self, tasks: dict[str, DockerContainer]
    ) -> None:
        idle = {name: resident_kib(task) for name, task in tasks.items()}
        students, subjects = address(tasks["students"]), address(tasks["subjects"])
        with httpx.Client() as client:
            for n in range(100):
                student = {"name": "Ada" * 30, "email": f"{n}@example.org"}
                client.post(f"{students}/student", json=student).raise_for_status()
            subject = {"code": "A", "title": "A", "credits": 1}
            client.post(f"{subjects}/subject", json=subject).raise_for_status()
            for n in range(1, 101):
                client.put(f"{subjects}/subject/1/student/{n}").raise_for_status()
        mix = [
            f"{students}/student?limit=100",
            f"{students}/student/7/subject",
            f"{students}/student/0",
            f"{subjects}/subject/1/student?limit=20",
            f"{subjects}/subject/7",
            f"{subjects}/subject",
        ]
        # A client that closes what it has too many of can close what a thread is about to use.
        keep_all = httpx.Limits(max_keepalive_connections=None)
        with httpx.Client(limits=keep_all) as client, ThreadPoolExecutor(16) as pool:
            paths = [path for path, _ in zip(cycle(mix), range(20_000), strict=False)]
            statuses = set(pool.map(lambda path: client.get(path).status_code, paths))
        assert statuses == {200, 404, 422}
        busy = {name: resident_kib(task) for name, task in tasks.items()}
        print(f"resident KiB: idle {idle}, after 10,000 requests each {busy}")  # noqa: T201
        assert max(*idle.values(), *busy.values()) <= LIMIT_KIB


@EACH
def test_stops_with_0_within_its_grace_period(mysql: Mysql, name: str) -> None:
    task = started(mysql, name, "nowhere")
    try:
        container = task.get_wrapped_container()
        container.stop(timeout=30)
        assert container.wait()["StatusCode"] == 0
    finally:
        task.stop()


@EACH
def test_makes_schema_users_and_tables_as_a_one_off_task(
    mysql: Mysql, schema: str, name: str
) -> None:
    roles = mysql.roles(schema)
    assert roles.database_migration_user
    assert roles.database_migration_password
    assert roles.database_admin_user
    assert roles.database_admin_password
    task = (
        container(mysql, name, mysql.settings(SETTINGS[name], schema))
        .with_envs(
            DATABASE_MIGRATION_USER=roles.database_migration_user,
            DATABASE_MIGRATION_PASSWORD=roles.database_migration_password.get_secret_value(),
            DATABASE_ADMIN_USER=roles.database_admin_user,
            DATABASE_ADMIN_PASSWORD=roles.database_admin_password.get_secret_value(),
        )
        .with_command(["python", "-m", name, "migrate"])
    )
    with task:
        assert task.get_wrapped_container().wait(timeout=60)["StatusCode"] == 0
        assert f"The tables of {schema} are up to date" in task.get_logs()[0].decode()
