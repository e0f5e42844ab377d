"""The scripts in a folder of their own, on a machine whose commands are played by the test."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Machine:
    """`folder` is the root of the repository there; `commands` come first in the PATH."""

    folder: Path
    commands: Path

    def has(self, command: str, script: str) -> None:
        """Give the machine a command; `script` is what the shell does for it."""
        path = self.commands / command
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, **variables: str) -> "Outcome":
        """Run one of the scripts and wait for it."""
        done = subprocess.run(  # noqa: S603  the scripts are this repository's
            [str(self.folder / "scripts" / script), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": f"{self.commands}:/usr/bin:/bin"} | variables,
        )
        return Outcome(done.returncode, done.stdout + done.stderr)

    @property
    def env_file(self) -> list[str]:
        """The lines of .env; none when there is no such file."""
        path = self.folder / ".env"
        return path.read_text().splitlines() if path.exists() else []


@dataclass(frozen=True)
class Outcome:
    """How a script ended and all that it said."""

    status: int
    said: str


def make(folder: Path) -> Machine:
    """A machine without Docker, whose repository is `folder`."""
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    machine = Machine(folder, folder / "commands")
    machine.commands.mkdir()
    machine.has("docker", "exit 127")
    return machine
