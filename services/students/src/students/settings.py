"""What the students service reads from its environment."""

from pathlib import Path

from pydantic import Field

from chassis.settings import ServiceSettings


class StudentsSettings(ServiceSettings):
    """The shared settings, with this service's own defaults."""

    port: int = Field(default=8001, ge=1, le=65535)
    database_file: Path = Path("students.sqlite3")
    database_name: str = Field(default="students", pattern=r"^[a-z][a-z0-9_]{0,47}$")
