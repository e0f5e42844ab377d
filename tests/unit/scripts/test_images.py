"""Which images are chosen, and what is left in .env."""

import pytest

from tests.unit.scripts.machine import Machine

SILENCE = 'echo "dial tcp: no such host" >&2; exit 1'
STAND_INS = [
    "PYTHON_IMAGE=localhost/stand-in-python:3.13",
    "DEBIAN_IMAGE=localhost/stand-in-debian:forky",
    "MYSQL_IMAGE=localhost/stand-in-mysql:9.7",
    "REGISTRY_IMAGE=localhost/stand-in-registry:3",
]


@pytest.fixture(autouse=True)
def builder(machine: Machine) -> None:
    """Stand-ins are not built here: the builder says what it was asked for."""
    path = machine.folder / "scripts/stand-ins/build.sh"
    path.write_text('#!/bin/sh\necho "asked to build: $*"\n')


def test_images_that_are_present_are_used(machine: Machine) -> None:
    machine.has("docker", '[ "$1 $2" = "image inspect" ]')
    outcome = machine.run("images.sh")
    assert outcome.status == 0
    assert "pulling" not in outcome.said
    assert machine.env_file == []


def test_images_that_are_missing_are_pulled(machine: Machine) -> None:
    machine.has("docker", '[ "$1" = pull ] && echo "Pulling from library"')
    outcome = machine.run("images.sh")
    assert outcome.status == 0
    assert outcome.said.count("pulling ") == len(STAND_INS)
    assert machine.env_file == []


def test_without_a_registry_stand_ins_are_built_and_remembered(machine: Machine) -> None:
    machine.has("docker", SILENCE)
    outcome = machine.run("images.sh")
    assert outcome.status == 0
    images = " ".join(line.split("=")[1] for line in STAND_INS)
    assert f"asked to build: {images}" in outcome.said
    assert machine.env_file == STAND_INS


def test_a_silent_registry_is_asked_once(machine: Machine) -> None:
    machine.has("docker", SILENCE)
    assert machine.run("images.sh").said.count("pulling ") == 1


def test_what_a_person_wrote_into_env_stays(machine: Machine) -> None:
    (machine.folder / ".env").write_text("# mine\nGATEWAY_PORT=9000\nPYTHON_IMAGE=\n\nLAST=1")
    machine.has("docker", SILENCE)
    machine.run("images.sh")
    assert machine.env_file == ["# mine", "GATEWAY_PORT=9000", "", "LAST=1", *STAND_INS]


def test_a_decision_is_kept(machine: Machine) -> None:
    machine.has("docker", SILENCE)
    machine.run("images.sh")
    outcome = machine.run("images.sh")
    assert "pulling" not in outcome.said
    assert outcome.said.count("as decided before") == len(STAND_INS)
    assert machine.env_file == STAND_INS


def test_an_image_of_ones_own_is_never_replaced(machine: Machine) -> None:
    machine.has("docker", SILENCE)
    outcome = machine.run("images.sh", PYTHON_IMAGE="mirror.example/python:3.13")
    assert outcome.status == 1
    assert (
        "PYTHON_IMAGE=mirror.example/python:3.13 is not here and cannot be pulled" in outcome.said
    )
    assert machine.env_file == []
