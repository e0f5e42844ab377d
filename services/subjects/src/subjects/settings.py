"""What the subjects service reads from its environment."""

from pathlib import Path

from pydantic import Field

from chassis.settings import ServiceSettings


class SubjectsSettings(ServiceSettings):
    """The shared settings, with this service's own defaults."""

    port: int = Field(default=8002, ge=1, le=65535)
    database_file: Path = Path("subjects.sqlite3")
    database_name: str = Field(default="subjects", pattern=r"^[a-z][a-z0-9_]{0,47}$")
