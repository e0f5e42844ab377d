"""Configuration from environment variables; nonsense is refused with the variable's name."""

from pathlib import Path
from typing import Self, TypeVar

from pydantic import Field, FilePath, HttpUrl, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Settings = TypeVar("Settings", bound=BaseSettings)

# An empty variable counts as absent, because compose files pass empty ones; a refused value is
# not repeated in the message, because it may be a password.
_FROM_ENVIRONMENT = SettingsConfigDict(env_ignore_empty=True, hide_input_in_errors=True)


class ServiceSettings(BaseSettings):
    """What a running service reads. Each field is the variable of the same name in capitals."""

    model_config = _FROM_ENVIRONMENT

    port: int = Field(ge=1, le=65535)
    alb_url: HttpUrl = HttpUrl("http://alb")
    drain_seconds: float = Field(default=0, ge=0, le=110)
    database_file: Path
    database_host: str | None = None
    database_port: int = Field(default=3306, ge=1, le=65535)
    database_name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")
    database_user: str | None = None
    database_password: SecretStr | None = None
    database_ca: FilePath | None = None

    @model_validator(mode="after")
    def _mysql_is_complete(self) -> Self:
        needed = ("database_user", "database_password", "database_ca")
        missing = [name.upper() for name in needed if getattr(self, name) is None]
        if self.database_host and missing:
            raise ValueError(f"{', '.join(missing)} must be set when DATABASE_HOST is")
        return self


class MigrationSettings(BaseSettings):
    """What only `migrate` reads: who may change the schema, and who may create it and the users."""

    model_config = _FROM_ENVIRONMENT

    database_migration_user: str | None = None
    database_migration_password: SecretStr | None = None
    database_admin_user: str | None = None
    database_admin_password: SecretStr | None = None

    @model_validator(mode="after")
    def _pairs_are_complete(self) -> Self:
        for role in ("database_migration", "database_admin"):
            user, password = getattr(self, f"{role}_user"), getattr(self, f"{role}_password")
            if (user is None) != (password is None):
                raise ValueError(f"{role.upper()}_USER and _PASSWORD must be set together")
        return self


def load(settings: type[Settings]) -> Settings:
    """Read `settings` from the environment; leave the process with a sentence per bad variable."""
    try:
        return settings()
    except ValidationError as error:
        problems = (
            ": ".join(filter(None, ("_".join(map(str, e["loc"])).upper(), e["msg"])))
            for e in error.errors(include_input=False)
        )
        raise SystemExit("Configuration refused.\n  " + "\n  ".join(problems)) from error
