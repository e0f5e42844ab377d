import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import MetaData, exc, text

from chassis.db import open_engine
from chassis.migrate import migrate
from chassis.settings import ServiceSettings
from students.models import Base as StudentsBase
from students.settings import StudentsSettings
from subjects.models import Base as SubjectsBase
from subjects.settings import SubjectsSettings
from tests.fixtures.mysql import ROOT_PASSWORD, Mysql

BOTH = pytest.mark.parametrize(
    ("package", "kind", "metadata"),
    [
        ("students", StudentsSettings, StudentsBase.metadata),
        ("subjects", SubjectsSettings, SubjectsBase.metadata),
    ],
)

# The role rds_superuser_role is all that the master user has (RDS guide, "Role-based privilege
# model for RDS for MySQL"). SET_USER_ID is left out: MySQL has dropped it since.
MASTER_RIGHTS = """
    ALTER, ALTER ROUTINE, APPLICATION_PASSWORD_ADMIN, CREATE, CREATE ROLE, CREATE ROUTINE,
    CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, DROP, DROP ROLE, EVENT, EXECUTE,
    INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE,
    ROLE_ADMIN, SELECT, SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE, XA_RECOVER_ADMIN
"""


@BOTH
class TestMigrate:
    def test_makes_what_the_models_say_however_often_it_runs(
        self,
        mysql: Mysql,
        schema: str,
        package: str,
        kind: type[ServiceSettings],
        metadata: MetaData,
    ) -> None:
        settings = mysql.settings(kind, schema)
        for _ in range(2):
            migrate(package, settings, mysql.roles(schema))
        engine = mysql.as_root(settings)
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            collations = connection.execute(
                text(
                    "SELECT DISTINCT collation_name FROM information_schema.columns"
                    " WHERE table_schema = :schema AND table_name <> 'alembic_version'"
                    " AND collation_name IS NOT NULL"
                ),
                {"schema": schema},
            ).scalars()
            assert list(collations) == ["utf8mb4_0900_bin"]
        engine.dispose()


class TestAdministrator:
    def test_needs_no_more_rights_than_the_master_user_of_rds_has(
        self, mysql: Mysql, schema: str
    ) -> None:
        settings, roles = mysql.settings(StudentsSettings, schema), mysql.roles(schema)
        master = roles.model_copy(update={"database_admin_user": f"{schema}_master"})
        root = mysql.as_root(settings.model_copy(update={"database_name": None}))
        role, user = f"{schema}_role", master.database_admin_user
        with root.begin() as connection:
            for statement in (
                f"CREATE ROLE {role}",
                f"GRANT {MASTER_RIGHTS} ON *.* TO {role} WITH GRANT OPTION",
                f"CREATE USER {user} IDENTIFIED BY '{ROOT_PASSWORD}' DEFAULT ROLE {role}",
            ):
                connection.execute(text(statement))
        root.dispose()
        for _ in range(2):
            migrate("students", settings, master)
        engine = open_engine(settings, settings.database_user, settings.database_password)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM student")).scalar_one() == 0
        engine.dispose()


class TestRights:
    @pytest.fixture
    def settings(self, mysql: Mysql, schema: str) -> StudentsSettings:
        settings = mysql.settings(StudentsSettings, schema)
        migrate("students", settings, mysql.roles(schema))
        return settings

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE other (id INT)",
            "DROP TABLE student",
            "ALTER TABLE student ADD COLUMN other INT",
            "CREATE DATABASE other",
            "SELECT * FROM mysql.user",
            "CREATE USER other",
        ],
    )
    def test_the_service_may_not(self, settings: StudentsSettings, statement: str) -> None:
        engine = open_engine(settings, settings.database_user, settings.database_password)
        with engine.connect() as connection, pytest.raises(exc.DBAPIError, match="denied"):
            connection.execute(text(statement))
        engine.dispose()

    def test_nobody_may_touch_the_schema_of_another_service(
        self, mysql: Mysql, schema: str, settings: StudentsSettings
    ) -> None:
        # As a pattern, the "_" of the schema's name would match this one too.
        other = schema.replace("_", "x")
        root = mysql.as_root(settings)
        with root.begin() as connection:
            connection.execute(text(f"CREATE DATABASE {other}"))
        roles = mysql.roles(schema)
        for user, password in (
            (settings.database_user, settings.database_password),
            (roles.database_migration_user, roles.database_migration_password),
        ):
            engine = open_engine(settings, user, password)
            with engine.connect() as connection, pytest.raises(exc.DBAPIError, match="denied"):
                connection.execute(text(f"USE {other}"))
            engine.dispose()
        root.dispose()

    def test_a_new_password_arrives_with_the_next_run(
        self, mysql: Mysql, schema: str, settings: StudentsSettings
    ) -> None:
        changed = settings.model_copy(update={"database_password": SecretStr("changed")})
        migrate("students", changed, mysql.roles(schema))
        engine = open_engine(changed, changed.database_user, changed.database_password)
        engine.connect().close()
        engine.dispose()
