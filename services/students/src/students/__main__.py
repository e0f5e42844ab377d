"""`python -m students`: see `--help`."""

from chassis.cli import run
from students.main import create_app
from students.settings import StudentsSettings

if __name__ == "__main__":
    run("students", StudentsSettings, create_app)
