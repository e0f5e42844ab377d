"""`python -m subjects`: see `--help`."""

from chassis.cli import run
from subjects.main import create_app
from subjects.settings import SubjectsSettings

if __name__ == "__main__":
    run("subjects", SubjectsSettings, create_app)
