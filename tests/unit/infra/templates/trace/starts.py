"""Whether every task starts: migrations first, then the services that they prepare."""

from collections.abc import Iterator

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.trace import database, tasks
from tests.unit.infra.templates.trace.hops import BrokenHopError
from tests.unit.infra.templates.trace.tasks import Task


def starts(deployment: Deployment) -> Iterator[str]:
    """Everything that has to succeed before the services serve.

    Raises:
        BrokenHopError: the first that does not.
    """
    migrations = []
    for layer, description in deployment.layers.items():
        if description.template == "migration":
            migrations.append(task := tasks.of_migration(deployment, layer))
            yield from tasks.check_start(deployment, task)
            yield from _migrates(deployment, task)
    for service in deployment.of_type("ECS::Service"):
        task = tasks.of_service(deployment, service)
        yield from tasks.check_start(deployment, task)
        yield database.check_prepared(task, migrations)


def _migrates(deployment: Deployment, task: Task) -> Iterator[str]:
    command = task.container.get("Command", [])
    if command[-1:] != ["migrate"]:
        raise BrokenHopError(f"{task.name} runs '{' '.join(command)}', which migrates nothing")
    database.check_users(task, "DATABASE_ADMIN", "DATABASE_MIGRATION")
    yield database.check_use(deployment, task)
