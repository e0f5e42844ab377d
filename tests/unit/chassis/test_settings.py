from pathlib import Path

import pytest

from chassis.settings import MigrationSettings, load
from students.settings import StudentsSettings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for settings in (StudentsSettings, MigrationSettings):
        for field in settings.model_fields:
            monkeypatch.delenv(field.upper(), raising=False)


@pytest.fixture
def mysql(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    monkeypatch.setenv("DATABASE_HOST", "mysql")
    monkeypatch.setenv("DATABASE_USER", "students")
    monkeypatch.setenv("DATABASE_PASSWORD", "hush")
    monkeypatch.setenv("DATABASE_CA", str(tmp_path / "ca.pem"))


class TestLoad:
    def test_nothing_has_to_be_set(self) -> None:
        settings = load(StudentsSettings)
        assert settings.database_host is None
        assert str(settings.alb_url) == "http://alb/"

    def test_empty_counts_as_not_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_HOST", "")
        monkeypatch.setenv("PORT", "")
        assert load(StudentsSettings).port == 8001

    @pytest.mark.usefixtures("mysql")
    def test_a_password_is_not_shown(self) -> None:
        assert "hush" not in repr(load(StudentsSettings))

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("PORT", "0"),
            ("PORT", "http"),
            ("ALB_URL", "alb"),
            ("ALB_URL", "ftp://alb"),
            ("DRAIN_SECONDS", "-1"),
            ("DATABASE_PORT", "65536"),
            ("DATABASE_NAME", "students`; DROP"),
            ("DATABASE_CA", "/does/not/exist"),
        ],
    )
    def test_nonsense_is_refused_by_name(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
    ) -> None:
        monkeypatch.setenv(variable, value)
        with pytest.raises(SystemExit, match=variable):
            load(StudentsSettings)

    @pytest.mark.usefixtures("mysql")
    @pytest.mark.parametrize("variable", ["DATABASE_USER", "DATABASE_PASSWORD", "DATABASE_CA"])
    def test_mysql_is_all_or_nothing(self, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
        monkeypatch.delenv(variable)
        with pytest.raises(SystemExit, match=f"{variable} must be set when DATABASE_HOST is"):
            load(StudentsSettings)

    def test_a_user_comes_with_a_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_ADMIN_USER", "root")
        with pytest.raises(SystemExit, match="DATABASE_ADMIN_USER and _PASSWORD"):
            load(MigrationSettings)

    def test_a_refused_value_is_not_repeated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ALB_URL", "hush")
        with pytest.raises(SystemExit) as refusal:
            load(StudentsSettings)
        assert "hush" not in str(refusal.value)
