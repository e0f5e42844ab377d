"""What holds for every script, and for the variables that people may set."""

import re

import pytest

from tests.unit.scripts.machine import ROOT, Machine

SCRIPTS = ("checkov.sh", "engine.sh", "images.sh", "lock.sh", "venv.sh", "stand-ins/build.sh")
STARTED_BY_TESTS_ONLY = {("REGISTRY_IMAGE", "registry:3")}


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_says_what_a_script_does_and_does_nothing(machine: Machine, script: str) -> None:
    machine.has("docker", 'touch "$0.ran"')
    outcome = machine.run(script, "--help")
    assert outcome.status == 0
    assert outcome.said.startswith(f"Usage: scripts/{script}")
    assert not (machine.commands / "docker.ran").exists()


def test_the_example_lists_every_variable_of_compose_with_its_default() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    used = set(re.findall(r"\$\{(\w+):-([^}]+)\}", compose))
    listed = set(re.findall(r"^(\w+)=(.+)$", example, re.MULTILINE))
    assert used | STARTED_BY_TESTS_ONLY == listed


def test_the_images_of_the_scripts_are_those_of_compose() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    script = (ROOT / "scripts/images.sh").read_text()
    used = set(re.findall(r"\$\{(\w+_IMAGE):-([^}]+)\}", compose))
    chosen = set(re.findall(r"^choose (\w+) (\S+)$", script, re.MULTILINE))
    assert used | STARTED_BY_TESTS_ONLY == chosen
