"""Schema, users and tables: what is done once before a service of this version starts."""

import logging

from alembic import command, context
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, MetaData, text

from chassis.db import open_engine
from chassis.settings import MigrationSettings, ServiceSettings

SERVICE_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
MIGRATION_RIGHTS = f"{SERVICE_RIGHTS}, CREATE, ALTER, DROP, INDEX, REFERENCES"

_log = logging.getLogger(__name__)


def migrate(package: str, settings: ServiceSettings, roles: MigrationSettings) -> None:
    """Create schema and users if an administrator is given, then bring the tables up to date.

    It may be run at any time and any number of times.
    """
    if settings.database_host and roles.database_admin_user:
        _create_schema_and_users(settings, roles)
    engine = open_engine(settings, roles.database_migration_user, roles.database_migration_password)
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", f"{package}:migrations")
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    engine.dispose()
    _log.info("The tables of %s are up to date", settings.database_name)


def run_migrations(metadata: MetaData) -> None:
    """Run what Alembic found; called by the `env.py` of each service."""
    engine: Engine = context.config.attributes["engine"]
    with engine.begin() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        context.run_migrations()


def _create_schema_and_users(settings: ServiceSettings, roles: MigrationSettings) -> None:
    admin = settings.model_copy(update={"database_name": None})
    engine = open_engine(admin, roles.database_admin_user, roles.database_admin_password)
    quoted = engine.dialect.identifier_preparer.quote_identifier
    schema = settings.database_name
    with engine.begin() as connection:
        connection.execute(text(f"CREATE DATABASE IF NOT EXISTS {quoted(schema)}"))
        # In a GRANT, unlike elsewhere, "_" of a schema's name stands for any character.
        pattern = quoted(schema.replace("_", r"\_"))
        for rights, user, password in (
            (SERVICE_RIGHTS, settings.database_user, settings.database_password),
            (
                MIGRATION_RIGHTS,
                roles.database_migration_user,
                roles.database_migration_password,
            ),
        ):
            _create_user(connection, user, password)
            connection.execute(text(f"GRANT {rights} ON {pattern}.* TO :user"), {"user": user})
    engine.dispose()


def _create_user(connection: Connection, user: str | None, password: SecretStr | None) -> None:
    values = {"user": user, "password": password.get_secret_value() if password else None}
    # Created if absent, then changed: so a new password arrives with the next run.
    for verb in ("CREATE USER IF NOT EXISTS", "ALTER USER"):
        connection.execute(text(f"{verb} :user IDENTIFIED BY :password REQUIRE SSL"), values)
