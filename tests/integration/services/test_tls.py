from pathlib import Path

import pymysql
import pytest
import trustme
from sqlalchemy import exc, text

from chassis.db import open_engine
from chassis.migrate import migrate
from students.settings import StudentsSettings
from tests.fixtures.mysql import Mysql


@pytest.fixture
def settings(mysql: Mysql, schema: str) -> StudentsSettings:
    settings = mysql.settings(StudentsSettings, schema)
    migrate("students", settings, mysql.roles(schema))
    return settings


def cipher(settings: StudentsSettings) -> str:
    engine = open_engine(settings, settings.database_user, settings.database_password)
    try:
        with engine.connect() as connection:
            row = connection.execute(text("SHOW SESSION STATUS LIKE 'Ssl_version'")).one()
            return str(row[1])
    finally:
        engine.dispose()


class TestTls:
    def test_is_used(self, settings: StudentsSettings) -> None:
        assert cipher(settings) == "TLSv1.3"

    def test_another_authority_is_refused(self, settings: StudentsSettings, tmp_path: Path) -> None:
        stranger = tmp_path / "ca.pem"
        trustme.CA().cert_pem.write_to_path(str(stranger))
        with pytest.raises(exc.OperationalError, match="CERTIFICATE_VERIFY_FAILED"):
            cipher(settings.model_copy(update={"database_ca": stranger}))

    def test_another_name_than_the_certificates_is_refused(
        self, settings: StudentsSettings
    ) -> None:
        with pytest.raises(exc.OperationalError, match="CERTIFICATE_VERIFY_FAILED"):
            cipher(settings.model_copy(update={"database_host": "127.0.0.1"}))

    def test_the_server_refuses_the_users_without_it(self, settings: StudentsSettings) -> None:
        assert settings.database_password
        with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
            pymysql.connect(
                host="localhost",
                port=settings.database_port,
                user=settings.database_user,
                password=settings.database_password.get_secret_value(),
                ssl_disabled=True,
            )
