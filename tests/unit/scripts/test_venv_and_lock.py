"""The virtual environment and the lock: when nothing is done, and what is refused."""

import shutil

import pytest

from tests.unit.scripts.machine import ROOT, Machine

PACKAGES = ("services/chassis", "services/students", "services/subjects", "gateway-sim", "infra")


@pytest.fixture
def made(machine: Machine) -> Machine:
    """A machine whose .venv was made from the files that lie there."""
    sources = ["requirements-dev.txt", *(f"{package}/pyproject.toml" for package in PACKAGES)]
    for source in sources:
        (machine.folder / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, machine.folder / source)
    (machine.folder / ".venv").mkdir()
    text = "".join((ROOT / source).read_text() for source in sources)
    (machine.folder / ".venv/made-from").write_text(text)
    return machine


def test_an_environment_made_from_the_same_files_is_kept(made: Machine) -> None:
    outcome = made.run("venv.sh")
    assert (outcome.status, outcome.said) == (0, "venv: up to date\n")


def test_a_changed_lock_makes_the_environment_anew(made: Machine) -> None:
    with (made.folder / "requirements-dev.txt").open("a") as lock:
        lock.write("# changed\n")
    made.has("python3", 'case "$*" in "-c "*) exit 0 ;; *) echo "asked: $*"; exit 1 ;; esac')
    outcome = made.run("venv.sh")
    assert "asked: -m venv --clear .venv" in outcome.said


def test_a_python_too_old_is_passed_over(made: Machine) -> None:
    (made.folder / ".venv/made-from").unlink()
    made.has("python3", "exit 1")
    made.has("python3.13", 'case "$*" in "-c "*) exit 0 ;; *) echo "asked: $*"; exit 1 ;; esac')
    outcome = made.run("venv.sh")
    assert "asked: -m venv --clear .venv" in outcome.said


def test_the_lock_needs_the_environment(machine: Machine) -> None:
    outcome = machine.run("lock.sh")
    assert outcome.status == 1
    assert "Run: scripts/venv.sh" in outcome.said


def test_an_unknown_option_is_refused(machine: Machine) -> None:
    outcome = machine.run("lock.sh", "--chekc")
    assert outcome.status == 1
    assert "unknown option '--chekc'" in outcome.said
