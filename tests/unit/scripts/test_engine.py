"""The engine step; what it installs for real is seen wherever these tests run on a bare machine."""

from tests.unit.scripts.machine import Machine


def test_an_engine_that_answers_is_used_as_it_is(machine: Machine) -> None:
    machine.has("docker", 'echo "$@" >>"$0.log"; echo 27.0')
    outcome = machine.run("engine.sh")
    assert outcome.status == 0
    assert "Docker 27.0, Compose 27.0: ready" in outcome.said
    assert len(outcome.said.splitlines()) == 1


def test_a_mac_is_told_the_one_command(machine: Machine) -> None:
    machine.has("uname", "echo Darwin")
    machine.has("id", "echo 501")
    outcome = machine.run("engine.sh")
    assert outcome.status == 1
    assert "Run: brew install --cask docker && open -a Docker" in outcome.said


def test_without_root_an_installed_engine_is_not_touched(machine: Machine) -> None:
    machine.has("dockerd", 'touch "$0.ran"')
    machine.has("id", "echo 1000")
    outcome = machine.run("engine.sh")
    assert outcome.status == 1
    assert "Run: sudo scripts/engine.sh" in outcome.said
    assert not (machine.commands / "dockerd.ran").exists()


def test_an_engine_without_compose_is_reported_to_whoever_cannot_install(machine: Machine) -> None:
    machine.has("docker", '[ "$1" = info ]')
    machine.has("id", "echo 1000")
    outcome = machine.run("engine.sh")
    assert outcome.status == 1
    assert "without Compose or Buildx. Run: " in outcome.said
