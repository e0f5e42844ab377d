"""What a task needs to use the database: to know it, to reach it, and to be somebody in it."""

import re

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.trace.firewall import check_connection
from tests.unit.infra.templates.trace.hops import BrokenHopError
from tests.unit.infra.templates.trace.tasks import Task

# What the services take for a schema's name (chassis.settings).
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,47}")


def check_use(deployment: Deployment, task: Task) -> str:
    """That the container knows the database and may reach it.

    Raises:
        BrokenHopError: says what is missing.
    """
    host, port = (task.environment.get(name, "") for name in ("DATABASE_HOST", "DATABASE_PORT"))
    if not host.endswith(".Endpoint.Address"):
        raise BrokenHopError(f"DATABASE_HOST of {task.name} is '{host}', which is no database")
    database = deployment[host.removesuffix(".Endpoint.Address")]
    listens_on = str(database.get("Port", 3306))
    if port != listens_on:
        raise BrokenHopError(
            f"DATABASE_PORT of {task.name} is {port}, {database.symbol} listens on {listens_on}"
        )
    groups = database.get("VPCSecurityGroups", [])
    check_connection(deployment, (task.name, task.groups), (database.symbol, groups), int(port))
    if not _SCHEMA.fullmatch(schema := task.environment.get("DATABASE_NAME", "")):
        raise BrokenHopError(f"DATABASE_NAME of {task.name} is '{schema}', which is no schema")
    if not task.environment.get("DATABASE_CA"):
        raise BrokenHopError(f"{task.name} is not told DATABASE_CA")
    check_users(task, "DATABASE")
    return f"{task.name} uses schema {schema} of {database.symbol}"


def check_users(task: Task, *users: str) -> None:
    """That the container is told the name and the password of each of these users.

    Raises:
        BrokenHopError: it is not.
    """
    for name in (f"{user}_{what}" for user in users for what in ("USER", "PASSWORD")):
        if name not in task.secrets:
            raise BrokenHopError(f"{task.name} is not told {name}")


def check_prepared(service: Task, migrations: list[Task]) -> str:
    """That a migration makes the schema and the user of a service.

    Raises:
        BrokenHopError: none does.
    """
    for migration in migrations:
        if all(
            getattr(service, kind).get(name) == getattr(migration, kind).get(name)
            for kind, name in (
                ("environment", "DATABASE_HOST"),
                ("environment", "DATABASE_NAME"),
                ("secrets", "DATABASE_USER"),
                ("secrets", "DATABASE_PASSWORD"),
            )
        ):
            return f"{migration.name} makes the schema and the user of {service.name}"
    raise BrokenHopError(f"no migration makes the schema and the user of {service.name}")
